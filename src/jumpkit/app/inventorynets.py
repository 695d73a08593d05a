"""Answers what the internet reaches and how networks hang together, from what a sync found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jumpkit.app import inventorybook as book
from jumpkit.kit.errors import BadUsage
from jumpkit.prepare.inventory import diagram, exposure
from jumpkit.prepare.inventory.snapshot import Hole, Snapshot, Thing, snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.app.workspace import Desk
    from jumpkit.store.book.book import Row

FORMATS = {"mermaid": diagram.mermaid, "dot": diagram.dot}


def ports(desk: Desk, sync: str | None, *, exposed: bool) -> dict[str, Any]:
    """Return the open ports of a sync by account, region, asset and number; `exposed` leaves out what is closed."""
    row = book.one(desk, sync)
    snap = taken(desk, row, exposure.KINDS)
    found = exposure.ports(snap)
    shown = exposure.reached(found) if exposed else found
    head = {"schema": "inventory-ports/1", "sync": row["sync"], "finished": row["finished"], "exposed_only": exposed}
    return head | {"ports": [exposure.as_json(port) for port in shown], "limits": limits(snap)}


def graph(desk: Desk, sync: str | None, fmt: str) -> dict[str, Any]:
    """Return the networks of a sync as the text of a diagram, dated, and which lists it lacks.

    Raises:
        BadUsage: there is no such format.

    """
    if fmt not in FORMATS:
        raise BadUsage(f"there is no format {fmt}", target=fmt, hint=f"one of {', '.join(FORMATS)}")
    row = book.one(desk, sync)
    snap = taken(desk, row, diagram.KINDS)
    text = FORMATS[fmt](diagram.drawing(snap), f"{row['sync']}, read until {row['finished']}")
    head = {"schema": "inventory-graph/1", "sync": row["sync"], "finished": row["finished"], "format": fmt}
    return head | {"text": text, "limits": limits(snap)}


def taken(desk: Desk, row: Row, kinds: Sequence[str]) -> Snapshot:
    """Return the things of some kinds, and a hole for each list of them that was not read or not asked for."""
    marks = ", ".join("?" * len(kinds))
    with book.opened(desk, row) as lake:
        order = "ORDER BY account, region NULLS FIRST, kind, uid"
        sql = f"SELECT kind, account, region, uid, name, body FROM items WHERE kind IN ({marks}) {order}"  # noqa: S608 - only marks
        things = [
            Thing(kind, account, region, uid, name, json.loads(body))
            for kind, account, region, uid, name, body in lake.query(sql, kinds)
        ]
        parts = lake.query("SELECT account, region, kind, state, gaps FROM parts ORDER BY 1, 2 NULLS FIRST, 3")
    asked = {kind for _, _, kind, _, _ in parts}
    holes = [
        Hole(account, region, kind, _because(state, json.loads(gaps)))
        for account, region, kind, state, gaps in parts
        if kind in kinds and (state == "unknown" or _listless(json.loads(gaps)))
        if state != "not_offered"
    ]
    for account in sorted({account for account, _, _, state, _ in parts if state != "uncovered"}):
        holes += [Hole(account, None, kind, "it was not asked for") for kind in kinds if kind not in asked]
    return snapshot(things, holes)


def limits(snap: Snapshot) -> list[dict[str, Any]]:
    """Return the lists that an answer lacks."""
    return [{name: getattr(hole, name) for name in Hole.__slots__} for hole in snap.holes]


def _listless(gaps: Sequence[dict[str, Any]]) -> bool:
    return any(gap["field"] is None for gap in gaps)


def _because(state: str, gaps: Sequence[dict[str, Any]]) -> str:
    told = "; ".join(sorted({f"{gap['call']} said {gap['code']}" for gap in gaps if gap["field"] is None}))
    return told or state
