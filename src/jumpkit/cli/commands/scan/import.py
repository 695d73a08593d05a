"""Take in results of scanners: Prowler and others in OCSF (JSON), Security Hub and others in ASFF; known once."""  # noqa: N999 - the verb is called so

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("import", help=__doc__)
@click.argument("names", nargs=-1, required=True, metavar="FILE…")
@shared_options
def command(shared: Shared, names: tuple[str, ...]) -> int:
    """Take in results of scanners."""
    from jumpkit.app.posture import take_in
    from jumpkit.app.workspace import writing
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    with writing(opening(shared)) as desk:
        found = take_in(desk, names)
    if shared.as_json:
        emit_json(found)
        return 1 if found["rejected"] else 0
    for item in found["items"]:
        states = ", ".join(f"{count:,} {state}" for state, count in item["states"].items())
        known = ", known before" if item["known"] else ""
        line(f"{item['path']}: {item['findings']:,} checks of resources ({item['format']}{known}): {states}")
    for item in found["rejected"]:
        line(f"rejected: {item['path']}: {item['reason']}")
    line(f"{found['standing']:,} checks of resources stand; jumpkit scan diff tells what changed")
    return 1 if found["rejected"] else 0
