"""Follows credentials from the seeds until nothing new is found: what they issued, made, launched and opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.investigate.graph.issued import Issuance, issuances, made
from jumpkit.investigate.names import key_uid, session_uid, thing_uid
from jumpkit.investigate.origins import chains
from jumpkit.investigate.provider import provider
from jumpkit.investigate.scope.hands import SUSPECTED, Hand, Hands, place_of
from jumpkit.investigate.touched import Touch, touched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jumpkit.investigate.graph.workloads import Workload
    from jumpkit.investigate.identity import Identity, IdentityKey
    from jumpkit.investigate.scope.hands import Step
    from jumpkit.store.lake.read import Lake

_ROUNDS = 12
_MOST = 3000  # credentials that are followed
_TRUSTS = ("UpdateAssumeRolePolicy", "CreateRole")
_CODE = ("UpdateFunctionCode", "CreateFunction", "UpdateFunctionConfiguration")


@dataclass(slots=True)
class Spread:
    """What was reached: credentials, what each of them touched, and whether following was cut."""

    hands: Hands = field(default_factory=Hands)
    touches: dict[tuple[str, IdentityKey], tuple[Hand, Touch]] = field(default_factory=dict)
    unused: list[tuple[Hand, Issuance]] = field(default_factory=list)  # keys handed out that made no call
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    """The credentials of a case by what a call may name them by."""

    by_key: dict[str, list[Identity]]
    by_user: dict[tuple[str | None, str | None], list[Identity]]
    by_unique: dict[str, list[Identity]]
    by_role: dict[tuple[str | None, str | None], list[Identity]]
    by_instance: dict[str, list[Workload]]
    by_function: dict[str, list[Workload]]


def index(identities: Sequence[Identity], sessions: Iterable[Workload]) -> Index:
    """Sort the credentials into their places."""
    found = Index({}, {}, {}, {}, {}, {})
    for each in identities:
        if each.key is not None:
            found.by_key.setdefault(each.key, []).append(each)
        if each.kind == "user":
            found.by_user.setdefault((each.account, each.name), []).append(each)
            found.by_unique.setdefault(each.uid.rpartition(":")[2], []).append(each)
        if each.kind == "role":
            found.by_role.setdefault((each.account, each.name), []).append(each)
    for session in sessions:
        if session.session is not None:
            by = {"instance": found.by_instance, "function": found.by_function}.get(session.home.kind)
            if by is not None:
                by.setdefault(session.session, []).append(session)
    return found


def spread(lake: Lake, seeds: Iterable[Hand], sessions: Sequence[Workload]) -> Spread:
    """Return everything that the seeds lead to over credentials."""
    found = Spread()
    places = index(chains(lake).identities, sessions)
    fresh = [hand for hand in seeds if found.hands.add(hand)]
    for _ in range(_ROUNDS):
        if not fresh:
            return found
        fresh = [found.hands.held[identity] for identity in sorted({hand.id for hand in fresh}, key=place_of)]
        reached = [*_issued(lake, fresh, places, found), *_made(lake, fresh, places, found)]
        reached += _through_things(lake, fresh, places, found)
        fresh = [hand for hand in reached if found.hands.add(hand)]
        if len(found.hands.held) > _MOST:
            break
    found.cut = bool(fresh)
    return found


def _theirs(hand: Hand, issue: Issuance) -> bool:
    """Return whether a call is the intruder's: made with the credential, from an address of theirs."""
    return hand.ips is None or issue.ip is None or issue.ip in hand.ips


def _issued(lake: Lake, fresh: Sequence[Hand], places: Index, found: Spread) -> Iterator[Hand]:
    """Yield the sessions whose keys were issued to credentials in hand."""
    held = {hand.id: hand for hand in fresh}
    for key, issue in issuances(lake).items():
        hand = held.get(issue.caller)
        if hand is None or issue.user is not None or not _theirs(hand, issue):
            continue
        why = f"{issue.operation} handed its key out to {hand.uid}"
        used = places.by_key.get(key, [])
        for each in used:
            yield Hand(each.id, key_uid(key), hand.state, why, hand.step(key_uid(key), why, (issue.event,)))
        if not used:
            found.unused.append((hand, issue))


