"""What surrounds a story, as named features with points: rights, data, exposure, hours, reach; unknown is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from fnmatch import fnmatchcase
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jumpkit.investigate.moments import HOUR_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jumpkit.model.estate import Estate

_HOURS = 0.5  # share of a story's hours outside working hours that counts
_REGIONS = 3
_SHOWN = 5

Feature = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Around:
    """What the events of a story hold, apart from what rules say of them."""

    kinds: frozenset[str]  # of principals: root, user, role …
    keys: frozenset[str]
    identities: int  # distinct principals and sessions
    addresses: frozenset[str]
    accounts: frozenset[str]
    regions: frozenset[str]
    hours: tuple[int, ...]  # hours since 1970 in which it has events
    things: frozenset[str]  # names of buckets and ARNs in requests
    tactics: frozenset[str]


def context(around: Around, estate: Estate) -> tuple[int | None, list[Feature]]:
    """Return a score from 0 to 100 over the features that are known, and all features; None where none is known."""
    features = [
        _privilege(around), _data(around, estate), _exposure(around, estate), _hours(around, estate),
        _reach(around), _tactic("lasting access", around, 15, ("persistence", "privilege-escalation")),
        _tactic("defenses touched", around, 15, ("defense-evasion", "defense-impairment")),
        _tactic("data or systems hit", around, 20, ("collection", "exfiltration", "impact")),
    ]  # fmt: skip
    known = [each for each in features if each["points"] is not None]
    most = sum(each["of"] for each in known)
    return (round(100 * sum(each["points"] for each in known) / most) if most else None), features


def _feature(name: str, points: int | None, most: int, why: str) -> Feature:
    return {"feature": name, "points": points, "of": most, "why": why}


def _privilege(around: Around) -> Feature:
    if not around.kinds:
        return _feature("privilege", None, 20, "no event of the story names who made it")
    if "root" in around.kinds:
        return _feature("privilege", 20, 20, "the account's root made calls")
    lasting = sorted(key for key in around.keys if key.startswith("AKIA"))
    if lasting:
        return _feature("privilege", 10, 20, f"a long-term key was used: {_few(lasting)}")
    return _feature("privilege", 0, 20, "only sessions that end by themselves")


def _data(around: Around, estate: Estate) -> Feature:
    if not estate.data_classes:
        return _feature("data class", None, 20, "the estate file names no data classes, or there is none")
    hit = sorted(
        f"{thing} ({kind})"
        for kind, globs in estate.data_classes.items()
        for thing in around.things
        if any(fnmatchcase(thing, each) for each in globs)
    )
    why = f"stores of a named class are in its requests: {_few(hit)}" if hit else "no request names a store of a class"
    return _feature("data class", 20 if hit else 0, 20, why)


def _exposure(around: Around, estate: Estate) -> Feature:
    if not estate.networks:
        return _feature("exposure", None, 15, "the estate file names no networks of its own, or there is none")
    own = [ip_network(each, strict=False) for each in estate.networks]
    foreign = sorted(each for each in around.addresses if _foreign(each, own))
    why = f"calls from addresses that are not the client's: {_few(foreign)}" if foreign else "all addresses are its own"
    return _feature("exposure", 15 if foreign else 0, 15, why)


def _foreign(address: str, own: Sequence[Any]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False  # a service's name in place of an address
    return not any(found in network for network in own)


def _hours(around: Around, estate: Estate) -> Feature:
    if estate.working_hours is None or not around.hours:
        return _feature("outside hours", None, 10, "the estate file says no working hours, or there is none")
    zone, begins, ends, days = estate.working_hours
    late = sum(not _working(hour, zone, (begins, ends), days) for hour in around.hours)
    share = late / len(around.hours)
    why = f"{late} of {len(around.hours)} hours with events are outside {begins} to {ends} ({zone})"
    return _feature("outside hours", 10 if share >= _HOURS else 0, 10, why)


def _working(hour: int, zone: str, span: tuple[str, str], days: Sequence[int]) -> bool:
    at = datetime.fromtimestamp(hour * HOUR_MS / 1000, UTC).astimezone(ZoneInfo(zone))
    begins, ends = (time.fromisoformat(each) for each in span)
    inside = begins <= at.time() < ends if begins <= ends else at.time() >= begins or at.time() < ends
    return at.isoweekday() in days and inside


def _reach(around: Around) -> Feature:
    said = []
    if around.identities > 1:
        said.append(f"{around.identities} identities or sessions")
    if len(around.accounts) > 1:
        said.append(f"{len(around.accounts)} accounts")
    if len(around.regions) >= _REGIONS:
        said.append(f"{len(around.regions)} regions")
    why = f"it reaches over {', '.join(said)}" if said else "one identity, one account, few regions"
    return _feature("reach", min(10, 5 * len(said)), 10, why)


def _tactic(name: str, around: Around, most: int, tactics: Iterable[str]) -> Feature:
    held = [tactic.replace("-", " ") for tactic in tactics if tactic in around.tactics]
    why = f"signals of {' and '.join(held)}" if held else "no signal of it"
    return _feature(name, most if held else 0, most, why)


def _few(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def points(features: Iterable[Mapping[str, Any]]) -> str:
    """Return in a sentence what made the score, and what is unknown."""
    told = list(features)
    made = [f"{each['feature']} {each['points']}" for each in told if each["points"]]
    unknown = [each["feature"] for each in told if each["points"] is None]
    return (", ".join(made) or "nothing") + (f"; unknown: {', '.join(unknown)}" if unknown else "")
