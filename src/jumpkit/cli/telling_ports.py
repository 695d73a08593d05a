"""Says ports of the inventory in the words of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def rows(ports: Sequence[dict[str, Any]]) -> list[list[Any]]:
    """Return a row a port: state, asset, address, ports, source, group and reason."""
    return [
        [port["state"], port["asset"], port["address"], _span(port), port["source"], port["via"], port["because"]]
        for port in ports
    ]


def _span(port: dict[str, Any]) -> str:
    low, high = port["from_port"], port["to_port"]
    if low is None:
        return f"{port['protocol']}, all" if port["protocol"] != "unknown" else "unknown"
    return f"{port['protocol']} {low}" if low == high else f"{port['protocol']} {low}-{high}"
