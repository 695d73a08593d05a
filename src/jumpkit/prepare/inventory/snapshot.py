"""Things of one sync in memory, found by id, and which lists could not be read; not for reading files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Thing:
    """One item, as far as judging needs it."""

    kind: str
    account: str
    region: str | None
    uid: str
    name: str | None
    body: Json


@dataclass(frozen=True, slots=True)
class Hole:
    """A list that was not read, whole or in part."""

    account: str
    region: str | None
    kind: str
    because: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one sync knows of the kinds that were asked for."""

    things: Mapping[str, Mapping[tuple[str, str | None, str], Thing]] = field(default_factory=dict)
    holes: tuple[Hole, ...] = ()

    def of(self, kind: str) -> Iterator[Thing]:
        """Yield the things of a kind, in the order in which they came."""
        yield from self.things.get(kind, {}).values()

    def beside(self, thing: Thing, kind: str, uid: str) -> Thing | None:
        """Return what lies in the account and region of another thing."""
        return self.things.get(kind, {}).get((thing.account, thing.region, uid))

    def near(self, thing: Thing, kind: str) -> Iterator[Thing]:
        """Yield the things of a kind in the account and region of another one."""
        return (each for each in self.of(kind) if (each.account, each.region) == (thing.account, thing.region))

    def unread(self, thing: Thing, kind: str) -> str | None:
        """Return why a kind is not known where a thing lies, None where it is."""
        for hole in self.holes:
            if hole.kind == kind and hole.account == thing.account and hole.region in (None, thing.region):
                return f"{kind} was not read: {hole.because}"
        return None


def snapshot(things: Iterable[Thing], holes: Iterable[Hole]) -> Snapshot:
    """Return a snapshot of things and holes."""
    found: dict[str, dict[tuple[str, str | None, str], Thing]] = {}
    for thing in things:
        found.setdefault(thing.kind, {})[thing.account, thing.region, thing.uid] = thing
    return Snapshot(found, tuple(holes))
