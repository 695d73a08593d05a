"""Learn what is usual from older logs: cases of this workspace, or folders, which are triaged first."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("learn", help=__doc__)
@click.argument("names", nargs=-1, required=True, metavar="CASE_OR_FOLDER…")
@click.option("--estate", type=click.Path(path_type=Path), help="File that says which address ranges are yours.")
@shared_options
def command(shared: Shared, names: tuple[str, ...], estate: Path | None) -> int:
    """Learn what is usual from older logs."""
    from jumpkit.app.baseline import learn_from
    from jumpkit.app.workspace import writing
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import Terminal, emit_json, line

    terminal = Terminal(quiet=shared.quiet or shared.as_json)
    with writing(opening(shared)) as desk:
        try:
            found = learn_from(desk, names, estate, terminal)
        finally:
            terminal.clear()
    if shared.as_json:
        emit_json(found)
        return 0
    held = found["baseline"]
    line(
        f"Baseline {held['uid']}: {held['events']:,} events of {held['principals']:,} principals on {held['days']} days"
    )
    line(f"  {held['from']} to {held['to']}, from {', '.join(held['sources'])}")
    line("Next: jumpkit baseline check CASE")
    return 0
