"""The items of a scope: credentials, the places they were used from, and the things that they acted on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.investigate.graph.doors import said as doors_said
from jumpkit.investigate.graph.uses import MARK, pushed, unmarked, wanted
from jumpkit.investigate.identity import KEY
from jumpkit.investigate.names import session_uid, thing_uid
from jumpkit.investigate.provider import CALLS
from jumpkit.investigate.scope.entries import Entry
from jumpkit.investigate.scope.hands import CONFIRMED, SUSPECTED, Step
from jumpkit.investigate.scope.spread import unused_uid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jumpkit.investigate.graph.doors import Door
    from jumpkit.investigate.graph.uses import Use
    from jumpkit.investigate.graph.workloads import Workload
    from jumpkit.investigate.identity import Identity, IdentityKey
    from jumpkit.investigate.scope.entries import Found
    from jumpkit.investigate.scope.hands import Hand
    from jumpkit.investigate.scope.neighbors import Company
    from jumpkit.investigate.scope.seeds import Seeded
    from jumpkit.investigate.touched import Touch
    from jumpkit.store.lake.read import Lake

_SHOWN = 3  # addresses in a sentence
_OTHERS = f"""
SELECT principal.uid, list_sort(list(DISTINCT src_endpoint.ip) FILTER (src_endpoint.ip IS NOT NULL))[:10],
       min({MARK}, 20)
FROM events
ANTI JOIN wanted w ON w.uid = coalesce(principal.uid, 'unknown')
  AND w.session IS NOT DISTINCT FROM principal.session AND w.key IS NOT DISTINCT FROM {KEY}
