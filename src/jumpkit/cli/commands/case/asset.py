"""Enter an asset or an identity of a cloud, and how far it is compromised."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("asset", help=__doc__)
@click.argument("case")
@click.argument("kind")
@click.argument("name", required=False)
@click.option("--provider", help="aws, azure, gcp, …")
@click.option("--account", help="Account, subscription or project.")
@click.option("--region", help="Where it is.")
@click.option("--owner", help="Who answers for it.")
@click.option("--compromise", help="unknown, suspected, compromised or clean.")
@click.option("--basis", help="How you know.")
@shared_options
def command(shared: Shared, case: str, kind: str, name: str | None, **said: Any) -> int:
    """Enter an asset by kind (identity, instance, bucket, …) and the provider's own id, or say more by its id here."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.changes import change_asset, is_id
    from jumpkit.coordinate.registers import add_asset

    if name is None and is_id("asset", kind):
        return tell(shared, enter(opening(shared), case, lambda tx, who, row: change_asset(tx, who, row, kind, said)))
    fields = {"kind": kind, "name": name, **said}
    return tell(shared, enter(opening(shared), case, lambda tx, who, row: add_asset(tx, who, row, fields)))
