"""Explain an event, one of the provider's calls, or (RULE EVENT) why a rule matches an event or does not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jumpkit.cli.options import Shared, shared_options

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk


@click.command("explain", help=__doc__)
@click.argument("thing", metavar="EVENT | CALL | RULE")
@click.argument("event", required=False, metavar="[EVENT]")
@click.option("--rules", multiple=True, type=click.Path(path_type=Path, exists=True), help="Where foreign rules lie.")
@shared_options
def command(shared: Shared, thing: str, event: str | None, rules: tuple[Path, ...]) -> int:
    """Explain an event, a call, or a rule's match."""
    from jumpkit.app.calls import explain_call
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json

    if event is None and thing.startswith("aws:"):
        found = explain_call(thing)  # needs no workspace
    else:
        with reading(opening(shared)) as desk:
            found = _explained(desk, thing, event, list(rules))
    if shared.as_json:
        emit_json(found)
    elif "conditions" in found:
        _tell_match(found)
    elif "told" in found:
        _tell_event(found)
    else:
        _tell_call(found)
    return 0


def _explained(desk: Desk, thing: str, event: str | None, rules: list[Path]) -> dict[str, Any]:
    from jumpkit.app.calls import explain_call
    from jumpkit.app.show import explain_event, explain_match
    from jumpkit.kit.errors import NotFound

    if event is not None:
        return explain_match(desk, thing, event, rules)
    try:
        return explain_event(desk, thing)
    except NotFound as error:
        try:
            return explain_call(thing)
        except NotFound:
            raise error from None


def _tell_match(found: dict[str, Any]) -> None:
    from jumpkit.cli.output import line, table

    line(f"{found['title']}: {'matches' if found['matched'] else 'does not match'} {found['event']}")
    rows = [
        (c["condition"], c["field"], c["expected"], c["actual"], "yes" if c["held"] else "no")
        for c in found["conditions"]
    ]
    table(("condition", "field", "expected", "actual", "held"), rows)


def _tell_event(found: dict[str, Any]) -> None:
    from jumpkit.cli.output import line

    for sentence in found["told"]:
        line(sentence)


def _tell_call(found: dict[str, Any]) -> None:
    from jumpkit.cli.output import line

    line(f"{found['call']}: {found['does']}")
    line(f"Why it matters: {found['matters']}")
    line(f"ATT&CK: {', '.join(found['attack'])}")
    line(f"Ask next: {found['ask']}")
    line(f"How it is taken back: {found['undo']}")
    if found["object"]:
        line(f"What it was done to stands in: {', '.join(found['object'])}")
