"""Say which data is concerned, and whose law: duties hang on it."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("data", help=__doc__)
@click.argument("case")
@click.option("--class", "data_class", required=True, help="pii, health, cardholder, financial, credentials, …")
@click.option("--jurisdiction", required=True, help="eu, uk, us, us-ny, us-ca, in, au, ca, …")
@click.option("--basis", help="How you know, or why it is withdrawn.")
@click.option("--withdraw", is_flag=True, help="It is not concerned after all.")
@shared_options
def command(shared: Shared, case: str, data_class: str, jurisdiction: str, **said: Any) -> int:
    """Say which data is concerned."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.registers import add_data, withdraw_data

    deed = withdraw_data if said["withdraw"] else add_data
    return tell(
        shared,
        enter(opening(shared), case, lambda tx, who, row: deed(tx, who, row, data_class, jurisdiction, said["basis"])),
    )
