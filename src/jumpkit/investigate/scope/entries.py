"""The items of a scope by uid, joined where several ways lead to one, and as an answer tells them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.items import at, cited, limit
from jumpkit.investigate.scope.hands import CONFIRMED, ORDER, SUSPECTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumpkit.investigate.graph.uses import Use
    from jumpkit.investigate.identity import Identity, IdentityKey
    from jumpkit.investigate.items import Item, Limit
    from jumpkit.investigate.origins import Chains
    from jumpkit.investigate.scope.hands import Hand, Step
    from jumpkit.investigate.scope.spread import Spread
    from jumpkit.investigate.touched import Touch
    from jumpkit.model.finding import Picture
    from jumpkit.store.lake.read import Lake

KINDS = (
    "user", "root", "federated", "account", "role", "session", "key", "sign-in", "address", "instance", "function",
    "bucket", "secret", "parameter",
)  # fmt: skip
_MOST = 500  # items of one state and kind that are listed
_HITS = """
SELECT h.uid, h.rule, h.principal, h.session, nullif(h.key, '') FROM hits h JOIN cited_events c ON c.uid = h.uid
ORDER BY ALL
"""


@dataclass(slots=True)
class Entry:
    """One item to be."""

    uid: str
    kind: str
    name: str | None
    state: str
    why: str
    path: tuple[Step, ...] = ()
    events: set[str] = field(default_factory=set)
    account: str | None = None
    region: str | None = None
    first: int | None = None
    last: int | None = None
    count: int = 0
    more: dict[str, Any] = field(default_factory=dict)

    def joined(self, other: Entry) -> Entry:
        """Return this and another entry of the same uid as one; the firmer state speaks."""
        best, rest = (self, other) if _rank(self) <= _rank(other) else (other, self)
        best.events |= rest.events
        best.count += rest.count
        firsts = [each.first for each in (best, rest) if each.first is not None]
        lasts = [each.last for each in (best, rest) if each.last is not None]
        best.first, best.last = min(firsts, default=None), max(lasts, default=None)
        did = Counter(best.more.get("did", {})) + Counter(rest.more.get("did", {}))
        best.more = rest.more | best.more | ({"did": dict(sorted(did.items()))} if did else {})
        best.region = best.region or rest.region
        return best


def _rank(entry: Entry) -> tuple[int, int, str]:
    """Return what decides which of two entries speaks: state, then the shorter way, then the words."""
    return ORDER[entry.state], len(entry.path), entry.why


@dataclass(slots=True)
class Found:
    """All entries of a scope by uid, and what they are made from."""

    followed: Chains
    picture: Picture
    reached: Spread
    uses: tuple[Use, ...]  # of the credentials in hand, as far as they are the intruder's
    identities: dict[IdentityKey, Identity] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    attempted: dict[str, list[tuple[Hand, Touch]]] = field(default_factory=dict)  # things that no call succeeded on

    def add(self, *lists: Iterable[Entry]) -> None:
        """Take in entries, joining those of one uid."""
        for entries in lists:
            for entry in entries:
                held = self.entries.get(entry.uid)
                self.entries[entry.uid] = entry if held is None else held.joined(entry)

    def __post_init__(self) -> None:
        """Sort the identities of the case by what tells them apart."""
        self.identities.update((identity.id, identity) for identity in self.followed.identities)

    def window(self) -> tuple[int, int] | None:
        """Return first and last moment of the intruder's calls (suspected ones where none is confirmed), if any."""
        hands = self.reached.hands
        held = {hand.id for hand in (hands.of(CONFIRMED) or hands.of(SUSPECTED))}
        own = [use for use in self.uses if use.id in held]
        return (min(use.first for use in own), max(use.last for use in own)) if own else None

    def sorted(self, lake: Lake) -> tuple[list[Item], list[Limit]]:
        """Return the items, confirmed ones first, each with the findings that rest on it, and what was left out."""
        rows = sorted(self.entries.values(), key=lambda each: (ORDER[each.state], _kind(each.kind), each.uid))
        counted: Counter[tuple[str, str]] = Counter()
        kept = []
        for row in rows:
            counted[row.state, row.kind] += 1
            if counted[row.state, row.kind] <= _MOST:
                kept.append(row)
        limits = [
            limit(f"{kind} items that are {state}", f"{count:,} were found, and {_MOST:,} of them are listed")
            for (state, kind), count in counted.items()
            if count > _MOST
        ]
        findings = _findings(lake, self, kept)
        return [_item(each, findings) for each in kept], limits


def _kind(kind: str) -> tuple[int, str]:
    """Return what kinds are sorted by: credentials first."""
    return (KINDS.index(kind) if kind in KINDS else len(KINDS), kind)


def _item(entry: Entry, findings: dict[str, set[str]]) -> Item:
    """Return an entry as items are."""
    named = sorted({name for event in entry.events for name in findings.get(event, ())})
    return {
        "uid": entry.uid,
        "kind": entry.kind,
        "name": entry.name,
        "account": entry.account,
        "region": entry.region,
        "state": entry.state,
        "why": entry.why,
        **cited(entry.events, entry.count),
        "first": None if entry.first is None else at(entry.first),
        "last": None if entry.last is None else at(entry.last),
        "from": [{"from": step.start, "to": step.end, "why": step.why, **cited(step.events)} for step in entry.path],
        "findings": named,
        **entry.more,
    }


def _findings(lake: Lake, found: Found, kept: Iterable[Entry]) -> dict[str, set[str]]:
    """Return by event the findings that it belongs to."""
    events = sorted({event for entry in kept for event in entry.events})
    by_place: dict[tuple[str, str], list[str]] = {}
    for finding in found.picture.findings:
        by_place.setdefault((finding.rule, finding.origin.uid), []).append(finding.finding)
    told: dict[str, set[str]] = {}
    with lake.lent(cited_events={"uid": events}):
        for uid, rule, *identity in lake.query(_HITS):
            origin = found.followed.origin((identity[0], identity[1], identity[2])).uid
            told.setdefault(uid, set()).update(by_place.get((rule, origin), ()))
    return told
