"""A case at a glance: what now, findings with explain, the picture of its time, clocks, tasks, notes, decisions."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from jumpkit.app.casebook import one_case
from jumpkit.app.casework import advance, clocks, enter, journal_of, notes_of
from jumpkit.app.evidence import take_in
from jumpkit.app.findinglist import findings_of
from jumpkit.app.glance import glance_key, glance_of
from jumpkit.app.jobs import jobs_of
from jumpkit.app.show import explain_match
from jumpkit.coordinate.changes import change_task
from jumpkit.coordinate.moments import KINDS, set_moment
from jumpkit.coordinate.notes import Edit, edit_note, new_note
from jumpkit.coordinate.registers import DECISIONS, Decision, add_task, decide
from jumpkit.kit.errors import BadUsage
from jumpkit.web.once import shown
from jumpkit.web.page import Ask, Page
from jumpkit.web.seat import Seat

page = Page(__name__, "/cases/{case}", needs="case.read", title="Case")
router = page.router
_JOURNAL = 30  # lines on the page; the rest by its own link
_JOBS = 5
_WAITING = frozenset({"waiting", "not_in_force", "not_applicable"})


@page.show
def show(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return what the book says of a case."""
    with at.reading() as desk:
        case = shown(at, one_case(desk, ask.case))
        notes = notes_of(desk, ask.case, None)["notes"]
        told = clocks(desk, at.opening, ask.case, None)["clocks"]
        entries = journal_of(desk, ask.case, whole=False)["entries"]
        found = findings_of(desk, ask.case)
    seen = [each for each in notes if at.may("privileged.read") or not each["privileged"]]
    return {
        "title": case["title"],
        "case": case,
        "notes": seen,
        "clocks": [each for each in told if each["state"] not in _WAITING],
        "found": found,
        "entries": entries[::-1][:_JOURNAL],
        "jobs": [each for each in jobs_of(at.house.standing, ask.case) if each["kind"] == "triage"][:_JOBS],
        "kinds": KINDS,
        "decisions": DECISIONS,
    }


@page.part("glance", needs="event.read")
def glance(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return what to do now and the picture of the timeline, drawn anew only when the case changed."""
    with at.reading() as desk:
        key = glance_key(desk, ask.case)

    def drawn() -> str:
        with at.asking() as desk:
            return glance_of(desk, ask.case)

    return {"glance": Markup(at.house.remembered(("glance", *key), drawn))}  # noqa: S704 - the report escaped it


@page.part("why", needs="event.read")
def why(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return why a rule matched an event."""
    with at.asking() as desk:
        told = explain_match(desk, ask.query.get("rule", ""), ask.query.get("event", ""), [], ask.case)
    return {"why": told}


@page.deed("note", needs="case.write")
def note(at: Seat, ask: Ask) -> str:
    """Write a note, or a new revision of one from the text that they had before them."""
    form, name = ask.form, ask.form.get("note")
    base = form.get("base", "")
    edit = Edit(form.get("text", ""), int(base) if base.isdecimal() else None, privileged=bool(form.get("privileged")))
    if name:
        enter(at.opening, ask.case, lambda tx, who, row: edit_note(tx, who, row, name, edit))
    else:
        enter(at.opening, ask.case, lambda tx, who, row: new_note(tx, who, row, edit))
    return f"/cases/{ask.case}#notes"


@page.deed("task", needs="case.write")
def task(at: Seat, ask: Ask) -> str:
    """Add a task."""
    said = ask.form.get("title", ""), ask.form.get("owner"), ask.form.get("due")
    enter(at.opening, ask.case, lambda tx, who, row: add_task(tx, who, row, *said))
    return f"/cases/{ask.case}#tasks"


@page.deed("done", needs="case.write")
def done(at: Seat, ask: Ask) -> str:
    """End a task."""
    said = dict.fromkeys(("title", "owner", "due", "drop")) | {"done": ask.form.get("outcome") or "done"}
    name = ask.form.get("task", "")
    enter(at.opening, ask.case, lambda tx, who, row: change_task(tx, who, row, name, said))
    return f"/cases/{ask.case}#tasks"


@page.deed("decision", needs="case.decide")
def decision(at: Seat, ask: Ask) -> str:
    """Enter a decision."""
    form = ask.form
    made = Decision(
        form.get("choice", ""), form.get("question", ""), form.get("basis", ""), form.get("kind", "general")
    )
    enter(at.opening, ask.case, lambda tx, who, row: decide(tx, who, row, made))
    return f"/cases/{ask.case}#decisions"


@page.deed("moment", needs="case.write")
def moment(at: Seat, ask: Ask) -> str:
    """Say when something was."""
    form = ask.form
    said = form.get("kind", ""), form.get("time", "").strip(), form.get("basis")
    if not said[1]:
        raise BadUsage("say when it was", target="time", hint="such as 2026-03-28T23:30Z, a day, or now")
    enter(at.opening, ask.case, lambda tx, who, row: set_moment(tx, who, row, *said))
    return f"/cases/{ask.case}#clocks"


@page.deed("evidence", needs="evidence.add", files=True)
def evidence(at: Seat, ask: Ask) -> str:
    """Bring logs in; they are triaged in the background."""
    take_in(at.house.standing, ask.case, at.actor, [(each.filename or "file", each.file) for each in ask.files])
    return f"/cases/{ask.case}#evidence"


@page.deed("state", needs="case.lead")
def state(at: Seat, ask: Ask) -> None:
    """Move the case to another state."""
    form = ask.form
    advance(at.opening, ask.case, form.get("state", ""), form.get("reason") or None, form.get("override") or None)
