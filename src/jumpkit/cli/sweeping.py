"""How a sweep is told to a person: what is grave with its reason and remedy, the rest counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.cli.output import line, table
from jumpkit.cli.telling import tell_limits

if TYPE_CHECKING:
    from collections.abc import Mapping

_GRAVE = ("malicious", "suspect")


def tell_sweep(body: Mapping[str, Any], *, every: bool) -> None:
    """Print a sweep."""
    counts = ", ".join(f"{number:,} {state}" for state, number in body["counts"].items())
    line(f"{body['case']}: {len(body['items']):,} things stand in {body['caller']['account']}: {counts}")
    shown = [each for each in body["items"] if every or each["state"] in _GRAVE]
    if shown:
        line()
        table(["State", "What", "Name", "Region", "Made"], [_row(each) for each in shown])
    if len(shown) < len(body["items"]):
        line(f"{len(body['items']) - len(shown):,} more are not shown: --all, or --json")
    for each in shown:
        if each["state"] in _GRAVE:
            _tell(each)
    tell_limits(body["limits"])
    line()
    line(f"{len(body['not_covered'])} kinds are known and not looked for: --json lists them")


def _row(item: Mapping[str, Any]) -> list[Any]:
    return [item["state"], item["title"], item["name"], item["region"] or "-", item["made"] or "unknown"]


def _tell(item: Mapping[str, Any]) -> None:
    line()
    line(f"  {item['title']} {item['name']}: {item['why']}")
    step = item["action"]
    if step is None:
        line(f"    by hand: {item['by_hand']}")
    else:
        line(f"    take it away: {step['action']} on {step['target']}")
