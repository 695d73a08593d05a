"""From calls to things that last: each named once, with the calls that made it and the call that took it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.investigate.paths import values_at
from jumpkit.investigate.persistence.calls import bare
from jumpkit.investigate.policies import EVERYONE, let_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jumpkit.investigate.persistence.calls import Call
    from jumpkit.investigate.persistence.table import Kind, Table, Undo


@dataclass(slots=True)
class Thing:
    """One thing of a kind, whatever number of calls made it."""

    kind: Kind
    account: str | None
    region: str | None
    key: tuple[str, ...]
    name: str
    beside: tuple[str, ...]
    made: list[Call] = field(default_factory=list)
    to: set[str] = field(default_factory=set)
    undone: Call | None = None  # after the last that made it
    own: Call | None = None  # by which the same principal had set up, within the case, what it then took away

    @property
    def last(self) -> Call:
        """Return the last call that made it."""
        return self.made[-1]

    @property
    def uid(self) -> str:
        """Return what tells it from other things."""
        where = "" if self.kind.everywhere else f"{self.region or ''}:"
        return f"{self.kind.kind}:{self.account or ''}:{where}{'/'.join(self.key)}"


@dataclass(slots=True)
class Attempt:
    """Calls of one kind and operation that failed."""

    kind: Kind
    operation: str
    calls: list[Call] = field(default_factory=list)


def things(table: Table, calls: Sequence[Call]) -> tuple[list[Thing], list[Attempt]]:
    """Return the things that calls made, in order of their last making, and what was tried and failed."""
    by_name: dict[str, list[Call]] = {}
    for call in calls:
        by_name.setdefault(call.operation, []).append(call)
    found: list[Thing] = []
    failed: dict[tuple[str, str], Attempt] = {}
    for kind in table.kinds:
        mine = sorted(_called(kind.calls, kind, by_name), key=lambda call: (call.time, call.event))
        made: dict[tuple[object, ...], Thing] = {}
        for call in mine:
            if call.error is not None:
                failed.setdefault((kind.kind, call.operation), Attempt(kind, call.operation)).calls.append(call)
            elif call.holds(kind.only):
                _add(kind, call, made)
        kept = [thing for thing in made.values() if thing.made and (thing.to or not kind.outside_only)]
        for thing in kept:
            thing.undone, thing.own = _undone(thing, by_name), _own(thing, by_name)
        found += kept
    return (
        sorted(found, key=lambda thing: (thing.last.time, thing.uid)),
        [failed[place] for place in sorted(failed)],
    )


def _called(names: Iterable[str], kind: Kind, by_name: dict[str, list[Call]]) -> list[Call]:
    return [call for name in names for call in by_name.get(name, ()) if call.service == kind.service]


def _add(kind: Kind, call: Call, made: dict[tuple[object, ...], Thing]) -> None:
    """Add a call to what it makes; one that says no name makes a thing called unknown."""
    names = [text for path in kind.name for text in call.texts(path)]
    if not kind.each:
        names = names[:1]
    for name in names or ["unknown"]:
        key = (bare(name),) if kind.each else call.key(kind.key) or ("unknown",)
        region = None if kind.everywhere else call.region
        thing = made.get((call.account, region, key))
        if thing is None:
            beside = tuple(text for path in kind.beside for text in call.texts(path))
            shown = bare(name) if kind.bare else name
            thing = made[call.account, region, key] = Thing(kind, call.account, region, key, shown, beside)
        to = _to(kind, call)
        if (thing.to or kind.outside_only) and not to and any(undo.narrows for undo in kind.undone):
            continue  # it takes back what an earlier call opened
        thing.made.append(call)
        thing.to.update(to)


def _to(kind: Kind, call: Call) -> list[str]:
    """Return whom a call lets in from beyond its account."""
    found = [text for path in kind.to for text in call.texts(path)]
    named = [EVERYONE if text in ("all", "*") else text for text in found if text not in (call.account, "")]
    documents = values_at(call.said, kind.policy) if kind.policy else []
    return [*named, *(who for document in documents for who in let_in(document, call.account))]


def _undone(thing: Thing, by_name: dict[str, list[Call]]) -> Call | None:
    """Return the first later call that takes the thing back."""
    since = thing.last
    later = [
        (call.time, rank, call.event, call)
        for rank, undo in enumerate(thing.kind.undone)
        for call in _called(undo.calls, thing.kind, by_name)
        if (call.time, call.event) > (since.time, since.event) and call.error is None and _same(thing, undo, call)
    ]
    return min(later, key=lambda found: found[:3])[3] if later else None


def _own(thing: Thing, by_name: dict[str, list[Call]]) -> Call | None:
    """Return the call by which the same principal had set up what it took away."""
    made, first = thing.kind.made, thing.made[0]
    for call in _called(made.calls, thing.kind, by_name) if made else ():
        if call.error is None and call.who[0] == first.who[0] and call.time <= first.time and _same(thing, made, call):
            return call
    return None


def _same(thing: Thing, undo: Undo | None, call: Call) -> bool:
    """Return whether a call takes back this very thing."""
    if undo is None or call.account != thing.account or (not thing.kind.everywhere and call.region != thing.region):
        return False
    if not call.holds(undo.only) or (undo.narrows and _lets_in(undo.narrows, call)):
        return False
    if thing.kind.each and undo.key:
        return thing.key[0] in [bare(text) for path in undo.key for text in call.texts(path)]
    key = call.key(undo.key or thing.kind.key)
    if key is None:
        return False
    if undo.of == "with":
        return key[0] in map(bare, thing.beside)
    return key[0] == thing.account if undo.of == "account" else key == thing.key[: len(key)]


def _lets_in(path: str, call: Call) -> bool:
    return any(let_in(document, call.account) for document in values_at(call.said, path))
