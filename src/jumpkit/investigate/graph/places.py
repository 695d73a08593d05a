"""Whether a workload's credential was used at its own place or elsewhere, how sure that is, and what says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.investigate.graph.doors import tied
from jumpkit.investigate.graph.uses import private

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.investigate.graph.doors import Door
    from jumpkit.investigate.graph.homes import Home
    from jumpkit.investigate.graph.uses import Grounds, Use

INSIDE, OUTSIDE, SUSPECTED, UNKNOWN = "inside", "outside", "outside_suspected", "unknown"
_FOREIGN = ("macOS", "Kali Linux", "Parrot OS")  # systems that no machine of the provider's usually runs


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for use from outside; a strong one settles it, a light one only adds to others."""

    text: str
    events: tuple[str, ...]
    weight: int  # 2 settles it, 1 makes it suspected, 0 adds to others
    where: frozenset[int] = frozenset()  # places of the uses that it is about
    claimed: bool = False  # an agent says so, which whoever calls can set at will


@dataclass(slots=True)
class Verdict:
    """What can be said of where a workload's session was used."""

    state: str
    why: str
    reasons: list[Reason] = field(default_factory=list)
    outside: list[Use] = field(default_factory=list)  # the uses that the reasons are about


@dataclass(frozen=True, slots=True)
class Around:
    """What a session's uses are compared with."""

    grounds: Grounds
    people: Mapping[str, frozenset[str]]  # address -> names of users who called from it with keys or sign-ins
    named: Mapping[str, tuple[tuple[str, str | None], ...]]  # session or key -> (detection of use outside, address)
    asked: tuple[Door, ...] = ()  # requests from outside that name the metadata service


def judge(home: Home, uses: Sequence[Use], around: Around) -> Verdict:
    """Return where the session of `home` was used, judged by all uses of its keys."""
    reasons = [
        *_named(home, uses, around),
        *_not_own(home, uses, around.grounds),
        *_systems(home, uses),
        *_two_places(home, uses, around.grounds),
        *_company(uses, around),
        *_asked(home, uses, around.asked),
        *_region(home, uses),
    ]
    heaviest = max((reason.weight for reason in reasons), default=0)
    reasons.sort(key=lambda reason: (-reason.weight, reason.text))
    if heaviest:
        places = sorted({place for reason in reasons if reason.weight for place in reason.where})
        state = OUTSIDE if heaviest > 1 else SUSPECTED
        return Verdict(state, _said(home, state, reasons), reasons, [uses[place] for place in places])
    if uses and all(_at_home(use, home, around.grounds) for use in uses):
        return Verdict(INSIDE, "every call came through the provider, an endpoint or an address of its own")
    return Verdict(UNKNOWN, _open(home, uses, around.grounds))


def _at_home(use: Use, home: Home, grounds: Grounds) -> bool:
    """Return whether the record itself places a use inside."""
    return use.ip is None or use.endpoint or use.ip in home.own or grounds.inside(use.ip) is True


def _said(home: Home, state: str, reasons: Sequence[Reason]) -> str:
    """Return the verdict in a sentence."""
    kind = home.kind
    told = "; ".join(reason.text for reason in reasons)
    if state == OUTSIDE:
        return f"used outside its {kind}: {told}"
    only = all(reason.claimed for reason in reasons if reason.weight)
    caution = "; only the agent says so, and whoever calls can set it at will" if only else ""
    return f"use from outside its {kind} suspected: {told}{caution}"


def _open(home: Home, uses: Sequence[Use], grounds: Grounds) -> str:
    """Return why nothing can be said."""
    if not uses:
        return "no call was made with it"
    ips = sorted({use.ip for use in uses if use.ip is not None})
    if grounds.one_address is not None and ips:
        return f"every call of the case has the address {grounds.one_address}: it tells no place from another"
    what = f"address {ips[0]}" if len(ips) == 1 else f"{len(ips)} addresses"
    return f"{what}, and nothing says which are its {home.kind}'s own; nothing else speaks for use from outside"


def _named(home: Home, uses: Sequence[Use], around: Around) -> list[Reason]:
    """Return what detectors of the provider said."""
    names = {home.name or "", *(use.key or "" for use in uses)}
    told = {each for name in names for each in around.named.get(name, ())}
    if not told:
        return []
    ips = {ip for _, ip in told if ip is not None}
    text = "the provider's own detection names this credential as used from outside"
    away = frozenset(place for place, use in enumerate(uses) if not _at_home(use, home, around.grounds))
    there = frozenset(place for place in away if uses[place].ip in ips)
    return [Reason(text, tuple(sorted({event for event, _ in told})), 2, there or away)]


