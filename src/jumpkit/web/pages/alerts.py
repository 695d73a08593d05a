"""The queue of alerts: judged with a reason, hushed for a while, or made into a case that is responded to."""

from __future__ import annotations

from typing import Any

from jumpkit.app.alertbook import alert_of, alerts_of, escalate, judge, take_alerts
from jumpkit.app.knowing import known_cases
from jumpkit.app.plan_work import begin_work, fresh_job
from jumpkit.kit.errors import BadUsage
from jumpkit.web.page import Ask, Page
from jumpkit.web.seat import Seat

page = Page(__name__, "/alerts", needs="alert.read", title="Alerts", nav=2)
router = page.router
_STATES = ("new", "valid", "false", "suppressed", "escalated")
_PAGE = 100
_LONGEST = 16 << 20  # bytes of one file


@page.show
def show(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return the alerts of a state, a page of them."""
    state = ask.query.get("state", "new")
    begin = ask.query.get("after", "0")
    start = int(begin) if begin.isdecimal() and len(begin) < 10 else 0  # noqa: PLR2004 - digits of a place
    with at.reading() as desk:
        found = alerts_of(desk, {str(each["case"]) for each in known_cases(desk, at.name)}, state)
    more = start + _PAGE if start + _PAGE < len(found) else None
    return {"alerts": found[start : start + _PAGE], "total": len(found), "more": more, "state": state} | {
        "states": _STATES
    }


@page.part("text")
def text(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return the text of one."""
    with at.reading() as desk:
        known = {str(each["case"]) for each in known_cases(desk, at.name)}
        return {"one": alert_of(desk, known, ask.query.get("alert", ""))}


@page.deed("add", needs="alert.add", files=True)
def add(at: Seat, ask: Ask) -> str:
    """Hand in files of alerts."""
    if not ask.files:
        raise BadUsage("no file came", target="files", hint="one or more files of JSON")
    for each in ask.files:
        data = each.file.read(_LONGEST + 1)
        if len(data) > _LONGEST:
            raise BadUsage("that file is too long", target="files", hint="send it in parts")
        take_alerts(at.opening, data)
    return "/alerts"


@page.deed("judge", needs="alert.judge")
def judged(at: Seat, ask: Ask) -> str:
    """Judge one, or hush it for a while."""
    form = ask.form
    judge(at.opening, form.get("alert", ""), form.get("verdict", ""), form.get("reason", ""), form.get("until") or None)
    return f"/alerts?state={form['verdict']}"


@page.deed("escalate", needs="alert.judge")
def escalated(at: Seat, ask: Ask) -> str:
    """Make a case of one, and look at what it names where they may."""
    name = ask.form.get("alert", "")
    case = escalate(at.opening, name)
    if not at.may("cloud.plan"):
        return f"/cases/{case}"
    about: dict[str, Any] = {"suspects": [], "alert": name, "chosen": None}
    made = begin_work(at.house.standing, fresh_job(), case, at.actor, ("respond", about))
    return f"/cases/{case}/respond?job={made['job']}"
