"""Print the JSON Schema of an object that commands promise."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options
from jumpkit.kit.errors import NotFound


@click.command("schema", help=__doc__)
@click.argument("name", required=False)
@shared_options
def command(shared: Shared, name: str | None) -> int:
    """Print the JSON Schema of an object that commands promise."""
    import json
    from importlib.resources import files

    from jumpkit.cli.output import emit_json, line

    folder = files("jumpkit.content") / "schemas"
    names = sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json"))
    if name is None:
        if shared.as_json:
            emit_json({"schemas": names})
        else:
            for known in names:
                line(known)
        return 0
    wanted = name.partition("/")[0]
    if wanted not in names:
        raise NotFound(f"there is no schema {name}", target=name, hint=f"one of {', '.join(names)}")
    schema = json.loads((folder / f"{wanted}.json").read_text("utf-8"))
    if shared.as_json:
        emit_json(schema)
    else:
        for text in json.dumps(schema, indent=2).splitlines():
            line(text)
    return 0
