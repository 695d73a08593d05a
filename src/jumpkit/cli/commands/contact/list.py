"""List the contacts: kind, roles, deputy, and what each lacks."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("list", help=__doc__)
@click.option("--at", metavar="TIME", help="As it stands at another moment.")
@shared_options
def command(shared: Shared, at: str | None) -> int:
    """List the contacts."""
    from jumpkit.app.people import contacts
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line, table
    from jumpkit.cli.times import moment_of

    with reading(opening(shared)) as desk:
        body = contacts(desk, moment_of(at))
    if shared.as_json:
        emit_json(body)
        return 0
    if not body["contacts"]:
        line("There is no contact yet: jumpkit contact import FILE")
        return 0
    rows = []
    for each in body["contacts"]:
        roles, lacks = ", ".join(each["roles"]) or None, ", ".join(each["lacks"]) or "nothing"
        names = (each["contact"], each["kind"], each["name"], roles, each["deputy"])
        rows.append((*names, len(each["channels"]), lacks))
    table(("contact", "kind", "name", "roles", "deputy", "channels", "lacks"), rows)
    return 0
