"""Signals that belong to one story: of one incident, of one origin within a day, or about the same key or machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.incidents import components
from jumpkit.investigate.links import Link
from jumpkit.investigate.titles import in_chain_order
from jumpkit.model.finding import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jumpkit.investigate.story.signals import Signal
    from jumpkit.model.finding import Picture

APART = timedelta(days=1)  # between two low signals of one origin
AROUND = timedelta(days=7)  # between the provider's finding and what it is about
RULES, TACTICS = 3, 2  # of low signals without an incident, before they are a story
_RAISED = 4  # tactics at medium that make a story high
_LOW_RAISED = 3  # tactics, or RULES + 2 rules, of low signals that make a story medium
_UNKNOWN = "unknown"  # the origin of records that name no caller
STRONG = ("medium", "high", "critical")


@dataclass(frozen=True, slots=True)
class Chain:
    """Signals of one story in order of time, why each joined, and what its severity rests on."""

    signals: tuple[Signal, ...]
    joined: tuple[str, ...]
    severity: str
    basis: tuple[str, ...]

    @property
    def techniques(self) -> set[str]:
        """Return all techniques of its signals."""
        return {technique for signal in self.signals for technique in signal.attack}

    @property
    def incidents(self) -> tuple[str, ...]:
        """Return the incidents that it tells."""
        return tuple(sorted({signal.incident for signal in self.signals if signal.incident}))


def chained(found: Sequence[Signal], picture: Picture) -> tuple[list[Chain], list[tuple[Signal, str]]]:
    """Return the stories, and each signal outside of any with the reason."""
    links = [*_by_incident(found), *_by_origin(found, _linked(picture)), *_by_name(found)]
    roots = components(len(found), links)
    groups: dict[int, list[int]] = {}
    for place, root in enumerate(roots):
        groups.setdefault(root, []).append(place)
    whys: dict[int, set[str]] = {}
    for link in links:
        whys.setdefault(roots[link.one], set()).add(link.why)
    chains: list[Chain] = []
    outside: list[tuple[Signal, str]] = []
    for root, places in groups.items():
        inside = [found[place] for place in places]
        lacks = _lacks(inside)
        if lacks is None:
            chains.append(Chain(tuple(inside), tuple(sorted(whys.get(root, ()))), *_severity(inside)))
        else:
            outside.extend((signal, lacks) for signal in inside)
    return chains, outside


def _by_incident(found: Sequence[Signal]) -> list[Link]:
    """Return what joins signals of one incident."""
    first: dict[str, int] = {}
    links = []
    for place, signal in enumerate(found):
        if signal.incident is not None:
            links.append(Link(first.setdefault(signal.incident, place), place, "findings of one incident"))
    return links


def _linked(picture: Picture) -> dict[str, set[str]]:
    """Return by origin those that the case links it to: made keys, launched machines, shared addresses."""
    joined: dict[str, set[str]] = {}
    for person in picture.principals:
        known: Any = person
        behind = {str(person["uid"]), *(str(each["uid"]) for each in known.get("origins", ()))}
        for link in known.get("linked", ()):
            for uid in behind:
                joined.setdefault(uid, set()).add(str(link["uid"]))
    return joined


def _by_origin(found: Sequence[Signal], linked: Mapping[str, set[str]]) -> list[Link]:
    """Return what joins low signals of one origin, or of linked origins, that follow one another within a day."""
    links = []
    latest: dict[str, int] = {}
    for place, signal in enumerate(found):
        if signal.origin is None or nobodys(signal) or signal.incident is not None:
            continue
        uid = signal.origin.uid
        for other in (uid, *sorted(linked.get(uid, ()))):
            before = latest.get(other)
            if before is not None and signal.first - found[before].last <= APART:
                links.append(Link(before, place, "one origin" if other == uid else "linked origins"))
        if uid not in latest or signal.last >= found[latest[uid]].last:
            latest[uid] = place
    return links


def _by_name(found: Sequence[Signal]) -> list[Link]:
    """Return what joins the provider's findings to others that speak of the same key, machine or address."""
    told: dict[str, list[int]] = {}
    for place, signal in enumerate(found):
        for name in signal.names:
            told.setdefault(name, []).append(place)
    links: list[Link] = []
    for name, places in sorted(told.items()):
        behind = {str(signal.origin) for place in places if not nobodys(signal := found[place])}
        if len(behind) > 1 and _address(name):
            continue  # an address of several origins says nothing of any one
        for place in places:
            if nobodys(found[place]):
                near = [other for other in places if other != place and _near(found[place], found[other])]
                why = f"both speak of {name}"
                links.extend(Link(min(place, other), max(place, other), why) for other in near)
    return links


def nobodys(signal: Signal) -> bool:
    """Return whether no identity stands behind a signal: the provider's findings, flows, names."""
    return signal.origin is None or signal.origin.uid == _UNKNOWN


def _address(name: str) -> bool:
    return name.count(".") == 3 or name.count(":") > 4  # noqa: PLR2004 - the dots of an IPv4 address, colons of an IPv6


def _near(one: Signal, other: Signal) -> bool:
    return one.first - other.last <= AROUND and other.first - one.last <= AROUND


def _lacks(inside: Iterable[Signal]) -> str | None:
    """Return why signals are no story, None where they are."""
    told = list(inside)
    if any(signal.incident is not None or signal.severity in ("high", "critical") for signal in told):
        return None
    if len(told) > 1 and any(signal.severity in STRONG for signal in told):
        return None
    if len(told) == 1 and nobodys(told[0]):
        return "its record names no caller, and no key, machine or address joins it to anything else"
    rules, tactics = {signal.rule for signal in told}, {tactic for signal in told for tactic in signal.tactics}
    if len(rules) >= RULES and len(tactics) >= TACTICS:
        return None
    return (
        f"low, and alone: {len(rules)} rule(s) and {len(tactics)} tactic(s) by this origin within a day of one "
        f"another, where {RULES} rules and {TACTICS} tactics make a story"
    )


def _severity(inside: Sequence[Signal]) -> tuple[str, tuple[str, ...]]:
    """Return a story's severity and the sentences that it rests on."""
    highest = max((signal.severity for signal in inside), key=SEVERITIES.index)
    worst = [signal.title for signal in inside if signal.severity == highest]
    basis = [f"its most severe signal is {highest}: {worst[0]}" + (f" and {len(worst) - 1} more" if worst[1:] else "")]
    strong = [signal for signal in inside if signal.severity in STRONG]
    tactics = {tactic for signal in strong or inside for tactic in signal.tactics}
    rules = {signal.rule for signal in inside}
    if highest == "medium" and len(tactics) >= _RAISED:
        return "high", (*basis, f"signals of {len(tactics)} tactics at medium; {_RAISED} raise it to high")
    if not strong and (len(tactics) >= _LOW_RAISED or len(rules) >= RULES + 2):
        said = f"low signals of {len(rules)} rules and {len(tactics)} tactics ({_in_words(tactics)})"
        return "medium", (*basis, f"{said}: {_LOW_RAISED} tactics or {RULES + 2} rules raise it to medium")
    return highest, tuple(basis)


def _in_words(tactics: Iterable[str]) -> str:
    return ", ".join(tactic.replace("-", " ") for tactic in in_chain_order(tactics))
