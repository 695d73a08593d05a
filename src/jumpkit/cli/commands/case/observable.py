"""Enter an address, an agent, a digest: an indicator, an artifact, or harmless."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("observable", help=__doc__)
@click.argument("case")
@click.argument("type_", metavar="TYPE")
@click.argument("value")
@click.option("--role", help="ioc, artifact or benign.")
@click.option("--confidence", help="low, medium or high.")
@click.option("--tlp", help="clear, green, amber, amber+strict or red.")
@click.option("--basis", help="How you know.")
@shared_options
def command(shared: Shared, case: str, type_: str, value: str, **said: Any) -> int:
    """Enter an observable."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.registers import observe

    fields = {"type": type_, "value": value, **said}
    return tell(shared, enter(opening(shared), case, lambda tx, who, row: observe(tx, who, row, fields)))
