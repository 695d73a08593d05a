"""The keys, addresses and names that a record speaks of, as one JSON list, by the source's table of paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jumpkit.normalize.plain.paths import all_of, json_text, text_of, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.normalize.plain.cut import Held
    from jumpkit.normalize.plain.plan import Plan

_LONGEST = 2048  # characters of one
_MOST = 200  # of one record; the sealed record has the others


def observables(plan: Plan, held: Held, count: int) -> pa.Array:
    """Return for each record a JSON list of {"type", "value"}, null where it speaks of nothing that is asked for."""
    told = plan.source.tables.get("observables")
    if not told or not isinstance(held, list):
        return pa.nulls(count, pa.string())
    asked = [(kind, *_path(path)) for kind, paths in told.items() for path in paths]
    return texts(_listed(row, asked) for row in held)


def _path(told: str | Mapping[str, str]) -> tuple[list[str], re.Pattern[str] | None]:
    """Return the steps of a path, and what is cut from the text there: `{at: path, cut: pattern with one group}`."""
    if isinstance(told, str):
        return told.split("."), None
    return told["at"].split("."), re.compile(told["cut"])


def _listed(row: dict[str, Any], asked: list[tuple[str, list[str], re.Pattern[str] | None]]) -> str | None:
    found: dict[tuple[str, str], None] = {}
    for kind, steps, cut in asked:
        for value in all_of(row, steps):
            text = (text_of(value) or "")[:_LONGEST]
            hit = cut.search(text) if cut else None
            text = text if cut is None else hit[1] if hit else ""
            if text:
                found[kind, text] = None
    if not found:
        return None
    return json_text([{"type": kind, "value": text} for kind, text in list(found)[:_MOST]])
