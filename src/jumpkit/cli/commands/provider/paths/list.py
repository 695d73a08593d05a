"""List the paths to a provider in order: what each needs, and when it was last tried."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("list", help=__doc__)
@click.argument("provider", required=False)
@click.option("--at", metavar="TIME", help="As it stands at another moment.")
@shared_options
def command(shared: Shared, provider: str | None, at: str | None) -> int:
    """List the paths to a provider."""
    from jumpkit.app.paths import listed
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.cli.times import moment_of

    with reading(opening(shared)) as desk:
        body = listed(desk, provider, moment_of(at))
    if shared.as_json:
        emit_json(body)
        return 0
    for each in body["providers"]:
        line(f"{each['provider']}  {each['title']}, plan: {each['plan'] or each['plan_because']}")
        for path in each["paths"]:
            _tell(path)
    return 0


def _tell(path: dict[str, Any]) -> None:
    from jumpkit.cli.output import line

    last = path["last"]
    took = f", answered after {last['minutes']:g} minutes" if last["minutes"] is not None else ""
    line(f"{path['place']}. {path['path']}: {path['title']} ({path['kind']}; {last['state']}{took})")
    line(f"   {path['reach']}")
    for name in ("use_for", "answers_in", "note"):
        if path[name]:
            line(f"   {name.replace('_', ' ')}: {path[name]}")
    for need in path["needs"]:
        line(f"   needs {need['need'].replace('_', ' ')}: {need['state']}, {need['because']}")
    if path["unverified"]:
        line(f"   *unverified*: {path['unverified']}")
