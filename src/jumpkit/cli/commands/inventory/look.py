"""Look one thing up at Amazon as it is now, with what hangs together with it; nothing is kept."""

from __future__ import annotations

import json
from typing import Any

import click

from jumpkit.cli.cloud import cloud_options
from jumpkit.cli.options import Shared, shared_options


@click.command("look", help=__doc__)
@click.argument("kind")
@click.argument("uid", metavar="ID")
@cloud_options
@shared_options
def command(shared: Shared, kind: str, uid: str, *, access: Any) -> int:
    """Look one thing up at Amazon as it is now."""
    from jumpkit.app.inventorylook import looked
    from jumpkit.cli.output import emit_json

    told = looked(access, kind, uid)
    if shared.as_json:
        emit_json(told)
    else:
        _tell(told)
    return int(bool(told["gaps"] or any(way["gaps"] for way in told["around"])))


def _tell(told: dict[str, Any]) -> None:
    from jumpkit.cli.output import line

    item = told["item"]
    for name in ("kind", "region", "uid", "arn", "name", "created", "seen_at"):
        line(f"  {name:9} {'-' if item[name] is None else item[name]}")
    for way in told["around"]:
        for each in way["items"]:
            name = f" {each['name']}" if each["name"] and each["name"] != each["uid"] else ""
            line(f"  {way['name']:20} {each['uid']}{name}")
    for row in told["trusted"] or ():
        line(f"  {row['effect']} {row['kind']}: {row['principal']}")
    for text in json.dumps(item["body"], indent=2, ensure_ascii=False).splitlines():
        line(f"  {text}")
    for gap in (*told["gaps"], *(gap for way in told["around"] for gap in way["gaps"])):
        line(f"unknown  {gap['field'] or gap['call']}: {gap['code']}: {gap['because']}")