WHERE {CALLS} AND {{}} GROUP BY 1
"""  # noqa: S608 - constants


def credential_items(found: Found) -> Iterator[Entry]:
    """Yield an item for each credential in hand, and for whom it belongs to."""
    known = found.identities
    spans: dict[IdentityKey, list[Use]] = {}
    for use in found.uses:
        spans.setdefault(use.id, []).append(use)
    for hand in found.reached.hands.held.values():
        identity = known[hand.id]
        uses = spans.get(hand.id, [])
        first = min((use.first for use in uses), default=identity.first)
        last = max((use.last for use in uses), default=identity.last)
        count = sum(use.events for use in uses)
        events = {event for use in uses for event in (use.first_event, use.last_event)} | set(hand.events)
        session = session_uid(identity.uid, identity.session)
        named = [(identity.uid, identity.kind, identity.name)]
        if identity.session is not None:
            named.append((session, "session", f"{identity.name}/{identity.session}"))
        named.append((hand.uid, "key" if identity.key is not None else "sign-in", identity.key))
        for uid, kind, name in named:
            entry = Entry(uid, kind, name, hand.state, hand.why, hand.path, set(events), identity.account)
            entry.first, entry.last, entry.count = first, last, count
            if uid == hand.uid:  # calls from places that are not the intruder's
                entry.more = {"belongs_to": session, "others": identity.events - count}
            yield entry
    for hand, issue in found.reached.unused:
        uid, why = unused_uid(issue), f"{issue.operation} handed it out; no call was made with it in these logs"
        path = hand.step(uid, issue.operation, (issue.event,))
        entry = Entry(uid, "key", issue.key, hand.state, why, path, {issue.event}, issue.account, None)
        entry.first = entry.last = issue.time
        entry.count, entry.more = 1, {"unused": True}
        yield entry


def same_principal(lake: Lake, found: Found) -> Iterator[Entry]:
    """Yield one item for the other keys and sign-ins of each user that has credentials in hand."""
    held = found.reached.hands.held
    firm: dict[str, Hand] = {}
    for hand in found.reached.hands.of(CONFIRMED):
        if found.identities[hand.id].kind in ("user", "root"):
            firm.setdefault(found.identities[hand.id].uid, hand)
    rest: dict[str, list[Identity]] = {}
    for identity in found.followed.identities:
        if identity.uid in firm and identity.id not in held:
            rest.setdefault(identity.uid, []).append(identity)
    with lake.lent(wanted=wanted(list(held))):
        told = {uid: said for uid, *said in lake.query(_OTHERS.format(pushed("principal.uid", rest)))} if rest else {}
    for uid, others in sorted(rest.items()):
        hand, (places, events) = firm[uid], told.get(uid, (None, []))
        places = places or []
        shown = ", ".join(places[:_SHOWN]) + (" …" if len(places) > _SHOWN else "") or "the provider's own addresses"
        why = f"{len(others)} other keys and sign-ins of the same user, from {shown}; that may be their owner"
        cited_ids = {unmarked(mark) for mark in events}
        path = hand.step(f"{uid}/others", "the same user", tuple(sorted(cited_ids))[:5])
        entry = Entry(f"{uid}/others", "sign-in", others[0].name, SUSPECTED, why, path, cited_ids)
        entry.account, entry.count = others[0].account, sum(each.events for each in others)
        entry.first, entry.last = min(each.first for each in others), max(each.last for each in others)
        yield entry


def home_items(found: Found, sessions: Iterable[Workload]) -> Iterator[Entry]:
    """Yield the machines and functions whose credentials were used elsewhere: they were got from there."""
    hands = {hand.id: hand for hand in found.reached.hands.held.values()}
    for each in sessions:
        hand = next((hands[use.id] for use in each.verdict.outside if use.id in hands), None)
        if hand is None or each.home.kind not in ("instance", "function") or each.session is None:
            continue
        account = found.identities[hand.id].account
        uid = thing_uid(each.home.kind, account, each.session)
        sure = "which was used elsewhere" if hand.state == CONFIRMED else "whose use elsewhere is in question"
        how = doors_said(each.asked) if each.asked else "how that left it is in no call of the provider's"
        why = f"it holds {hand.uid}, {sure}; {how}"
        events = {event for use in each.verdict.outside for event in (use.first_event, use.last_event)}
        events |= {asked.door.event for asked in each.asked}
        path = hand.step(uid, "holds the credentials", tuple(sorted(events))[:20])
        entry = Entry(uid, each.home.kind, each.session, hand.state, why, path, events, account, each.home.region)
        entry.first = min(use.first for use in each.verdict.outside)
        entry.last = max(use.last for use in each.verdict.outside)
        entry.count = sum(use.events for use in each.verdict.outside)
        yield entry
        yield from _clients(each, uid, path)


def _clients(session: Workload, uid: str, path: tuple[Step, ...]) -> Iterator[Entry]:
    """Yield the addresses that asked for the metadata service of a machine whose credential was used elsewhere."""
    by_client: dict[str, list[Door]] = {}
    for asked in session.asked:
        if asked.door.client is not None:
            by_client.setdefault(asked.door.client, []).append(asked.door)
    why = f"it asked a web server for the metadata service before a credential of {session.session} was used elsewhere"
    for client, through in sorted(by_client.items()):
        events = {door.event for door in through}
        step = (*path, Step(uid, f"ip:{client}", "web request", tuple(sorted(events))[:20]))
        entry = Entry(f"ip:{client}", "address", client, SUSPECTED, why, step, events)
        entry.first, entry.last, entry.count = through[0].time, through[-1].time, len(through)
        yield entry


def named_items(found: Found, seeded: Seeded) -> Iterator[Entry]:
    """Yield the addresses and machines that a person names as seeds."""
    accounts = {each.session: each.account for each in found.followed.identities if each.instance}
    for ip in sorted(seeded.ips):
        yield Entry(f"ip:{ip}", "address", ip, CONFIRMED, "named by whoever asked")
    for name in seeded.instances:
        account = accounts.get(name)
        yield Entry(thing_uid("instance", account, name), "instance", name, CONFIRMED, "named by whoever asked")


def place_items(beside: Company) -> Iterator[Entry]:
    """Yield an item for each address from which confirmed credentials were used."""
    for ip, place in sorted(beside.places.items()):
        why = f"calls with {place.hand.uid} came from it"
        path = place.hand.step(f"ip:{ip}", why, tuple(sorted(place.events))[:20])
        entry = Entry(f"ip:{ip}", "address", ip, place.hand.state, why, path, set(place.events))
        entry.first, entry.last = place.first, place.last
        yield entry


def thing_items(found: Found) -> Iterator[Entry]:
    """Yield an item for each thing on which a call succeeded; the others are kept as attempted."""
    named = _principals(found.followed.identities)
    by_uid: dict[str, list[tuple[Hand, Touch]]] = {}
    for hand, touch in found.reached.touches.values():
        by_uid.setdefault(_uid_of(touch, named), []).append((hand, touch))
    for uid, pairs in by_uid.items():
        done = [(hand, touch) for hand, touch in pairs if touch.done and (touch.changed or touch.read or _took(touch))]
        if not done:
            found.attempted[uid] = pairs
            continue
        for hand, touch in done:
            yield _thing(uid, hand, touch)


def _took(touch: Touch) -> bool:
    """Return whether a role was taken."""
    return touch.kind == "role" and any(name.startswith("AssumeRole") for name in touch.done)


def _uid_of(touch: Touch, named: dict[tuple[str, str | None, str | None], set[str]]) -> str:
    """Return the uid of a thing; a user's or role's own unique id where only one was called so."""
    uids = named.get((touch.kind, touch.account, touch.name), set())
    return next(iter(uids)) if len(uids) == 1 else thing_uid(touch.kind, touch.account, touch.name)


def _principals(identities: Sequence[Identity]) -> dict[tuple[str, str | None, str | None], set[str]]:
    """Return the unique ids of users and roles by kind, account and name."""
    found: dict[tuple[str, str | None, str | None], set[str]] = {}
    for each in identities:
        if each.kind in ("user", "role"):
            found.setdefault((each.kind, each.account, each.name), set()).add(each.uid)
    return found


def _thing(uid: str, hand: Hand, touch: Touch) -> Entry:
    """Return the item of a thing that a credential acted on."""
    operations = ", ".join(f"{name} ({count})" for name, count in sorted(touch.done.items())[:6])
    ways = {"changed": touch.changed, "read": touch.read, "taken": _took(touch)}
    way = " and ".join(way for way, held in ways.items() if held)
    if touch.kind == "service":
        way = f"{way} something that the records do not name, or name in no way that is known here,"
    why = f"{way} with {hand.uid}: {operations}"
    if hand.state == SUSPECTED:
        why += f"; whether that was the intruder is not sure: {hand.why}"
    path = hand.step(uid, operations, tuple(sorted(touch.events))[:20])
    entry = Entry(uid, touch.kind, touch.name, hand.state, why, path, set(touch.events), touch.account, touch.region)
    entry.first, entry.last = touch.first, touch.last
    entry.count = sum(touch.done.values())
    entry.more = {
        "did": dict(sorted(touch.done.items())),
        "made": any(name.startswith(("Create", "RunInstances", "Put")) for name in touch.done),
        "gone": any(name.startswith(("Delete", "Terminate", "Deregister")) for name in touch.done),
    }
    return entry
