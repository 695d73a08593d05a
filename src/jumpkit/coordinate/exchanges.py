"""What a case asked of a provider, by which path, and when which answer came; the first of each sets its moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.deed import SHORT, Deed, Row, Who, entered, maybe, moment_of, next_id, one_of, said, still_open
from jumpkit.coordinate.moments import moment_row, said_of
from jumpkit.coordinate.moments import standing as moments
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, Refused

if TYPE_CHECKING:
    from jumpkit.store.book import Tx


def ask_provider(tx: Tx, who: Who, row: Row, told: Row) -> Deed:
    """Enter that a provider was asked.

    Raises:
        BadUsage: provider or question is missing, or the time lies ahead.
        Refused: the case has ended.

    """
    case = still_open(row)
    new = {
        "case": case,
        "exchange": next_id(tx, case, "exchange", "E"),
        "provider": said(told.get("provider"), "the provider", SHORT).lower(),
        "path": maybe(told.get("path"), "the path", SHORT),
        "question": said(told.get("question"), "the question"),
        "asked": _past(told.get("asked") or "now", who),
        "asker": maybe(told.get("by"), "who asked", SHORT) or who.actor,
        "reference": maybe(told.get("reference"), "the reference", SHORT),
        "answered": None,
        "answer": None,
        **who.stamps(),
    }
    moment = _first(tx, who, row, "provider_asked", (str(new["asked"]), str(new["exchange"])))
    told_ = f"{new['exchange']}: asked {new['provider']}{' by ' + str(new['path']) if new['path'] else ''}"
    return Deed(case, "provider.asked", told_, said_of(new), {"exchange": [new], "moment": moment})


def answer_provider(tx: Tx, who: Who, row: Row, name: str, told: Row) -> Deed:
    """Enter the provider's answer to what was asked.

    Raises:
        NotFound: there is no such exchange.
        Refused: it was answered already.
        BadUsage: the answer is missing, lies ahead, or came before it was asked for.

    """
    there = one_of(tx, str(row["case"]), "exchange", name)
    if there["answered"] is not None:
        raise Refused(f"{name} was answered already, at {there['answered']}", target=name, hint="enter a new exchange")
    at = _past(told.get("answered") or "now", who)
    if datetime.fromisoformat(at) < datetime.fromisoformat(there["asked"]):
        raise BadUsage(f"{name} was asked only at {there['asked']}", target=at, hint="--answered TIME after that")
    new = {**there, "answered": at, "answer": said(told.get("answer"), "the answer")}
    new["reference"] = maybe(told.get("reference"), "the reference", SHORT) or there["reference"]
    moment = _first(tx, who, row, "provider_answered", (at, name))
    body = {"id": name, "answered": at, "answer": new["answer"], "reference": new["reference"]}
    rows = {"exchange": [new], "moment": moment}
    return Deed(str(row["case"]), "provider.answered", f"{name}: {there['provider']} answered at {at}", body, rows)


def silent(tx: Tx, case: str) -> list[dict[str, Any]]:
    """Return what nobody answered yet."""
    return [row for row in entered(tx, case, "exchange") if row["answered"] is None]


def _past(text: str, who: Who) -> str:
    at, _ = moment_of(text, who.clock)
    if datetime.fromisoformat(at) > who.clock():
        raise BadUsage(f"{text} is yet to come", target=text, hint="enter what was, when it was")
    return at


def _first(tx: Tx, who: Who, row: Row, kind: str, of: tuple[str, str]) -> list[dict[str, Any]]:
    """Return the moment that clocks count from, where none of its kind stands yet."""
    at, name = of
    if kind in moments(tx, str(row["case"])):
        return []
    return [moment_row(tx, who, row, kind, stamp(datetime.fromisoformat(at))) | {"basis": name}]
