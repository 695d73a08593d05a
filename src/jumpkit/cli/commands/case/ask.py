"""Enter a question that the case has to answer, or its answer."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("ask", help=__doc__)
@click.argument("case")
@click.argument("question")
@click.option("--owner", help="Who finds out.")
@click.option("--answer", help="The answer to the question (Q-1).")
@click.option("--withdraw", help="Why it (Q-1) need not be answered.")
@shared_options
def command(shared: Shared, case: str, question: str, **said: Any) -> int:
    """Enter a question, in words, or say more of one by its id."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.changes import answer_question, is_id
    from jumpkit.coordinate.registers import ask

    if is_id("question", question):
        return tell(
            shared, enter(opening(shared), case, lambda tx, who, row: answer_question(tx, who, row, question, said))
        )
    return tell(shared, enter(opening(shared), case, lambda tx, who, row: ask(tx, who, row, question, said["owner"])))
