"""Registers whose signatures let plans run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.journal import BookJournal, acting
from jumpkit.app.workspace import reading
from jumpkit.respond import approvals
from jumpkit.respond.signing import fingerprint
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk, Opening


def add(opening: Opening, person: str, public: str) -> dict[str, Any]:
    """Register a person's public key.

    Raises:
        BadUsage: it is no key, or somebody's already.

    """
    with acting(opening) as desk:
        return {"schema": "approver/1", **_shown(approvals.register(_where(desk), person, public))}


def remove(opening: Opening, name: str) -> dict[str, Any]:
    """Withdraw a key.

    Raises:
        NotFound: there is none of that id.

    """
    with acting(opening) as desk:
        return {"schema": "approver/1", **_shown(approvals.withdraw(_where(desk), name))}


def listed(opening: Opening) -> dict[str, Any]:
    """Return the registered keys in the order in which they were registered."""
    with reading(opening) as desk:
        rows = BookJournal(desk).rows("approver", WORKSPACE)
    return {"schema": "approvers/1", "approvers": [_shown(each) for each in rows]}


def _where(desk: Desk) -> approvals.Desk:
    return approvals.Desk(BookJournal(desk), desk.clock, desk.actor, WORKSPACE)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    told = {name: row.get(name) for name in ("approver", "person", "public", "recorded", "withdrawn")}
    return {**told, "fingerprint": fingerprint(str(row["public"]))}
