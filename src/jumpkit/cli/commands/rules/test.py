"""Try rules on their own examples, as they stand and in another letter case."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("test", help=__doc__)
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True))
@shared_options
def command(shared: Shared, folder: Path | None) -> int:
    """Try rules on their own examples; without a folder, jumpkit's own."""
    from jumpkit.app.rulebook import try_examples
    from jumpkit.cli.output import emit_json, line, table

    results = try_examples(folder)
    wrong = [item for item in results if not item["held"]]
    if shared.as_json:
        emit_json({"schema": "rules-test/1", "examples": len(results), "failed": wrong})
    else:
        table(("rule", "example", "expected"), [(i["rule"], i["example"], i["expected"]) for i in wrong])
        line(f"{len(results)} examples, {len(wrong)} failed")
    return 1 if wrong else 0
