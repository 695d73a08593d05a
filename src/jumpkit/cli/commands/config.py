"""Show each setting, its value, and where the value came from."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("config", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """Show each setting."""
    from jumpkit.app.settings import KNOWN, settle, settle_home, without_password
    from jumpkit.cli.output import emit_json, table

    home = settle_home(shared.home)
    settled = settle(home.value)
    rows = [("home", str(home.value), home.origin, "the workspace")]
    settled["book"] = without_password(settled["book"])
    rows += [(name, settled[name].value, settled[name].origin, KNOWN[name].about) for name in KNOWN]
    if shared.as_json:
        keys = ("setting", "value", "origin", "about")
        emit_json({"schema": "config/1", "settings": [dict(zip(keys, row, strict=True)) for row in rows]})
    else:
        table(("setting", "value", "from", "what for"), rows)
    return 0
