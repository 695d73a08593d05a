"""Name what the contacts lack: unverified, gone stale, one channel only, no deputy, hours unknown; exit 1 if any."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("check", help=__doc__)
@click.option("--at", metavar="TIME", help="As it stands at another moment.")
@shared_options
def command(shared: Shared, at: str | None) -> int:
    """Name what the contacts lack."""
    from jumpkit.app.people import contacts
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.cli.times import moment_of

    with reading(opening(shared)) as desk:
        body = contacts(desk, moment_of(at))
    count = len(body["contacts"])
    if shared.as_json:
        emit_json({"schema": "contact-check/1", "at": body["at"], "checked": count, "lacks": body["lacks"]})
        return int(bool(body["lacks"]) or not count)
    for lack in body["lacks"]:
        line(f"{lack['entry']}: {lack['kind'].replace('_', ' ')}: {lack['because']}")
    line(f"{count} contacts, {len(body['lacks'])} things lack." if count else "There is no contact: nobody is known.")
    return int(bool(body["lacks"]) or not count)
