"""The register of what is not logged, over all cases of the workspace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jumpkit.app.pictures import spot_of
from jumpkit.investigate.coverage.register import CaseLimits, register
from jumpkit.kit.masking import mask

if TYPE_CHECKING:
    from collections.abc import Collection

    from jumpkit.app.workspace import Desk
    from jumpkit.store.book import Tx


def limits(desk: Desk, *, open_only: bool = False, known: Collection[str] | None = None) -> dict[str, Any]:
    """Return limits/1: standing limits of all cases, or of those that are `known`, computed from their books."""
    with desk.book.read() as tx:
        told = case_limits(tx, known)
    items, cases = register(told), [each.case for each in told]
    kept = [item for item in items if item["state"] == "open" or not open_only]
    said = "cases with the same accounts tell whether a limit stands; whether it was closed since then no log here says"
    return dict(
        mask({"schema": "limits/1", "cases": cases, "items": kept, "limits": [{"what": "today", "because": said}]})
    )


def case_limits(tx: Tx, known: Collection[str] | None = None) -> list[CaseLimits]:
    """Return every case, or those that are `known`, with its accounts and blind spots, in order of their opening."""
    found = []
    for case in sorted(tx.values("case_", "case")):
        if known is not None and case not in known:
            continue
        accounts = {account for row in tx.rows("segment", case=case) for account in json.loads(row["accounts"] or "[]")}
        spots = tuple(spot_of(row) for row in tx.rows("blind_spot", case=case))
        found.append(CaseLimits(case, frozenset(filter(None, accounts)), spots))
    return found
