"""Marks a case; whoever restricts it from the desk stays somebody who may know of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jumpkit.admit import members
from jumpkit.admit.change import By
from jumpkit.app.casework import enter
from jumpkit.coordinate.movement import reclassify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.app.workspace import Opening
    from jumpkit.coordinate.deed import Deed, Row, Who
    from jumpkit.store.book import Tx


def reclassified(opening: Opening, case: str, fields: Mapping[str, Any], reason: str, name: str) -> dict[str, Any]:
    """Change how a case is marked, and return it; `name` becomes a member where it is restricted and had none.

    Raises:
        BadUsage: a value is none of those known, nothing changes, or no reason is given.

    """

    def marked(tx: Tx, who: Who, row: Row) -> Deed:
        deed = reclassify(tx, who, row, fields, reason)
        known = {each["member"] for each in members.members(tx, case)}
        if not fields.get("restricted") or name in known:
            return deed
        added = members.add(tx, By(who.actor, who.clock), case, name)
        return replace(deed, rows={**deed.rows, **added.rows})

    return enter(opening, case, marked)
