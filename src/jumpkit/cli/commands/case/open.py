"""Open a case by hand; triage opens one by itself."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("open", help=__doc__)
@click.option("--title", required=True, help="What it is about, in a few words.")
@click.option("--severity", help="informational, low, medium, high or critical.")
@click.option("--kind", help="security, outage, quota, deletion, billing, misconfiguration or other.")
@shared_options
def command(shared: Shared, title: str, severity: str | None, kind: str | None) -> int:
    """Open a case."""
    from jumpkit.app.casework import begin
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening

    return tell(shared, begin(opening(shared), title, severity, kind))
