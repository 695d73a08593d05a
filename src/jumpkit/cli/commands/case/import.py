"""Take in a case that was exported, after everything in it was held against its ledger."""  # noqa: N999 - the verb is called so

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("import", help=__doc__)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", "pin", help="The fingerprint of whoever sealed it, as you were given it by another way.")
@shared_options
def command(shared: Shared, file: Path, pin: str | None) -> int:
    """Take in a case that was exported."""
    from jumpkit.app.parcels import import_case
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    made = import_case(opening(shared), file, pin)
    if shared.as_json:
        emit_json(made)
        return 0
    how = "is here already, and equal" if made["already"] else "is here"
    line(f"{made['case']} {how}: {made['files']:,} files, {made['entries']:,} lines of ledger")
    pinned = "the one you named" if made["key"]["pinned"] else "not compared with one from outside"
    line(f"  sealed by {made['key']['fingerprint']} ({pinned})")
    return 0
