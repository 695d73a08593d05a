"""List rules: what each needs, and why it cannot run where it cannot."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("list", help=__doc__)
@click.option("--rules", multiple=True, type=click.Path(path_type=Path, exists=True), help="Foreign rules.")
@click.option("--no-own-rules", is_flag=True, help="Leave jumpkit's own rules out.")
@shared_options
def command(shared: Shared, rules: tuple[Path, ...], *, no_own_rules: bool) -> int:
    """List rules."""
    from jumpkit.app.rulebook import listing
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line, table

    found = listing(opening(shared).home, rules, own=not no_own_rules)
    if shared.as_json:
        emit_json({"rules": found})
        return 0
    table(
        ("severity", "live", "ATT&CK", "rule", "title"),
        [(r["severity"], "yes" if r["live"] else "no", ",".join(r["attack"]), r["rule"], r["title"]) for r in found],
    )
    waiting = [item for item in found if not item["live"]]
    line(f"{len(found)} rules, {len(found) - len(waiting)} live")
    for item in waiting:
        line(f"  not runnable: {item['rule']}: {item['reason']}")
    return 0
