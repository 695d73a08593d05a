"""Take in indicators: STIX 2.1 bundles, MISP events, CSV (type,value…), or the address of a TAXII 2.1 collection."""  # noqa: N999 - the verb is called so

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("import", help=__doc__)
@click.argument("names", nargs=-1, required=True, metavar="FILE_OR_URL…")
@click.option("--added-after", help="Of a TAXII collection only what was added after this time (RFC 3339).")
@shared_options
def command(shared: Shared, names: tuple[str, ...], added_after: str | None) -> int:
    """Take in indicators."""
    from jumpkit.app.intel import take_in
    from jumpkit.app.workspace import writing
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json

    with writing(opening(shared)) as desk:
        found = take_in(desk, names, added_after=added_after)
    if shared.as_json:
        emit_json(found)
    else:
        _tell(found)
    return 1 if found["rejected"] else 0


def _tell(found: dict[str, Any]) -> None:
    from jumpkit.cli.output import line

    for item in found["items"]:
        known = ", known before" if item["known"] else ""
        line(f"{item['path']}: {item['indicators']:,} indicators ({item['format']}{known})")
        parts = [f"{item[name]:,} {name.replace('_', ' ')}" for name in _STATES if item[name]]
        line(f"  {', '.join(parts) or 'none'}")
    for item in found["rejected"]:
        line(f"rejected: {item['path']}: {item['reason']}")
    for item in found["not_runnable"][:_SHOWN]:
        line(f"  {'refused' if item['refused'] else 'not runnable'}: {item['name']}: {item['why']}")
    more = len(found["not_runnable"][_SHOWN:]) + found["more_not_runnable"]
    if more:
        line(f"  … and {more:,} more: jumpkit intel list")


_STATES = ("live", "partly", "expired", "revoked", "refused", "not_runnable")
_SHOWN = 15