def _made(lake: Lake, fresh: Sequence[Hand], places: Index, found: Spread) -> Iterator[Hand]:
    """Yield the sign-ins and keys of users that credentials in hand made, or gave keys and passwords to."""
    held = {hand.id: hand for hand in fresh}
    for call in made(lake):
        hand = held.get(call.caller)
        if hand is None or not _theirs(hand, call):
            continue
        if call.operation == "CreateAccessKey" and call.key is not None:
            used, state = places.by_key.get(call.key, []), hand.state
            if not used:
                found.unused.append((hand, call))
        elif call.operation == "CreateUser":
            used, state = places.by_unique.get(call.user_id or "", []), hand.state
        else:
            known = places.by_user.get((call.account, call.user), [])
            used = [each for each in known if (each.key or "ASIA").startswith("ASIA") and each.last >= call.time]
            state = SUSPECTED
        why = f"{call.operation} by {hand.uid} for the user {call.user}"
        for each in used:
            own = key_uid(each.key) if each.key is not None else session_uid(each.uid, each.session)
            yield Hand(each.id, own, state, why, hand.step(own, why, (call.event,)))


def _through_things(lake: Lake, fresh: Sequence[Hand], places: Index, found: Spread) -> Iterator[Hand]:
    """Note what credentials in hand touched; yield those that machines, functions and roles so reached hold."""
    for touch in touched(lake, [hand.grip for hand in fresh]):
        hand = fresh[touch.grip]
        if touch.kind == "instance" and touch.name == hand.id[1]:
            continue  # a machine that reports on itself
        found.touches[touch.uid, hand.id] = hand, touch
        yield from _held_by(hand, touch, places)


def _held_by(hand: Hand, touch: Touch, places: Index) -> Iterator[Hand]:
    """Yield the credentials that a thing holds or gives, as far as the calls on it say that they came in reach."""
    events = tuple(sorted(touch.events))[:20]
    opened = ["RunInstances"] if "RunInstances" in touch.done else sorted(set(touch.done) & set(provider()["opens"]))
    if touch.kind == "instance" and opened:
        why = f"{', '.join(opened)} by {hand.uid} on {touch.name}, which holds it"
        state = hand.state if "RunInstances" in touch.done else SUSPECTED
        for session in places.by_instance.get(touch.name, ()):
            yield from _sessions(session, state, why, hand.step(touch.uid, why, events), touch.first or 0)
    elif touch.kind == "function" and any(name.startswith(_CODE) for name in touch.done):
        why = f"code or settings of function {touch.name} were put there by {hand.uid}"
        for session in places.by_function.get(touch.name, ()):
            yield from _sessions(session, SUSPECTED, why, hand.step(touch.uid, why, events), touch.first or 0)
    elif touch.kind == "role" and set(touch.done) & set(_TRUSTS):
        why = f"who may take the role {touch.name} was set by {hand.uid}"
        takers = places.by_role.get((touch.account, touch.name), ())
        for each in (each for each in takers if each.last >= (touch.first or 0) and not each.linked):
            own = key_uid(each.key) if each.key is not None else session_uid(each.uid, each.session)
            yield Hand(each.id, own, SUSPECTED, why, hand.step(own, why, events))


def _sessions(session: Workload, state: str, why: str, path: tuple[Step, ...], since: int) -> Iterator[Hand]:
    """Yield the credentials of a workload's session that were used since a moment."""
    for key in sorted({use.key for use in session.uses if use.last >= since}, key=lambda name: name or ""):
        own = key_uid(key) if key is not None else session_uid(session.uid, session.session)
        yield Hand((session.uid, session.session, key), own, state, why, path)


def unused_uid(issue: Issuance) -> str:
    """Return the uid of a key that made no call."""
    return key_uid(issue.key) if issue.key is not None else thing_uid("user", issue.account, issue.user or "unknown")
