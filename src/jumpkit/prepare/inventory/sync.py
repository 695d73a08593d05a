"""Reads an estate part by part with a bounded number of calls at a time; what is done is handed over at once."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from threading import Event
from typing import TYPE_CHECKING

from jumpkit.kit.errors import Refused, Unreachable
from jumpkit.model.inventory import Gap, Part, Place, Reading
from jumpkit.prepare.inventory.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jumpkit.model.action import Call, Cloud, Reply
    from jumpkit.prepare.inventory.kinds import Kind

AT_ONCE = 8
_LATER = frozenset({"throttled", "unreachable"})


@dataclass(frozen=True, slots=True)
class Unit:
    """Kinds of one service in one place, read one after the other, so that no service is asked by many at once."""

    place: Place
    cloud: Cloud
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """An account that was entered, and its regions; `own` tells whether the organization is asked from here."""

    account: str
    cloud: Cloud
    partition: str
    regions: tuple[str, ...]
    own: bool


def units(ground: Iterable[Ground], kinds: Iterable[Kind], done: frozenset[tuple[str, str | None, str]]) -> list[Unit]:
    """Return what is to be read, without the parts (account, region, kind) that are done, sorted by place."""
    by_service: dict[str, list[Kind]] = {}
    for kind in kinds:
        by_service.setdefault(kind.ask.service, []).append(kind)
    found = []
    for each in sorted(ground, key=lambda each: each.account):
        for same in by_service.values():
            for region in (None, *each.regions):
                place = Place(each.account, region, each.partition)
                here = tuple(kind for kind in same if _belongs(kind, each, region) and _key(place, kind) not in done)
                found += [Unit(place, each.cloud, here)] if here else []
    return found


def sync(
    todo: Sequence[Unit],
    offered: Callable[[str, str], Sequence[str]],
    keep: Callable[[Reading], None],
    step: Callable[[int, int], None],
) -> None:
    """Read every unit, hand each part to `keep` in the thread of the caller; busy parts are asked once more at the end.

    `offered` says in which regions of a partition the provider has a service, nothing where that is not known.
    """
    total, count = sum(len(unit.kinds) for unit in todo), 0
    again: list[Unit] = []

    def settled(unit: Unit, readings: list[Reading]) -> None:
        nonlocal count
        late = []
        for kind, reading in zip(unit.kinds, readings, strict=True):
            if any(gap.code in _LATER or _busy(gap) for gap in reading.part.gaps):
                late.append(kind)
                continue
            keep(reading)
            count += 1
        if late:
            again.append(Unit(unit.place, unit.cloud, tuple(late)))
        step(count, total)

    _each(todo, offered, settled)
    for unit in again:
        for reading in _read(unit, offered):
            keep(reading)
            count += 1
        step(count, total)


def _each(
    todo: Sequence[Unit],
    offered: Callable[[str, str], Sequence[str]],
    settled: Callable[[Unit, list[Reading]], None],
) -> None:
    """Read units in threads, few more waiting than running, so that an interruption ends soon."""
    waiting, leaving = iter(todo), Event()
    running: dict[Future[list[Reading]], Unit] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            while True:
                while len(running) < AT_ONCE and (unit := next(waiting, None)) is not None:
                    guarded = replace(unit, cloud=_Leaving(unit.cloud, leaving))
                    running[pool.submit(_read, guarded, offered)] = unit
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    settled(running.pop(future), future.result())
        finally:
            leaving.set()


@dataclass(frozen=True, slots=True)
class _Leaving:
    """A cloud that is asked nothing more once somebody stopped us; what was half read is kept nowhere."""

    cloud: Cloud
    leaving: Event

    def read(self, call: Call) -> Reply:
        self._check(call)
        return self.cloud.read(call)

    def pages(self, call: Call) -> Iterator[Reply]:
        self._check(call)
        for page in self.cloud.pages(call):
            yield page
            self._check(call)

    def change(self, call: Call) -> Reply:
        raise Refused("an inventory changes nothing", target=f"{call.service}:{call.operation}")

    def _check(self, call: Call) -> None:
        if self.leaving.is_set():
            raise Unreachable("stopped", target=f"{call.service}:{call.operation}")


def _read(unit: Unit, offered: Callable[[str, str], Sequence[str]]) -> list[Reading]:
    place, service = unit.place, unit.kinds[0].ask.service
    there = offered(service, place.partition)
    if place.region is not None and there and place.region not in there:
        gap = Gap(None, service, "not_offered", f"the SDK knows no {service} in {place.region}", None)
        return [Reading(Part(place, kind.kind, "not_offered", 0, (gap,))) for kind in unit.kinds]
    return [read(unit.cloud, kind, place) for kind in unit.kinds]


def _belongs(kind: Kind, ground: Ground, region: str | None) -> bool:
    if kind.reach == "region":
        return region is not None
    return region is None and (kind.reach == "global" or ground.own)


def _busy(gap: Gap) -> bool:
    return any(word in gap.code for word in ("Throttl", "SlowDown", "TooManyRequests", "RequestLimitExceeded"))


def _key(place: Place, kind: Kind) -> tuple[str, str | None, str]:
    return place.account, place.region, kind.kind
