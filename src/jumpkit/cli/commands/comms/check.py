"""Say for every role which ways are left when something is lost; exit 1 where none is."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("check", help=__doc__)
@click.option("--assume-lost", "lost", metavar="NAMES", default="", help="Services or channels: entra,corp-mail.")
@shared_options
def command(shared: Shared, lost: str) -> int:
    """Say which ways are left."""
    from jumpkit.app.comms import check
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    how = opening(shared)
    with reading(how) as desk:
        body = check(desk, how, [name.strip() for name in lost.split(",") if name.strip()])
    if shared.as_json:
        emit_json(body)
        return int(bool(body["problems"]))
    for role in body["roles"]:
        tell_role(role)
    for name, word in (("problems", ""), ("limits", "not known: ")):
        for each in body[name]:
            line(f"{word}{each['about']}: {each['kind'].replace('_', ' ')}: {each['because']}")
    return int(bool(body["problems"]))


def tell_role(role: dict[str, Any]) -> None:
    """Print a role with its ways."""
    from jumpkit.cli.output import line

    shared_by_all = f"; all rest on {', '.join(role['all_rest_on'])}" if role["all_rest_on"] else ""
    line(f"{role['role']}: {role['survive']} of {len(role['ways'])} ways are left{shared_by_all}")
    for way in role["ways"]:
        outside = ", out of band" if way["out_of_band"] else ""
        why = f": {way['because']}" if way["because"] else ""
        line(f"  {way['state']:<8}  {way['name']}, {way['kind']} {way['address']}{outside}{why}")
