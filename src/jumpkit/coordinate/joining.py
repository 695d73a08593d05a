"""Cases that turn out to be one, or two: merged and split, with nothing lost on either side."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.case import open_case
from jumpkit.coordinate.comms import OOB, distrusted, mode_of
from jumpkit.coordinate.deed import Deed, Row, Who, entered, next_id, said, still_open
from jumpkit.coordinate.moments import moment_row, standing
from jumpkit.coordinate.movement import changed_state
from jumpkit.coordinate.registers import data_of
from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.store.book.casework import CASEWORK
from jumpkit.store.book.rows import to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.store.book import Tx


def merge(tx: Tx, who: Who, row: Row, into: Row, reason: str) -> list[Deed]:
    """End a case as a duplicate of another, which takes over what is open, moments, data, duties and distrust.

    Of two moments of one kind the earlier stands, so that no clock starts later than it must.

    Raises:
        BadUsage: both are one case, or no reason is given.
        Refused: one of them has ended.

    """
    case, other, why = still_open(row), still_open(into), said(reason, "the reason")
    if case == other:
        raise BadUsage("a case is not merged into itself", target=case, hint="name the one that goes on")
    changed, new = changed_state(tx, who, row, "duplicate", why)
    gone = {"state_change": [changed], "case_": [new], "link": [_link(tx, who, case, ("duplicate_of", other), why)]}
    rows = _carried(tx, who, into, case)
    kept = {**rows, "link": [_link(tx, who, other, ("duplicates", case), why)]}
    taken = {table: [each[CASEWORK[table]] for each in made] for table, made in rows.items() if made}
    return [
        Deed(case, "case.merged", f"{case} goes on in {other}", {"into": other, "reason": why}, gone),
        Deed(other, "case.took_over", f"{other} took over what {case} held", {"from": case, "taken": taken}, kept),
    ]


def split(tx: Tx, who: Who, row: Row, title: str, reason: str, what: Sequence[str] = ()) -> list[Deed]:
    """Open a case for what is another matter, named by the ids in `what`; it begins with the same moments and data.

    Raises:
        NotFound: an id is none of the case's findings or incidents.
        Refused: the case has ended.

    """
    case, why = still_open(row), said(reason, "the reason")
    known = {*tx.values("finding", "finding", case=case), *tx.values("incident", "incident", case=case)}
    for name in what:
        if name not in known:
            raise NotFound(f"{case} has no finding or incident {name}", target=name, hint=f"jumpkit case show {case}")
    new = open_case(tx, title, who.clock, row["severity"], who.actor) | {"kind": row["kind"]}
    fresh = str(new["case"])
    rows = {**_carried(tx, who, {**row, **new}, case), "link": [_link(tx, who, fresh, ("split_from", case), why, what)]}
    rows |= {"task": [], "question": [], "duty": []}
    body = {"from": case, "reason": why, "what": list(what)}
    mine = {"link": [_link(tx, who, case, ("split_to", fresh), why, what)]}
    left = {"to": fresh, "reason": why, "what": list(what)}
    return [
        Deed(fresh, "case.split_from", f"{fresh} was split from {case}", body, rows, opened=new),
        Deed(case, "case.split_to", f"{case} goes on without it", left, mine),
    ]


def _link(tx: Tx, who: Who, case: str, to: tuple[str, str], why: str, what: Sequence[str] = ()) -> dict[str, Any]:
    kind, other = to
    new = {"case": case, "link": next_id(tx, case, "link", "L"), "kind": kind, "other": other, "reason": why}
    return new | {"what": to_json(list(what)), **who.stamps()}


def _carried(tx: Tx, who: Who, into: Row, source: str) -> dict[str, list[dict[str, Any]]]:
    """Return what a case takes over from another, as new rows of its own."""
    there = {(each["data_class"], each["jurisdiction"]) for each in data_of(tx, str(into["case"]))}
    data = [each for each in data_of(tx, source) if (each["data_class"], each["jurisdiction"]) not in there]
    open_tasks = [each for each in entered(tx, source, "task") if each["state"] == "open"]
    open_questions = [each for each in entered(tx, source, "question") if each["state"] == "open"]
    return {
        "moment": _moments(tx, who, into, source),
        "data_class": _copies(tx, who, into, "data_class", "C", data),
        "task": _copies(tx, who, into, "task", "T", open_tasks),
        "question": _copies(tx, who, into, "question", "Q", open_questions),
        "duty": _copies(tx, who, into, "duty", "Y", entered(tx, source, "duty")),
        "trust": _copies(tx, who, into, "trust", "U", list(distrusted(tx, source).values())),
        "comms_switch": _copies(tx, who, into, "comms_switch", "W", _moves(tx, into, source)),
    }


def _moves(tx: Tx, into: Row, source: str) -> list[dict[str, Any]]:
    """Return the move out of band that a case takes over with what it distrusts, if it has not made it itself."""
    if mode_of(tx, source) != OOB or mode_of(tx, str(into["case"])) == OOB:
        return []
    return entered(tx, source, "comms_switch")[-1:]


def _moments(tx: Tx, who: Who, into: Row, source: str) -> list[dict[str, Any]]:
    mine = standing(tx, str(into["case"]))
    earlier = [
        (kind, row)
        for kind, row in standing(tx, source).items()
        if kind not in mine or datetime.fromisoformat(row["at"]) < datetime.fromisoformat(mine[kind]["at"])
    ]
    made = []
    for place, (kind, row) in enumerate(earlier):
        new = moment_row(tx, who, into, kind, row["at"], place)
        made.append(
            new | {"precision": row["precision"], "basis": f"{row['moment']} of {source}: {row['basis'] or '-'}"}
        )
    return made


def _copies(tx: Tx, who: Who, into: Row, table: str, prefix: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    case, key = into["case"], CASEWORK[table]
    return [
        {**row, "case": case, key: next_id(tx, case, table, prefix, place), **who.stamps()}
        for place, row in enumerate(rows)
    ]
