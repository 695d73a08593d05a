"""Take contacts, rotas, services, providers and escalation policies in from a YAML file."""  # noqa: N999 - the verb is called so

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("import", help=__doc__)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Remove what the file's sections no longer name; else it stays.")
@shared_options
def command(shared: Shared, file: Path, *, replace: bool) -> int:
    """Take a directory in."""
    from jumpkit.app.people import take_in
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    body = take_in(opening(shared), file, replace=replace)
    if shared.as_json:
        emit_json(body)
        return 0
    counts = {name: len(body[name]) for name in ("new", "changed", "removed")}
    line(", ".join(f"{count} {name}" for name, count in {**counts, "unchanged": body["unchanged"]}.items()))
    for entry in body["not_in_file"]:
        line(f"  not in the file, and kept: {entry} (--replace removes it)")
    line(f"The directory holds {', '.join(f'{count} {name}' for name, count in body['holds'].items())}.")
    return 0
