"""Legal holds: while one stands, nothing of the case is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.deed import SHORT, Deed, Row, Who, entered, next_id, one_of, said
from jumpkit.coordinate.moments import said_of
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import Refused

if TYPE_CHECKING:
    from jumpkit.store.book import Tx


def place(tx: Tx, who: Who, row: Row, signer: str | None, reason: str | None) -> Deed:
    """Enter a hold; an ended case can be held too.

    Raises:
        BadUsage: nobody answers for it, or no reason is given.

    """
    case = str(row["case"])
    new = {
        "case": case,
        "hold": next_id(tx, case, "hold", "L"),
        "signer": said(signer, "the signer", SHORT),
        "reason": said(reason, "the reason"),
        "released": None,
        "released_by": None,
        "release_reason": None,
        **who.stamps(),
    }
    told = f"{new['hold']}: held for {new['signer']}; nothing of the case is deleted until it is released"
    return Deed(case, "hold.placed", told, said_of(new), {"hold": [new]})


def release(tx: Tx, who: Who, row: Row, name: str, signer: str | None, reason: str | None) -> Deed:
    """Enter that a hold is released, by whom and why; the others stand.

    Raises:
        BadUsage: nobody answers for it, or no reason is given.
        Refused: it was released already.

    """
    there = one_of(tx, str(row["case"]), "hold", name)
    if there["released"]:
        raise Refused(f"{name} was released already", target=name)
    released = {"released_by": said(signer, "the signer", SHORT), "release_reason": said(reason, "the reason")}
    new = {**there, **released, "released": stamp(who.clock())}
    body = {"id": name, **released}
    return Deed(str(row["case"]), "hold.released", f"{name}: released by {new['released_by']}", body, {"hold": [new]})


def holding(tx: Tx, case: str) -> list[dict[str, Any]]:
    """Return the holds that stand."""
    return [row for row in entered(tx, case, "hold") if not row["released"]]


def refuse_if_held(tx: Tx, case: str) -> None:
    """Raise Refused where a hold stands."""
    standing = holding(tx, case)
    if standing:
        names = ", ".join(f"{row['hold']} ({row['signer']}: {row['reason'][:80]})" for row in standing)
        hint = f"jumpkit case release {case} {standing[0]['hold']} --signer NAME --reason WHY"
        raise Refused(f"a legal hold stands on it: {names}", target=case, hint=hint)
