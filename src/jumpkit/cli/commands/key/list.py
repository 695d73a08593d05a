"""List the keys that ever signed here, how each came, and where the present one lies."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("list", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """List the keys that ever signed here."""
    from jumpkit.app.keyring import listed
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    found = listed(opening(shared))
    if shared.as_json:
        emit_json(found)
        return 0
    for each in found["keys"]:
        end = "signs now" if each["present"] else f"until {each['until']}"
        why = f": {each['because']}" if each["because"] else ""
        line(f"{each['fingerprint']}  {each['how']} {each['since']}{why}; {end}")
        if each["revoked"]:
            line(f"  REVOKED from {each['revoked']}: {each['revoked_because']}")
    place = found["place"]
    line(f"The secret: {place['kind']}{' ' + place['path'] if place['path'] else ''}")
    return 0
