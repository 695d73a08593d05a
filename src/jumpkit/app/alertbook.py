"""Alerts: kept at most once and before they are answered; judged, hushed for a while, or made into a case."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumpkit.admit.change import By, Change, over
from jumpkit.app.admission import change
from jumpkit.app.casework import begin
from jumpkit.detect import alerting
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, NotFound, Refused
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.store.book import Tx

VERDICTS = ("valid", "false", "suppressed")
_SHOWN = ("alert", "source", "uid", "title", "severity", "state", "reason", "until", "into", "recorded", "author")
_MOST = 1000  # alerts in one text


def take_alerts(opening: Opening, data: bytes) -> dict[str, Any]:
    """Keep the alerts of a text; those that are known are told, and not kept again.

    Raises:
        Unreadable: it holds no alert.
        BadUsage: it holds too many.

    """
    found = {each.name: each for each in alerting.read(data)}
    if len(found) > _MOST:
        raise BadUsage(f"at most {_MOST} alerts at once", target="alert", hint="send them in parts")
    told: dict[str, list[str]] = {"kept": [], "known": []}

    def kept(tx: Tx, by: By) -> Change:
        known = {name for name in found if tx.one("alert", case=WORKSPACE, alert=name)}
        told["known"], told["kept"] = sorted(known), sorted(set(found) - known)
        rows = [_row(found[name], by) for name in told["kept"]]
        return Change("alert.received", f"{len(rows)} alerts came in", dict(told), {"alert": rows})

    change(opening, kept)
    return {"schema": "alerts-taken/1", **told}


def alerts_of(desk: Desk, known: AbstractSet[str], state: str | None = None) -> list[dict[str, Any]]:
    """Return alerts, the newest first; what is hushed comes again when that is over. Of other cases nothing is told."""
    with desk.book.read() as tx:
        rows = tx.rows("alert", case=WORKSPACE)
    shown = [_shown(row, desk.clock(), known) for row in rows]
    chosen = [each for each in shown if state is None or each["state"] == state]
    return sorted(chosen, key=lambda each: (each["recorded"], each["alert"]), reverse=True)


def alert_of(desk: Desk, known: AbstractSet[str], name: str) -> dict[str, Any]:
    """Return one alert with the text that came.

    Raises:
        NotFound: there is none.

    """
    with desk.book.read() as tx:
        row = _one(tx, name)
    return {"schema": "alert/1", **_shown(row, desk.clock(), known), "raw": row["raw"]}


def judge(opening: Opening, name: str, verdict: str, reason: str, until: str | None = None) -> None:
    """Enter what somebody judges of an alert: that it is valid, false, or to be hushed until a day.

    Raises:
        BadUsage: it is no verdict, has no reason, or no time until which it is hushed.
        Refused: it is in a case already.

    """
    if verdict not in VERDICTS or not reason.strip():
        raise BadUsage("say what it is, and why", target="verdict", hint=", ".join(VERDICTS))
    ends = _ends(until, opening) if verdict == "suppressed" else None

    def made(tx: Tx, by: By) -> Change:
        row = _one(tx, name)
        if row["state"] == "escalated":
            raise Refused(f"{name} is in a case already", target=name, hint="say it there")
        new = {**row, "state": verdict, "reason": reason.strip()[:1000], "until": ends}
        said = {"alert": name, "state": verdict, "reason": new["reason"], "until": ends}
        return Change("alert.judged", f"{name}: {verdict}", {**said, "by": by.actor}, {"alert": [new]})

    change(opening, made)


def escalate(opening: Opening, name: str) -> str:
    """Open a case for an alert that was judged valid, and return it; asked again, the same case.

    Raises:
        Refused: nobody judged it valid.

    """
    from jumpkit.app.workspace import reading  # noqa: PLC0415 - beside its one use

    with reading(opening) as desk, desk.book.read() as tx:
        row = _one(tx, name)
    if row["state"] == "escalated":
        return str(row["into"])
    if row["state"] != "valid":
        raise Refused(f"{name} was not judged valid", target=name, hint="validate it first, with a reason")
    case = str(begin(opening, row["title"], row["severity"], "security")["case"])

    def made(tx: Tx, by: By) -> Change:
        del by
        new = {**_one(tx, name), "state": "escalated", "into": case}
        return Change("alert.escalated", f"{name} is in {case}", {"alert": name, "into": case}, {"alert": [new]})

    change(opening, made)
    return case


def raw_of_alert(desk: Desk, name: str) -> bytes:
    """Return the text of an alert."""
    with desk.book.read() as tx:
        return str(_one(tx, name)["raw"]).encode()


def alerts_in(desk: Desk, case: str) -> list[dict[str, Any]]:
    """Return the alerts that were escalated into a case."""
    return [each for each in alerts_of(desk, {case}, "escalated") if each["into"] == case]


def _one(tx: Tx, name: str) -> dict[str, Any]:
    row = tx.one("alert", case=WORKSPACE, alert=name)
    if row is None:
        raise NotFound(f"there is no alert {name}", target=name, hint="GET /api/v1/alerts lists them")
    return row


def _row(told: alerting.Told, by: By) -> dict[str, Any]:
    row = {name: getattr(told, name) for name in ("source", "uid", "title", "severity", "raw")}
    none = dict.fromkeys(("reason", "until", "into"))
    return {"case": WORKSPACE, "alert": told.name, **row, "state": "new", **none, **by.stamps()}


def _shown(row: dict[str, Any], now: datetime, known: AbstractSet[str]) -> dict[str, Any]:
    told = {name: row[name] for name in _SHOWN}
    if row["state"] == "suppressed" and over(row["until"], now):
        told["state"] = "new"
    if row["into"] is not None and row["into"] not in known:
        told["into"] = None
    return told


def _ends(text: str | None, opening: Opening) -> str:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError as caught:
        raise BadUsage("say until when", target="until", hint="such as 2026-03-28T18:00Z") from caught
    if at.tzinfo is None or at <= opening.clock():
        raise BadUsage("say until when, later than now, with its zone", target="until", hint=f"{text}Z for UTC")
    return stamp(at)
