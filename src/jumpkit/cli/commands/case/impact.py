"""Estimate how bad it is in one respect, with what the estimate was made of."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options
from jumpkit.kit.errors import BadUsage


@click.command("impact", help=__doc__)
@click.argument("case")
@click.argument("dimension", required=False)
@click.argument("estimate", required=False)
@click.option("--confidence", help="low, medium or high.")
@click.option("--input", "inputs", multiple=True, help="NAME=VALUE that it was made of; may be repeated.")
@click.option("--basis", help="How it was made.")
@shared_options
def command(shared: Shared, case: str, dimension: str | None, estimate: str | None, **said: Any) -> int:
    """Estimate impact: functional, information, recoverability, money, customers or regulators."""
    from jumpkit.app.casebook import one_case
    from jumpkit.app.casework import enter
    from jumpkit.app.workspace import reading
    from jumpkit.cli.casework import tell, tell_rows
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.registers import Estimate
    from jumpkit.coordinate.registers import estimate as deed

    if dimension is None:
        with reading(opening(shared)) as desk:
            body = one_case(desk, case)
        return tell_rows(shared, body, "impact", ("impact", "dimension", "confidence", "estimate"))
    pairs = [each.partition("=") for each in said["inputs"]]
    if any(not sign for _, sign, _ in pairs) or not said["confidence"]:
        raise BadUsage("an estimate has a confidence, and inputs as NAME=VALUE", target=dimension)
    inputs = {name: value for name, _, value in pairs}
    made = Estimate(dimension, estimate or "", said["confidence"], inputs, said["basis"])
    return tell(shared, enter(opening(shared), case, lambda tx, who, row: deed(tx, who, row, made)))
