"""The keys, addresses and names that a record speaks of, as one JSON list, by the source's table of paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from jumpkit.normalize.plain.paths import all_of, text_of, texts

if TYPE_CHECKING:
    from jumpkit.normalize.plain.cut import Held
    from jumpkit.normalize.plain.plan import Plan

_MOST = 200  # of one record; the sealed record has the others


def observables(plan: Plan, held: Held, count: int) -> pa.Array:
    """Return for each record a JSON list of {"type", "value"}, null where it speaks of nothing that is asked for."""
    told = plan.source.tables.get("observables")
    if not told or not isinstance(held, list):
        return pa.nulls(count, pa.string())
    asked = [(kind, path.split(".")) for kind, paths in told.items() for path in paths]
    return texts(_listed(row, asked) for row in held)


def _listed(row: dict[str, Any], asked: list[tuple[str, list[str]]]) -> str | None:
    found = {
        (kind, text): None
        for kind, steps in asked
        for value in all_of(row, steps)
        if (text := text_of(value)) is not None
    }
    if not found:
        return None
    return msgspec.json.encode([{"type": kind, "value": text} for kind, text in list(found)[:_MOST]]).decode()
