"""Who else called from the intruder's addresses; shared ways out join nothing, and where following stops is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.investigate.graph.uses import company as callers
from jumpkit.investigate.graph.uses import uses_at, uses_of
from jumpkit.investigate.items import limit
from jumpkit.investigate.moments import DAY_MS
from jumpkit.investigate.names import key_uid, session_uid
from jumpkit.investigate.scope.hands import CONFIRMED, SUSPECTED, Hand

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumpkit.investigate.graph.uses import Grounds, Use
    from jumpkit.investigate.graph.workloads import Workload
    from jumpkit.investigate.identity import IdentityKey
    from jumpkit.investigate.items import Limit
    from jumpkit.store.lake.read import Lake

_GATEWAY = 5  # principals; an address with more is a shared way out
_MOST = 500  # addresses that are looked at
_WINDOW_MS = DAY_MS  # before and after the intruder's calls in which company at an address means something


@dataclass(slots=True)
class Place:
    """One address of the intruder's: when their calls came from it, by which credential and which calls say so."""

    first: int
    last: int
    hand: Hand
    events: set[str] = field(default_factory=set)
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Reached:
    """The credentials in hand, and the uses of them that are the intruder's."""

    hands: tuple[Hand, ...]
    uses: tuple[Use, ...]

    @classmethod
    def of(cls, lake: Lake, hands: Iterable[Hand], known: Reached | None = None) -> Reached:
        """Return credentials with their uses, from the intruder's addresses and through the provider's services.

        What is `known` already is not asked for again.
        """
        held = {hand.id: hand for hand in hands}
        same = {hand.id for hand in known.hands if held.get(hand.id) == hand} if known is not None else set()
        kept = (use for use in known.uses if use.id in same) if known is not None else ()
        asked = (use for use in uses_of(lake, held.keys() - same) if _theirs(held[use.id], use))
        return cls(tuple(held.values()), (*kept, *asked))


def _theirs(hand: Hand, use: Use) -> bool:
    """Return whether calls with a credential are the intruder's."""
    return hand.ips is None or use.ip is None or use.ip in hand.ips


@dataclass(slots=True)
class Company:
    """The credentials beside the intruder's at their addresses, those addresses, and why others were not followed."""

    hands: list[Hand] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    limits: list[Limit] = field(default_factory=list)


def company(lake: Lake, reached: Reached, grounds: Grounds, sessions: Iterable[Workload], named: set[str]) -> Company:
    """Return who called from the addresses of confirmed credentials, or from those `named` as the intruder's."""
    hands = list(reached.hands)
    firm = [hand for hand in hands if hand.state == CONFIRMED] or hands
    found = Company(places=_places(firm, reached.uses, sessions))
    if len(found.places) > _MOST:
        because = f"{len(found.places):,} addresses are the intruder's; company is looked for at {_MOST} of them"
        found.limits.append(limit("who else acted from the other addresses", because))
        found.places = _busiest(found.places)
    who = callers(lake, found.places)
    held, scope = {hand.id for hand in hands}, {hand.id[0] or "" for hand in hands}
    joining = []
    for ip in sorted(found.places):
        why = None if ip in named else _worthless(ip, grounds, who.get(ip, frozenset()) - scope)
        if why is None:
            joining.append(ip)
        else:
            found.limits.append(limit(f"who else acted from {ip}", why))
    beside: dict[tuple[str, IdentityKey], list[Use]] = {}
    for use in uses_at(lake, joining):
        place = found.places[use.ip or ""]
        near = use.last >= place.first - _WINDOW_MS and use.first <= place.last + _WINDOW_MS
        if near and use.id not in held and not use.uid.startswith("service:"):
            beside.setdefault((use.ip or "", use.id), []).append(use)
    found.hands = [_beside(ip, identity, uses, found.places[ip]) for (ip, identity), uses in beside.items()]
    return found


def _busiest(places: dict[str, Place]) -> dict[str, Place]:
    """Return the places with the most calls."""
    ranked = sorted(places, key=lambda ip: (-places[ip].calls, ip))
    return {ip: places[ip] for ip in ranked[:_MOST]}


def _beside(ip: str, identity: IdentityKey, uses: Iterable[Use], place: Place) -> Hand:
    """Return a credential that was used where the intruder's were."""
    own = key_uid(identity[2]) if identity[2] is not None else session_uid(identity[0], identity[1])
    events = tuple(sorted({event for use in uses for event in (use.first_event, use.last_event)}))[:20]
    why = f"calls from {ip}, from which {place.hand.uid} was used; they may only share a way out"
    path = place.hand.step(own, f"same address {ip}", (*sorted(place.events)[:3], *events[:3]))
    return Hand(identity, own, SUSPECTED, why, path, frozenset({ip}), events)


def _places(hands: Iterable[Hand], seen: Iterable[Use], sessions: Iterable[Workload]) -> dict[str, Place]:
    """Return the addresses of credentials; of a machine's own session only those that are not its place."""
    held = {hand.id: hand for hand in hands}
    own: dict[tuple[str, str | None], frozenset[str]] = {
        (each.uid, each.session): frozenset(use.ip for use in each.verdict.outside if use.ip is not None)
        for each in sessions
    }
    found: dict[str, Place] = {}
    for use in seen:
        hand = held.get(use.id)
        if hand is None or use.ip is None or use.endpoint:
            continue
        if use.ip not in own.get((use.uid, use.session), frozenset({use.ip})):
            continue
        place = found.setdefault(use.ip, Place(use.first, use.last, hand))
        place.first, place.last = min(place.first, use.first), max(place.last, use.last)
        place.events.update((use.first_event, use.last_event))
        place.calls += use.events
    return found


def _worthless(ip: str, grounds: Grounds, others: frozenset[str]) -> str | None:
    """Return why an address joins nobody, None where it does."""
    if grounds.one_address is not None:
        return "it is the only address in the case: masked, or one way out for all; company there says nothing"
    if grounds.inside(ip):
        return "it is the estate's own (estate file); company there says nothing"
    people = [uid for uid in others if not uid.startswith("service:")]
    if len(people) > _GATEWAY:
        return f"{len(people)} other principals call from it: a shared way out, and company there says nothing"
    return None
