"""Hand-offs: offered with what is open, and in force only once the receiver accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.deed import SHORT, Deed, Row, Who, entered, maybe, moment_of, next_id, one_of, said, still_open
from jumpkit.coordinate.moments import said_of
from jumpkit.coordinate.registers import shown
from jumpkit.coordinate.roles import accept_role, ask_role, manager_of
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import Refused
from jumpkit.store.book.rows import to_json

if TYPE_CHECKING:
    from jumpkit.store.book import Tx


def offer(tx: Tx, who: Who, row: Row, said_so: Row) -> Deed:
    """Offer the case, or a role in it, `to` somebody, with a `summary`; what is open is listed with it.

    Raises:
        BadUsage: receiver or summary is missing.
        Refused: the case has ended.

    """
    case = still_open(row)
    due = moment_of(said_so["due"], who.clock)[0] if said_so.get("due") else None
    new = {
        "case": case,
        "handoff": next_id(tx, case, "handoff", "X"),
        "giver": manager_of(tx, case) or who.actor,
        "receiver": said(said_so.get("to"), "the receiver", SHORT),
        "role": maybe(said_so.get("role"), "the role", SHORT),
        "summary": said(said_so.get("summary"), "the summary"),
        "open_items": to_json(open_items(tx, case)),
        "due": due,
        "accepted": None,
        "refused": None,
        "answer": None,
        **who.stamps(),
    }
    told = f"{new['handoff']}: offered to {new['receiver']}; it counts once accepted"
    return Deed(case, "handoff.offered", told, said_of(shown(new)), {"handoff": [new]})


def answer(tx: Tx, who: Who, row: Row, name: str, *, accept: bool, words: str | None = None) -> Deed:
    """Enter that the receiver accepts, and has the role from now on, or refuses with a reason.

    Raises:
        Refused: it was answered already, or the role cannot be theirs.
        BadUsage: a refusal without a reason.

    """
    there = one_of(tx, str(row["case"]), "handoff", name)
    if there["accepted"] or there["refused"]:
        raise Refused(f"{name} was answered already", target=name, hint="offer it anew")
    words = maybe(words, "the answer") if accept else said(words, "the reason")
    new = {**there, ("accepted" if accept else "refused"): stamp(who.clock()), "answer": words}
    how = "accepted" if accept else "refused"
    rows: dict[str, list[Any]] = {"handoff": [new]}
    if accept and there["role"]:
        taken = _role_passes(tx, who, row, there)
        rows |= {table: list(more) for table, more in taken.rows.items()}
    told = f"{name}: {how} by {there['receiver']}"
    return Deed(str(row["case"]), f"handoff.{how}", told, {"id": name, "answer": words}, rows)


def waiting(tx: Tx, case: str) -> list[dict[str, Any]]:
    """Return the hand-offs that nobody answered yet."""
    return [row for row in entered(tx, case, "handoff") if not row["accepted"] and not row["refused"]]


def open_items(tx: Tx, case: str) -> list[str]:
    """Return the ids of what is open: tasks, questions, hypotheses."""
    tables = (("task", "task"), ("question", "question"), ("hypothesis", "hypothesis"))
    return [str(row[key]) for table, key in tables for row in entered(tx, case, table) if row["state"] == "open"]


def _role_passes(tx: Tx, who: Who, row: Row, there: Row) -> Deed:
    asked = [
        each
        for each in entered(tx, str(row["case"]), "role")
        if each["role"] == there["role"] and each["person"] == there["receiver"] and not each["until"]
    ]
    if asked and asked[-1]["accepted"]:
        return Deed(str(row["case"]), "", "", {})
    if asked:
        return accept_role(tx, who, row, asked[-1]["entry"])
    return ask_role(tx, who, row, there["role"], there["receiver"], accepted=True)
