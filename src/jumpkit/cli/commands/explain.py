"""Say why a rule matches an event, or does not: each condition, what it expected, what was there."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("explain", help=__doc__)
@click.argument("rule")
@click.argument("event")
@click.option("--rules", multiple=True, type=click.Path(path_type=Path, exists=True), help="Where foreign rules lie.")
@shared_options
def command(shared: Shared, rule: str, event: str, rules: tuple[Path, ...]) -> int:
    """Say why a rule matches an event, or does not."""
    from jumpkit.app.show import explain_match
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line, table

    with reading(opening(shared)) as desk:
        found = explain_match(desk, rule, event, list(rules))
    if shared.as_json:
        emit_json(found)
        return 0
    line(f"{found['title']}: {'matches' if found['matched'] else 'does not match'} {event}")
    rows = [
        (c["condition"], c["field"], c["expected"], c["actual"], "yes" if c["held"] else "no")
        for c in found["conditions"]
    ]
    table(("condition", "field", "expected", "actual", "held"), rows)
    return 0
