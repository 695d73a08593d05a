"""Show who holds which credential, who issued it, from where it was used, and what is in reach of one asset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options

_ROWS = 25
_REQUESTS = 5


@click.command("principals", help=__doc__)
@click.argument("case", required=False)
@click.option("--asset", help="An instance, function or session: list every credential in reach of it instead.")
@click.option("--estate", type=click.Path(path_type=Path), help="What the client says is its own (docs/start.md).")
@shared_options
def command(shared: Shared, case: str | None, asset: str | None, estate: Path | None) -> int:
    """Show who holds which credential."""
    from jumpkit.app.principals import principals
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json
    from jumpkit.cli.telling import tell_limits

    with reading(opening(shared)) as desk:
        found = principals(desk, case, estate=estate, asset=asset)
    if shared.as_json:
        emit_json(found)
        return 0
    if asset is None:
        _people(found)
    else:
        _reach(found)
    tell_limits(found["limits"])
    return 0


def _people(found: dict[str, Any]) -> None:
    """Tell the principals, the workloads used outside, and which classes of actors the provider records."""
    from jumpkit.cli.output import line, table

    items = found["items"]
    rows = [
        (
            item["name"] or item["uid"],
            item["kind"],
            item["class"] + (" (guess)" if item["guess"] else ""),
            f"{item['count']:,}",
            _places(item),
            item["origin"]["name"] or item["origin"]["uid"],
            "" if item["state"] == "resolved" else f"unresolved: {item['why']}",
        )
        for item in items[:_ROWS]
    ]
    table(("name", "kind", "taken for", "calls", "from", "origin", ""), rows)
    if len(items) > _ROWS:
        line(f"… {len(items) - _ROWS} more, with --json")
    for item in items:
        for place in item["places"]:
            if place["state"].startswith("outside"):
                line()
                line(f"{item['name']}/{place['session']}: {place['why']}")
                line(f"  {place['outside_calls']} calls from there; events {', '.join(_cited(place))}")
                for asked in place["requests"][:_REQUESTS]:
                    line(f"  {_request(asked)}")
    line()
    line("Whom the provider records:")
    for actor in found["actors"]:
        line(f"  {actor['class']}: {actor['recorded']}, in {actor['where']}; needs {actor['needs']}")
        line(f"    source: {actor['source']}")


def _request(asked: dict[str, Any]) -> str:
    """Return a request that may have brought the credential out, and what ties it to that."""
    end = "turned away" if asked["denied"] else f"answered {asked['code'] or 'unknown'}"
    tie = "; ".join(asked["ties"]) or "only the time ties it to this"
    return f"{asked['time']} {asked['client']} asked {asked['url']} ({end}; event {asked['event']}): {tie}"


def _places(item: dict[str, Any]) -> str:
    """Return the busiest address, and how many more there are."""
    addresses = item["addresses"]
    if not addresses:
        names = sorted({each["domain"] for key in item["keys"] for each in key["used_from"] if each["domain"]})
        return names[0] if names else "-"
    more = len(addresses) - 1 + item["more_addresses"]
    return f"{addresses[0]['ip']}{f' +{more}' if more else ''}"


def _cited(place: dict[str, Any]) -> list[str]:
    """Return the first events that the reasons name."""
    return [event for reason in place["reasons"] for event in reason["events"]][:2]


def _reach(found: dict[str, Any]) -> None:
    """Tell the credentials in reach of an asset, the strongest first."""
    from jumpkit.cli.output import line

    line(f"In reach of {found['asset']}, the strongest first:")
    for item in found["items"]:
        used = "" if item["calls"] is None else f", {item['calls']:,} calls"
        last = "" if item["last"] is None else f", last {item['last']}"
        line(f"  {item['power']}: {item['kind']} {item['name'] or item['uid']} ({item['state']}{used}{last})")
        line(f"    {item['why']}; {item['basis']}")
        if item["place"] is not None:
            line(f"    {item['place']['why']}")
        if item["revoke"] is not None:
            line(f"    to end it: {item['revoke']}")
    if not found["items"]:
        line("  no credential is known")
