"""Which ways are left when something is lost: dependencies followed to their end; what nobody wrote down is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from jumpkit.model.people import Service, Way
    from jumpkit.prepare.directory import Directory

SURVIVES, LOST, UNKNOWN = "survives", "lost", "unknown"


@dataclass(frozen=True, slots=True)
class Rests:
    """What something rests on in the end, and what of that nobody wrote down."""

    on: frozenset[str]
    unknown: tuple[str, ...]  # services that are none; empty and `said`: everything is known
    said: bool  # False: nobody said what it depends on


def rests(services: Mapping[str, Service], depends_on: Iterable[str] | None) -> Rests:
    """Return everything that something depends on, through services that depend on others, circles included."""
    if depends_on is None:
        return Rests(frozenset(), (), said=False)
    found: set[str] = set()
    ahead = list(depends_on)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += services[name].on if name in services else ()
    return Rests(frozenset(found), tuple(sorted(found - set(services))), said=True)


def judge(there: Rests, lost: Collection[str]) -> tuple[str, str | None]:
    """Return whether it survives the loss, and why not."""
    hit = sorted(there.on & set(lost))
    if hit:
        return LOST, f"it rests on {', '.join(hit)}"
    if not there.said:
        return UNKNOWN, "nobody wrote down what it depends on"
    if there.unknown:
        return UNKNOWN, f"nobody wrote down what {', '.join(there.unknown)} depends on"
    return SURVIVES, None


def check_names(directory: Directory, names: Iterable[str], channels: Iterable[str] = ()) -> None:
    """Return if each name is one that something may rest on: a word that is wrong would lose nothing.

    Raises:
        NotFound: one is not.

    """
    known = {*directory.services, *channels}
    known |= {name for service in directory.services.values() for name in service.on}
    for contact in directory.contacts.values():
        known |= {name for way in contact.channels for name in (way.kind, *(way.depends_on or ()))}
    for name in names:
        if name not in known:
            hint = f"there are: {', '.join(sorted(known)) or 'none'}"
            raise NotFound(f"nothing that is written down depends on {name!r}", target=name, hint=hint)


def ways_left(directory: Directory, lost: Collection[str], *, moved: bool = False) -> list[dict[str, Any]]:
    """Return for every role the ways to whoever may be it, with whether each survives, and what they all rest on.

    `moved`: the case is out of band, so that other ways are no longer used.
    """
    roles = dict.fromkeys([*directory.needed, *(role for each in directory.contacts.values() for role in each.roles)])
    return [_role(directory, role, lost, moved=moved) for role in roles]


def _role(directory: Directory, role: str, lost: Collection[str], *, moved: bool) -> dict[str, Any]:
    ways = []
    for name, contact in sorted(directory.contacts.items()):
        for way in contact.channels if role in contact.roles else ():
            state, because = judge(_rests(directory, way), lost)
            if moved and not way.out_of_band and state != LOST:
                state, because = LOST, "the case has moved out of band"
            body = {"contact": name, "name": contact.name, "kind": way.kind, "address": way.address}
            ways.append({**body, "out_of_band": way.out_of_band, "state": state, "because": because})
    left = [each for each in ways if each["state"] == SURVIVES]
    return {"role": role, "survive": len(left), "all_rest_on": _shared(directory, role, lost), "ways": ways}


def _shared(directory: Directory, role: str, lost: Collection[str]) -> list[str]:
    """Return what every way that is left rests on: with it, the role is gone."""
    mine = [way for each in directory.contacts.values() if role in each.roles for way in each.channels]
    left = [there for there in (_rests(directory, way) for way in mine) if judge(there, lost)[0] == SURVIVES]
    return sorted(frozenset.intersection(*(each.on for each in left))) if left else []


def _rests(directory: Directory, way: Way) -> Rests:
    """Return what a way rests on; its own kind counts, so that all phones can be assumed lost."""
    there = rests(directory.services, way.depends_on)
    return Rests(there.on | {way.kind}, there.unknown, there.said)


def problems(directory: Directory, roles: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    """Yield what is wrong: roles that nobody reaches any more, and ways out of band that are none."""
    for role in roles:
        if not role["survive"]:
            unknown = sum(way["state"] == UNKNOWN for way in role["ways"])
            because = "no way is left" + (f"; of {unknown} nobody knows" if unknown else "")
            because = because if role["ways"] else "nobody is written down for it"
            yield {"kind": "role_unreachable", "about": str(role["role"]), "because": because}
    for name, contact in sorted(directory.contacts.items()):
        usual = [rests(directory.services, way.depends_on).on for way in contact.channels if not way.out_of_band]
        for way in contact.channels:
            same = sorted(rests(directory.services, way.depends_on).on & frozenset().union(*usual))
            if way.out_of_band and same:
                because = f"{way.kind} {way.address} is to be out of band, and rests on {', '.join(same)} as the others"
                yield {"kind": "not_independent", "about": name, "because": because}


def limits(directory: Directory) -> list[dict[str, str]]:
    """Return contacts whose voice nobody can tell from an intruder's."""
    because = "nobody wrote down by which words or keys both sides know each other"
    return [
        {"kind": "no_authentication", "about": name, "because": because}
        for name, contact in sorted(directory.contacts.items())
        if contact.authenticate is None and any(way.out_of_band for way in contact.channels)
    ]
