"""Ask a case's events: by a Sigma rule, a condition over OCSF paths, or one SELECT."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("hunt", help=__doc__)
@click.argument("case", required=False)
@click.option("--rule", type=click.Path(path_type=Path), help="A Sigma rule file.")
@click.option("--where", help="A condition, such as \"api.operation = 'AssumeRole' and status_code is null\".")
@click.option("--sql", help="One SELECT over `events` and `hits`.")
@click.option("--jsonl", is_flag=True, help="One JSON object a line; the last one counts.")
@click.option("--unmask", is_flag=True, help="Show secrets; that is entered in the ledger.")
@click.option("--timeout", type=int, help="Seconds it may take.")
@shared_options
def command(shared: Shared, case: str | None, *, jsonl: bool, timeout: int | None, **said: Any) -> int:
    """Ask a case's events."""
    from jumpkit.app.hunt import Question, as_line, hunt
    from jumpkit.app.latest import latest_case
    from jumpkit.app.workspace import reading, writing
    from jumpkit.cli.opening import opening

    question = Question(said["rule"], said["where"], said["sql"], said["unmask"])
    how = opening(shared, timeout=timeout)
    with (writing if question.unmask else reading)(how) as desk:
        chosen = latest_case(desk, case)
        matches = hunt(desk, chosen, question)
        last: dict[str, Any] = {}
        if jsonl:
            for last in matches:
                sys.stdout.write(as_line(last) + "\n")
        else:
            *found, last = matches
            if shared.as_json:
                _all(chosen, found, last)
            else:
                _tell(chosen, found, last)
    return 1 if last["not_runnable"] else 0


def _all(case: str, found: list[dict[str, Any]], last: dict[str, Any]) -> None:
    from jumpkit.cli.output import emit_json

    emit_json({"schema": "hunt/1", "case": case, "matches": found} | last)


def _tell(case: str, found: list[dict[str, Any]], last: dict[str, Any]) -> None:
    from jumpkit.cli.output import line, table

    if found and set(found[0]) >= {"event", "operation"}:
        rows = [(item["time"], item["operation"], item["principal"], item["event"]) for item in found]
        table(("time", "operation", "principal", "event"), rows)
    elif found:
        table(list(found[0]), [list(item.values()) for item in found])
    line(f"{last['total']:,} matches in {case}")
    for item in last["not_runnable"]:
        line(f"not runnable: {item['rule']}: {item['reason']}")
