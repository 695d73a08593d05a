"""Draw the networks of the last sync: VPCs, subnets, gateways, peerings, endpoints; as Mermaid or Graphviz text."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("graph", help=__doc__)
@click.option("--format", "fmt", default="mermaid", show_default=True, help="mermaid or dot.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.option("--sync", help="Of this sync instead of the last.")
@shared_options
def command(shared: Shared, fmt: str, output: Path | None, sync: str | None) -> int:
    """Draw the networks of the last sync."""
    import sys

    from jumpkit.app.inventorynets import graph
    from jumpkit.app.workspace import reading
    from jumpkit.cli.inventory import limit_lines
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    with reading(opening(shared)) as desk:
        told = graph(desk, sync, fmt)
    if output is not None:
        output.write_text(told["text"], "utf-8")
    if shared.as_json:
        emit_json(told)
    elif output is not None:
        line(f"{output}: the networks of {told['sync']}, read until {told['finished']}")
    else:
        sys.stdout.write(told["text"])
    if not shared.as_json:
        for text in limit_lines(told["limits"]):
            sys.stderr.write(text + "\n")
    return int(bool(told["limits"]))