def _not_own(home: Home, uses: Sequence[Use], grounds: Grounds) -> list[Reason]:
    """Return uses elsewhere where the machine's own public address, or the estate's networks, are known."""
    public = sorted(ip for ip in home.own if not private(ip))
    away = [place for place, use in enumerate(uses) if not _at_home(use, home, grounds)]
    if not away or (not public and (not grounds.networks or not any(grounds.inside(use.ip) for use in uses))):
        return []
    said = f"its own public address is {', '.join(public)}" if public else "others came from the estate's networks"
    ips = ", ".join(sorted({uses[place].ip or "" for place in away}))
    return [Reason(f"calls came from {ips}, while {said}", _events(uses, away), 2, frozenset(away))]


def _systems(home: Home, uses: Sequence[Use]) -> list[Reason]:
    """Return uses whose agent claims a system that does not fit the place."""
    usual = {use.system for use in uses if use.system} - set(_FOREIGN)
    found = []
    for system in sorted({use.system for use in uses if use.system}):
        places = [place for place, use in enumerate(uses) if use.system == system]
        agents = ", ".join(sorted({uses[place].agent or "unnamed" for place in places}))
        if system in _FOREIGN:
            text = f"an agent says {system} ({agents}), which is not what runs in the provider's {home.kind}s as a rule"
        elif system == "Windows" and (home.kind != "instance" or "Linux" in usual):
            beside = "other agents of the session say Linux" if "Linux" in usual else f"no {home.kind} runs that"
            text = f"an agent says Windows ({agents}), while {beside}"
        else:
            continue
        found.append(Reason(text, _events(uses, places), 1, frozenset(places), claimed=True))
    return found


def _two_places(home: Home, uses: Sequence[Use], grounds: Grounds) -> list[Reason]:
    """Return calls of one instance that alternate between addresses, or come from a second with another agent."""
    if home.kind != "instance":
        return []  # functions, tasks and pods call from many addresses of their own accord
    spans: dict[str, list[int]] = {}
    for place, use in enumerate(uses):
        if use.ip is not None and not use.endpoint and use.ip not in home.own:
            spans.setdefault(use.ip, []).append(place)
    if len(spans) < 2 or all(grounds.inside(ip) for ip in spans):  # noqa: PLR2004 - one address is no two
        return []
    usual = min(spans, key=lambda ip: (-sum(uses[place].events for place in spans[ip]), ip))
    begin, end = min(uses[place].first for place in spans[usual]), max(uses[place].last for place in spans[usual])
    agents = {uses[place].agent for place in spans[usual]}
    found = []
    for ip in sorted(set(spans) - {usual}):
        there = [uses[place] for place in spans[ip]]
        between = any(use.last >= begin and use.first <= end for use in there)
        other = {use.agent for use in there} - agents
        if between or other:
            how = "at the same time" if between else "with another agent"
            text = f"its calls come from {usual} and {how} from {ip}, and an instance has one way out"
            found.append(Reason(text, _events(uses, spans[ip]), 1, frozenset(spans[ip])))
    return found


def _company(uses: Sequence[Use], around: Around) -> list[Reason]:
    """Return addresses of the session from which people called too; that alone may be a shared way out."""
    if around.grounds.one_address is not None:
        return []
    found = []
    for ip in sorted({use.ip for use in uses if use.ip is not None} & set(around.people)):
        if around.grounds.inside(ip):
            continue
        places = [place for place, use in enumerate(uses) if use.ip == ip]
        who = ", ".join(sorted(around.people[ip])[:3])
        found.append(Reason(f"{ip} is also where {who} called from", _events(uses, places), 0, frozenset(places)))
    return found


def _asked(home: Home, uses: Sequence[Use], asked: Sequence[Door]) -> list[Reason]:
    """Return addresses that asked a web server for the metadata service before the credential was used from there."""
    found = []
    for ip in sorted({use.ip for use in uses if use.ip is not None and use.ip not in home.own}):
        places = [place for place, use in enumerate(uses) if use.ip == ip]
        before = tied(home, [uses[place] for place in places], asked)
        mine = [each.door for each in before if each.door.client == ip]
        if mine:
            text = f"{ip} asked a web server for the metadata service before"
            events = (*(door.event for door in mine[:5]), *_events(uses, places))
            found.append(Reason(text, tuple(sorted(events)), 1, frozenset(places)))
    return found


def _region(home: Home, uses: Sequence[Use]) -> list[Reason]:
    """Return calls in other regions than the workload's own; many do that of their own accord."""
    if home.region is None:
        return []
    places = [place for place, use in enumerate(uses) if use.region not in (None, home.region, "us-east-1")]
    if not places:
        return []
    where = ", ".join(sorted({uses[place].region or "" for place in places}))
    return [Reason(f"it called {where} while it is in {home.region}", _events(uses, places), 0, frozenset(places))]


def _events(uses: Sequence[Use], places: Sequence[int]) -> tuple[str, ...]:
    """Return first and last event of each of the uses."""
    named = {event for place in places for event in (uses[place].first_event, uses[place].last_event)}
    return tuple(sorted(named))
