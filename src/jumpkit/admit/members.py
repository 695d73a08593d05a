"""Members of cases: of a restricted case only they learn that it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.admit.accounts import name_of
from jumpkit.admit.change import By, Change
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import NotFound, Refused
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.store.book import Tx


def add(tx: Tx, by: By, case: str, name: str) -> Change:
    """Let somebody know of a case.

    Raises:
        NotFound: there is neither an account of that name nor a token that acts by it.
        Refused: they know already.

    """
    known = name_of(name)
    tokens = [row for row in tx.rows("token", name=known) if not row["account"]]
    if not tx.one("account", case=WORKSPACE, account=known) and not tokens:
        raise NotFound(f"nobody comes in as {known}", target=known, hint="jumpkit user list, jumpkit token list")
    there = tx.one("member", case=case, member=known)
    own = _workspace(tx)
    if there and not there["removed"] and there["workspace"] == own:
        raise Refused(f"{known} is a member already", target=known, hint=f"jumpkit case member list {case}")
    row = {"case": case, "member": known, "workspace": own, "removed": None, **by.stamps()}
    return Change("member.added", f"{known} may know of {case}", {"member": known}, {"member": [row]})


def remove(tx: Tx, by: By, case: str, name: str) -> Change:
    """Let somebody know of a case no longer.

    Raises:
        NotFound: they are no member.

    """
    row = tx.one("member", case=case, member=name.strip().lower())
    if row is None or row["removed"]:
        raise NotFound(f"{name} is no member of {case}", target=name, hint=f"jumpkit case member list {case}")
    new = {**row, "removed": stamp(by.clock())}
    return Change(
        "member.removed", f"{name} may know of {case} no longer", {"member": row["member"]}, {"member": [new]}
    )


def members(tx: Tx, case: str) -> list[dict[str, Any]]:
    """Return who is a member of a case, by name."""
    own = _workspace(tx)
    names = ("member", "recorded", "author")
    rows = [row for row in tx.rows("member", case=case) if not row["removed"] and row["workspace"] == own]
    return [{name: row[name] for name in names} for row in rows]


def may_know(tx: Tx, row: Mapping[str, Any] | None, case: str, name: str) -> bool:
    """Tell whether a case is there for somebody; the same is looked up whether or not it exists."""
    there = tx.one("member", case=case, member=name)
    is_member = there is not None and not there["removed"] and there["workspace"] == _workspace(tx)
    return row is not None and (not row["restricted"] or is_member)


def _workspace(tx: Tx) -> str | None:
    row = tx.one("workspace", case=WORKSPACE)
    return str(row["workspace"]) if row else None
