"""Write what may leave of a case without names: pseudonyms in their place, and a log that still proves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("redact", help=__doc__)
@click.argument("case")
@click.option("-o", "out", required=True, type=click.Path(path_type=Path), metavar="DIR|FILE.zip", help="Where to.")
@click.option("--word", "words", multiple=True, help="A word to replace too; may be given more than once.")
@click.option("--words", "listed", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="One a line.")
@click.option("--keep", multiple=True, help="A word that is a name here and stays; may be given more than once.")
@click.option("--tlp", help="The most confidential level that may leave; the case's own by default.")
@shared_options
def command(shared: Shared, case: str, out: Path, **said: Any) -> int:
    """Write what may leave of a case without names."""
    from jumpkit.app.redacting import Wishes, redact
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    more = said["listed"].read_text("utf-8").splitlines() if said["listed"] else []
    told = redact(opening(shared), case, out, Wishes((*said["words"], *more), said["keep"], said["tlp"]))
    if shared.as_json:
        emit_json(told)
        return 0 if told["intact"] else 1
    counts = ", ".join(f"{count} {kind}" for kind, count in told["replaced"].items()) or "nothing"
    line(f"{told['path']}: {', '.join(told['files'])}; replaced: {counts}")
    for what, count in told["left_out"].items():
        line(f"  left out: {count} {what}")
    if told["kept"]:
        line(f"  names that are common words and stay: {', '.join(told['kept'])}")
    line("  which pseudonym stands for what is kept in the workspace alone; read it through before it leaves")
    return 0 if told["intact"] else 1
