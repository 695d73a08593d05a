"""All that investigation says of a case at one moment."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from jumpkit.investigate.absent import CLASSES, TARGETS, absent
from jumpkit.investigate.claimed import believable, unbelieved
from jumpkit.investigate.gaps import SLOTS, gaps
from jumpkit.investigate.hits import bucket, groups, number_origins, spoken_of
from jumpkit.investigate.identity import ISSUES, best_told
from jumpkit.investigate.incidents import GAP_MS, Known, assemble
from jumpkit.investigate.links import MADE, Activity, links
from jumpkit.investigate.origins import chains
from jumpkit.investigate.principals import TOPS, principals
from jumpkit.investigate.switches import CHANGES, switches
from jumpkit.kit.clock import stamp
from jumpkit.model.finding import BlindSpot, Picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from jumpkit.investigate.hits import Group
    from jumpkit.investigate.identity import Identity
    from jumpkit.investigate.origins import Chains
    from jumpkit.model.estate import Estate
    from jumpkit.model.rule import RuleInfo
    from jumpkit.store.lake.read import Lake

_AHEAD = (ISSUES, MADE, SLOTS, CHANGES, CLASSES, TARGETS, *TOPS.values())  # in the order in which they are asked
_MOST = 200  # blind spots of one kind and account that are listed one by one


_ANY = "SELECT 1 FROM events LIMIT 1"  # flows and names are events that nobody called
_NO_EVENTS = BlindSpot(
    kind="no_events",
    account=None,
    region=None,
    since=None,
    until=None,
    affects=("who", "scope", "timeline", "data loss"),
    because="The case holds no event: nothing can be said of what happened.",
)


def investigate(
    lake: Lake, infos: Mapping[str, RuleInfo], estate: Estate, case: str, now: datetime | None = None
) -> Picture:
    """Return findings, incidents, blind spots and principals of a case; hits of rules not in `infos` make none.

    What claims to be later than `now` is not believed.
    """
    for statement in _AHEAD:
        lake.soon(statement)
    followed = chains(lake)
    origins = number_origins(followed, infos, spoken_of(lake, followed))
    found = groups(lake, origins, bucket(lake, GAP_MS))
    joined = links(lake, followed, origins, _active(found), estate)
    known = Known(origins.numbered, _names(followed))
    findings, incidents = assemble(case, found, infos, known, joined)
    bounds = believable(now)
    spots = (
        *gaps(lake, bounds),
        *unbelieved(lake, bounds),
        *switches(lake),
        *absent(lake, followed.identities, estate),
    )
    if not followed.identities and not lake.query(_ANY):
        spots = (*spots, _NO_EVENTS)
    people = principals(lake, followed, estate, joined, origins.numbered)
    return Picture(findings, incidents, blind_spots(spots), people)


def blind_spots(spots: Iterable[BlindSpot]) -> tuple[BlindSpot, ...]:
    """Return the blind spots sorted by account, kind and time; of a kind and account no more than are worth reading."""
    kept: list[BlindSpot] = []
    counted: Counter[tuple[str | None, str]] = Counter()
    for spot in spots:
        counted[spot.account, spot.kind] += 1
        if counted[spot.account, spot.kind] <= _MOST:
            kept.append(spot)
    for (account, kind), number in counted.items():
        if number > _MOST:
            because = f"{number - _MOST} more of this kind are not listed one by one."
            kept.append(BlindSpot(kind, account, None, None, None, ("timeline", "scope"), because))
    return tuple(sorted(kept, key=_place))


def _place(spot: BlindSpot) -> tuple[str, str, bool, str, str, str]:
    """Return what blind spots are sorted by."""
    since = "" if spot.since is None else stamp(spot.since)
    return spot.account or "", spot.kind, spot.since is None, since, spot.region or "", spot.because


def _active(found: Sequence[Group]) -> dict[int, Activity]:
    """Return when each origin had findings."""
    active: dict[int, Activity] = {}
    for group in found:
        held = active.get(group.origin)
        first = group.first if held is None else min(held.first, group.first)
        last = group.last if held is None else max(held.last, group.last)
        active[group.origin] = Activity(first, last)
    return active


def _names(followed: Chains) -> dict[str, str | None]:
    """Return the principals' names."""
    same: dict[str, list[Identity]] = {}
    for identity in followed.identities:
        same.setdefault(identity.uid, []).append(identity)
    return {uid: best_told(identities).name for uid, identities in same.items()}
