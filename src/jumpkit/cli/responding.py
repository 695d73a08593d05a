"""How a person is walked from question to question, and what they see at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jumpkit.cli.output import line
from jumpkit.cli.plans import tell_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.respond.options import Option


def ask(option: Option) -> bool:
    """Ask one question, with what a yes gains and costs."""
    line()
    line(option.question)
    line(f"  gains   {option.gains}")
    line(f"  costs   {option.costs}")
    return click.confirm("  Yes?", default=option.default)


def tell(body: Mapping[str, Any]) -> None:
    """Say who we are, what was gathered, what could not be told, and what to do next."""
    line(f"{body['case']}: {', '.join(body['targets'])}")
    if body["caller"]["expires"]:
        line(f"Our credentials end at {body['caller']['expires']}.")
    for each in body["gathered"]:
        items = (each.get("now") or {}).get("items") or []
        line(f"  {each['outcome']:<7} {each['action']} of {each['target']['uid']}: {len(items)} items sealed")
    for each in body["limits"]:
        line(f"  limit   {each}")
    if body["body"] is not None:
        from jumpkit.cli.options import Shared  # noqa: PLC0415 - only to show the plan as the plan command does

        tell_plan(Shared(), body["body"])
        return
    for each in body["options"]:
        line(f"  option  {each['option']}: {each['question']} (usual answer: {'yes' if each['default'] else 'no'})")
    line("No plan was made. Answer the questions at a terminal, or take the usual answers: --yes-to-defaults")
