"""What the doors ask of on-call: who it is now, where nobody or two people are, and whom a case may ask."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.app.casework import enter
from jumpkit.app.people import known
from jumpkit.app.workspace import reading
from jumpkit.coordinate.roles import MANAGER, ask_role
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, NotFound, Refused
from jumpkit.prepare.oncall import Span, gaps, on_call, overlaps, stints

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.model.people import Rota
    from jumpkit.prepare.directory import Directory

LONGEST = 400  # days that are looked ahead


def rotas_of(directory: Directory, named: str | None) -> Mapping[str, Rota]:
    """Return one rota, or all.

    Raises:
        NotFound: there is none of that name, or none at all.

    """
    if named is not None and named not in directory.rotas:
        there = ", ".join(sorted(directory.rotas)) or "none"
        raise NotFound(f"there is no rota {named!r}", target=named, hint=f"there are: {there}")
    if not directory.rotas:
        raise NotFound("there is no rota", target="rotas", hint="jumpkit contact import FILE")
    return {name: rota for name, rota in sorted(directory.rotas.items()) if named in {None, name}}


def show(desk: Desk, named: str | None, at: datetime | None, days: int) -> dict[str, Any]:
    """Return who is on call at a moment, and who comes next within some days."""
    now, directory = at or desk.clock(), known(desk)
    until = _until(now, days)
    rows = []
    for name, rota in rotas_of(directory, named).items():
        people = on_call(rota, now)
        ahead = [
            {"from": stamp(each.start), "to": stamp(each.end), **_person(directory, each.person)}
            for each in stints(rota, now, until)
        ]
        because = None if people else "nobody is on call at this moment"
        current = [_person(directory, each) for each in people]
        rows.append({"rota": name, "title": rota.title, "now": current, "because": because, "ahead": ahead})
    return {"schema": "oncall/1", "at": stamp(now), "until": stamp(until), "rotas": rows}


def check(desk: Desk, named: str | None, at: datetime | None, days: int) -> dict[str, Any]:
    """Return gaps, overlaps and people whom no contact is, within some days."""
    now, directory = at or desk.clock(), known(desk)
    until = _until(now, days)
    found: list[dict[str, Any]] = []
    for name, rota in rotas_of(directory, named).items():
        found += [_problem(name, "gap", each, "nobody is on call") for each in gaps(rota, now, until)]
        found += [
            _problem(name, "overlap", each, f"on call at once: {', '.join(each.people)}")
            for each in overlaps(rota, now, until)
        ]
        found += _strangers(directory, name, rota)
    return {"schema": "oncall-check/1", "at": stamp(now), "until": stamp(until), "problems": found}


def propose(opening: Opening, case: str, named: str | None) -> dict[str, Any]:
    """Ask whoever is on call now to manage a case; they become its manager once they accept.

    Raises:
        Refused: nobody is on call, or it is not clear who.

    """
    with reading(opening) as desk:
        directory, now = known(desk), desk.clock()
    rotas = rotas_of(directory, named)
    if named is None and len(rotas) > 1 and "primary" not in rotas:
        raise BadUsage("there are several rotas", target="--rota", hint=f"one of {', '.join(rotas)}")
    name = named or ("primary" if "primary" in rotas else next(iter(rotas)))
    people = on_call(rotas[name], now)
    if len(people) != 1:
        why = f"nobody is on call in {name}" if not people else f"{' and '.join(people)} are on call at once in {name}"
        raise Refused(why, target=name, hint=f"jumpkit oncall check {name}; or name somebody: jumpkit case role {case}")
    person = _person(directory, people[0])
    asked = str(person["name"] or people[0])
    made = enter(opening, case, lambda tx, who, row: ask_role(tx, who, row, MANAGER, asked))
    return made | {"proposed": {"rota": name, **person}}


def _person(directory: Directory, person: str) -> dict[str, Any]:
    contact = directory.contacts.get(person)
    return {"person": person, "name": contact.name if contact else None}


def _strangers(directory: Directory, name: str, rota: Rota) -> list[dict[str, Any]]:
    people = {person for layer in rota.layers for person in layer.people}
    people |= {each.person for each in (*rota.shifts, *rota.swaps)}
    strange = sorted(people - set(directory.contacts))
    head = {"rota": name, "kind": "unknown_contact", "from": None, "to": None}
    return [{**head, "because": f"{person} is on the rota, and no contact"} for person in strange]


def _problem(rota: str, kind: str, span: Span, because: str) -> dict[str, Any]:
    return {"rota": rota, "kind": kind, "from": stamp(span.start), "to": stamp(span.end), "because": because}


def _until(now: datetime, days: int) -> datetime:
    if not 1 <= days <= LONGEST:
        raise BadUsage(f"from 1 to {LONGEST} days", target=str(days), hint="--days 90")
    return now + timedelta(days=days)
