"""Remove a case's data for good, and leave a certificate of what was removed."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options
from jumpkit.kit.errors import Refused


@click.command("purge", help=__doc__)
@click.argument("case")
@click.option("--yes", is_flag=True, help="Do not ask.")
@shared_options
def command(shared: Shared, case: str, *, yes: bool) -> int:
    """Remove a case's data for good."""
    import json

    from jumpkit.app.purging import purge_case
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    certificate = purge_case(opening(shared), case, lambda: None if yes else _ask(case))
    if shared.as_json:
        emit_json(certificate)
        return 0
    line(f"{case} is gone. Certificate:")
    for text in json.dumps(certificate, indent=2).splitlines():
        line(text)
    return 0


def _ask(case: str) -> None:
    import sys

    if not sys.stdin.isatty():
        raise Refused("nobody is there to be asked", target=case, hint=f"jumpkit case purge {case} --yes")
    click.confirm(f"Remove {case} for good? Nothing brings it back", abort=True, err=True)
