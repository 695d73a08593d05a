"""Check rules of a folder: ids, titles, ATT&CK, examples."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("lint", help=__doc__)
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True))
@shared_options
def command(shared: Shared, folder: Path | None) -> int:
    """Check rules; without a folder, jumpkit's own."""
    from jumpkit.app.rulebook import lint
    from jumpkit.cli.output import emit_json, line, table

    problems = lint(folder)
    if shared.as_json:
        emit_json({"schema": "rules-lint/1", "problems": problems})
    else:
        table(("rule", "problem"), [(item["rule"], item["problem"]) for item in problems])
        line(f"{len(problems)} problems")
    return 1 if problems else 0
