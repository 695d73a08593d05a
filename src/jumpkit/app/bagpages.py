"""The pages of a bag: contacts, on-call, paths, channels, escalation, cases; what a person needs on paper."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.app.casework import clocks
from jumpkit.app.comms import check as comms_check
from jumpkit.app.escalation import simulate
from jumpkit.app.oncall import show as oncall_show
from jumpkit.app.paths import listed
from jumpkit.app.people import contacts, known
from jumpkit.coordinate.notes import notes
from jumpkit.coordinate.show import show_case, without_privileged
from jumpkit.report.bag import Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.app.workspace import Desk, Opening

Pages = dict[str, tuple[str, list[Section]]]
_DAYS = 60


def pages(desk: Desk, opening: Opening, cases: list[str]) -> Pages:
    """Return the pages by name: title and sections."""
    made: Pages = {
        "contacts": ("Contacts", list(_contacts(desk))),
        "channels": ("Ways that are left", list(_channels(desk, opening))),
        "providers": ("Paths to providers", list(_paths(desk))),
    }
    directory = known(desk)
    if directory.rotas:
        made["oncall"] = (f"On call for {_DAYS} days", list(_oncall(desk)))
    if directory.escalation:
        made["escalation"] = ("Escalation", [_policy(desk, name) for name in sorted(directory.escalation)])
    for case in cases:
        made[f"cases/{case}"] = (case, list(_case(desk, opening, case)))
    return made


def _contacts(desk: Desk) -> Iterator[Section]:
    body = contacts(desk, None)
    for each in body["contacts"]:
        names = ("title", "organization", "deputy", "zone", "authenticate", "note")
        lines = [f"{name}: {each[name]}" for name in names if each[name]]
        lines.insert(0, f"{each['kind']}; roles: {', '.join(each['roles']) or 'none'}; hours: {_hours(each['hours'])}")
        rows = [
            (way["kind"], way["address"], f"{way['last_state']} {way['last_at'] or ''}".strip(), _rests(way))
            for way in each["channels"]
        ]
        yield Section(f"{each['name']} ({each['contact']})", lines, ("way", "address", "last tried", "rests on"), rows)
    if not body["contacts"]:
        yield Section("Nobody", ["No contact was written down when this bag was packed."])


def _hours(hours: Any) -> str:
    if isinstance(hours, dict):
        return f"{hours['from']} to {hours['to']}, {', '.join(hours['days'])}"
    return str(hours or "not written down")


def _rests(way: dict[str, Any]) -> str:
    named = "nobody wrote down" if way["depends_on"] is None else ", ".join(way["depends_on"]) or "nothing known"
    return named + ("; out of band" if way["out_of_band"] else "")


def _channels(desk: Desk, opening: Opening) -> Iterator[Section]:
    body = comms_check(desk, opening, [])
    for role in body["roles"]:
        rows = [
            (way["name"], way["kind"], way["address"], "yes" if way["out_of_band"] else "no") for way in role["ways"]
        ]
        yield Section(f"Role: {role['role']}", [], ("who", "way", "address", "out of band"), rows)
    wrong = [f"{each['about']}: {each['because']}" for each in (*body["problems"], *body["limits"])]
    if wrong:
        yield Section("What is wrong or not known", wrong)


def _paths(desk: Desk) -> Iterator[Section]:
    for provider in listed(desk, None, None)["providers"]:
        rows = [
            (each["place"], each["title"], each["reach"], _needs(each["needs"]), each["last"]["state"])
            for each in provider["paths"]
        ]
        lines = [f"Plan: {provider['plan'] or provider['plan_because']}"]
        yield Section(provider["title"], lines, ("", "path", "how", "needs", "last tried"), rows)


def _needs(needs: list[dict[str, Any]]) -> str:
    return "; ".join(f"{each['need'].replace('_', ' ')} ({each['because']})" for each in needs) or "nothing"


def _oncall(desk: Desk) -> Iterator[Section]:
    for rota in oncall_show(desk, None, None, _DAYS)["rotas"]:
        rows = [(each["from"], each["to"], each["name"] or each["person"]) for each in rota["ahead"]]
        yield Section(rota["title"] or rota["rota"], [], ("from (UTC)", "to (UTC)", "who"), rows)


def _policy(desk: Desk, name: str) -> Section:
    body = simulate(desk, name, None, (None, 24 * 60))
    rows = [(each["after"], each["name"] or each["because"], each["way"]) for each in body["chain"][:30]]
    lines = ["Whom it tells if nobody answers; who is on call is as of the moment of packing."]
    return Section(body["title"] or name, lines, ("minutes", "who", "way"), rows)


def _case(desk: Desk, opening: Opening, case: str) -> Iterator[Section]:
    with desk.book.read() as tx:
        body = without_privileged(show_case(tx, case))
        texts = [each for each in notes(tx, case) if not each["privileged"]]
    lines = [f"{name}: {body[name] or 'not said'}" for name in ("title", "state", "severity", "kind", "cause", "tlp")]
    lines += [f"withheld, for it is privileged: {count} {name}" for name, count in body["withheld"].items() if count]
    yield Section("Where it stands", [*lines, *body["wrong"]])
    moments = [(each["kind"], each["at"] or each["because"]) for each in body["moments"]]
    yield Section("Moments", [], ("what", "when"), moments)
    roles = [(each["role"], each["name"] or each["because"], each["accepted"]) for each in body["roles"]]
    yield Section("Roles", [], ("role", "who", "accepted"), roles)
    due = clocks(desk, opening, case, desk.clock() + timedelta())["clocks"]
    rows = [(each["due"], each["title"], each["to"], each["state"], each["applies"]) for each in due if each["due"]]
    yield Section("Deadlines", [], ("due (UTC)", "what", "to", "state", "applies"), rows)
    yield from _registers(body)
    for each in texts:
        yield Section(f"Note {each['note']}, by {each['author']}", each["text"].splitlines())


def _registers(body: dict[str, Any]) -> Iterator[Section]:
    shown = {
        "tasks": ("task", "title", "owner", "due", "state"),
        "questions": ("question", "asked", "owner", "state", "answer"),
        "decisions": ("decision", "question", "choice", "decider", "basis"),
        "assets": ("asset", "kind", "name", "account", "compromise"),
        "exchanges": ("exchange", "provider", "question", "asked", "answered"),
    }
    for name, columns in shown.items():
        rows = [[each[column] for column in columns] for each in body[name]]
        if rows:
            yield Section(name.capitalize(), [], columns, rows)
