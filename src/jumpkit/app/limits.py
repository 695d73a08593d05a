"""The register of what is not logged, over all cases of the workspace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jumpkit.app.pictures import spot_of
from jumpkit.investigate.coverage.register import CaseLimits, register
from jumpkit.kit.masking import mask

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk
    from jumpkit.store.book import Tx


def limits(desk: Desk, *, open_only: bool = False) -> dict[str, Any]:
    """Return limits/1: standing limits of all cases, computed from their books."""
    with desk.book.read() as tx:
        items = register(case_limits(tx))
        cases = tx.values("case_", "case")
    kept = [item for item in items if item["state"] == "open" or not open_only]
    said = "cases with the same accounts tell whether a limit stands; whether it was closed since then no log here says"
    return dict(
        mask({"schema": "limits/1", "cases": cases, "items": kept, "limits": [{"what": "today", "because": said}]})
    )


def case_limits(tx: Tx) -> list[CaseLimits]:
    """Return every case with its accounts and blind spots, in order of their opening."""
    found = []
    for case in sorted(tx.values("case_", "case")):
        accounts = {account for row in tx.rows("segment", case=case) for account in json.loads(row["accounts"] or "[]")}
        spots = tuple(spot_of(row) for row in tx.rows("blind_spot", case=case))
        found.append(CaseLimits(case, frozenset(filter(None, accounts)), spots))
    return found
