"""Add a task, change it, or end it; without anything more, list them."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("task", help=__doc__)
@click.argument("case")
@click.argument("task", required=False)
@click.option("--title", help="What is to be done.")
@click.option("--owner", help="By whom.")
@click.option("--due", help="Until when.")
@click.option("--done", help="It is done, with this outcome.")
@click.option("--drop", help="It will not be done, for this reason.")
@shared_options
def command(shared: Shared, case: str, task: str | None, **said: Any) -> int:
    """Add a task."""
    from jumpkit.app.casebook import one_case
    from jumpkit.app.casework import enter
    from jumpkit.app.workspace import reading
    from jumpkit.cli.casework import tell, tell_rows
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.changes import change_task
    from jumpkit.coordinate.registers import add_task

    if task is not None:
        return tell(shared, enter(opening(shared), case, lambda tx, who, row: change_task(tx, who, row, task, said)))
    if said["title"] is not None:
        how = (said["title"], said["owner"], said["due"])
        return tell(shared, enter(opening(shared), case, lambda tx, who, row: add_task(tx, who, row, *how)))
    with reading(opening(shared)) as desk:
        body = one_case(desk, case)
    return tell_rows(shared, body, "tasks", ("task", "state", "owner", "due", "title"))
