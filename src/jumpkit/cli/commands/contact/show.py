"""Show a contact: every way to reach it, when that was last tried, and whether somebody is there now."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options

_NOW = {True: "yes", False: "no, outside its hours", None: "unknown: its hours are not written down"}


@click.command("show", help=__doc__)
@click.argument("contact")
@click.option("--at", metavar="TIME", help="As it stands at another moment.")
@shared_options
def command(shared: Shared, contact: str, at: str | None) -> int:
    """Show a contact."""
    from jumpkit.app.people import contacts
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json
    from jumpkit.cli.times import moment_of

    with reading(opening(shared)) as desk:
        body = contacts(desk, moment_of(at), only=contact)
    found = body["contacts"][0]
    if shared.as_json:
        emit_json({"schema": "contact/1", "at": body["at"], **found, "lacks": body["lacks"]})
    else:
        _tell(found, body)
    return 0


def _tell(found: dict[str, Any], body: dict[str, Any]) -> None:
    from jumpkit.cli.output import line

    line(f"{found['contact']}  {found['name']} ({found['kind']}{', ' + found['title'] if found['title'] else ''})")
    for name in ("organization", "deputy", "zone", "authenticate", "note"):
        if found[name]:
            line(f"  {name}: {found[name]}")
    line(f"  reachable at {body['at']}: {_NOW[found['reachable_now']]}")
    for way in found["channels"]:
        tried = f"{way['last_state']}{' ' + way['last_at'] if way['last_at'] else ''}"
        outside = ", out of band" if way["out_of_band"] else ""
        line(f"  {way['kind']}: {way['address']} ({tried}{outside})")
    for lack in body["lacks"]:
        line(f"  lacks: {lack['kind'].replace('_', ' ')}: {lack['because']}")
