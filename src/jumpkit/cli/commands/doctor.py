"""Say what works on this machine, and what a missing part would give."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("doctor", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """Say what works on this machine."""
    from jumpkit.app.doctor import examine
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    checks = examine(opening(shared))
    healthy = all(check.state != "broken" for check in checks)
    if shared.as_json:
        emit_json({"schema": "doctor/1", "healthy": healthy, "checks": [check.as_dict() for check in checks]})
        return 0 if healthy else 1
    signs = {"ok": "ok     ", "missing": "missing", "broken": "BROKEN "}
    for check in checks:
        line(f"{signs[check.state]}  {check.name}: {check.found}")
        if check.state != "ok":
            line(f"         {check.means}")
    return 0 if healthy else 1
