"""Follows one member of JSON: each record goes to the source whose keys it has."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from jumpkit.model.event import Address, Reject
from jumpkit.normalize.member import Member
from jumpkit.normalize.pieces import Pieces
from jumpkit.normalize.plain.cut import Cut
from jumpkit.normalize.plain.fields import table_of
from jumpkit.normalize.plain.peel import Peeled, peeled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jumpkit.model.artifact import Chunk, Rejected, Skipped
    from jumpkit.normalize.plain.plan import Plan
    from jumpkit.normalize.plain.sources import Plans

_BLOCK = 2048  # records that are held at a time


@dataclass(frozen=True, slots=True)
class Trail:
    """CloudTrail records that lie side by side among those of other sources; `index` is the first one's number."""

    pieces: Pieces
    index: int


class Documents:
    """One member; records of several sources may lie side by side in it."""

    def __init__(self, plans: Plans, chunk: Chunk) -> None:
        """Begin at the member's first byte."""
        self._plans = plans
        self._member = Member(plans.first, chunk.sha256, chunk.member)

    def take(self, chunk: Chunk) -> Iterator[Cut | Trail | Reject | Rejected | Skipped]:
        """Yield what a chunk brings."""
        for found in self._member.take(chunk):
            if isinstance(found, Pieces):
                for pieces in found.blocks(_BLOCK):
                    self._member.accepted = True
                    yield from self._sorted(pieces)
            else:
                yield found

    def _sorted(self, pieces: Pieces) -> Iterator[Cut | Trail | Reject]:
        """Yield the records of each source, and a refusal for what belongs to none."""
        groups: dict[str, list[tuple[int, Peeled]]] = defaultdict(list)
        trails: list[Trail] = []
        for index, each in self._numbered(pieces):
            plan = None if each.why else self._plans.of(each.value)
            if not each.why and self._plans.trail(each.value):
                if not trails or trails[-1].index + len(trails[-1].pieces.texts) != index:
                    trails.append(Trail(Pieces(), index))
                trails[-1].pieces.add(each.text, each.start, each.end)
            elif plan is None:
                where = Address(self._member.sha256, self._member.name, index, each.start, each.end)
                yield Reject(where, each.why or self._plans.why_none(each.value))
            else:
                groups[plan.source.id].append((index, each))
        yield from trails
        for source, found in groups.items():
            self._member.stored += len(found)
            yield from self._cuts(self._plans.by_id(source), found)

    def _numbered(self, pieces: Pieces) -> Iterator[tuple[int, Peeled]]:
        """Yield each record with its number in the member."""
        found = [each for place in range(len(pieces.texts)) for each in self._peeled(pieces, place)]
        places = pieces.wide.places(at for each in found for at in (each.start, each.end)) if pieces.wide else None
        for each in found:
            lies = each if places is None else replace(each, start=places[each.start], end=places[each.end])
            yield self._member.seen, lies
            self._member.seen += 1

    def _peeled(self, pieces: Pieces, place: int) -> Iterable[Peeled]:
        """Return what lies in one piece."""
        text, start = pieces.texts[place], pieces.starts[place]
        if place in pieces.bad:
            return [Peeled(None, bytes(text), start, pieces.ends[place], pieces.bad[place])]
        return peeled(text, start, self._plans.wrappers, self._plans.known)

    def _cuts(self, plan: Plan, found: Sequence[tuple[int, Peeled]]) -> Iterator[Cut | Reject]:
        """Yield the records of one source: those that are JSON, and those that are lines within JSON."""
        objects = [each for each in found if isinstance(each[1].value, dict)]
        lines = [each for each in found if isinstance(each[1].value, str)]
        if objects:
            held: list[dict[str, Any]] = [plan.named(each.value) for _, each in objects]
            yield self._cut(plan, held, objects)
        if lines:
            table, good = table_of(plan, [each.text for _, each in lines], plan.order)
            for place in np.flatnonzero(~good).tolist():
                index, each = lines[place]
                where = Address(self._member.sha256, self._member.name, index, each.start, each.end)
                yield Reject(where, f"not the fields that this log has: {len(plan.order)} are named")
            if table.num_rows:
                yield self._cut(plan, table, [each for each, fine in zip(lines, good.tolist(), strict=True) if fine])

    def _cut(self, plan: Plan, held: Any, found: Sequence[tuple[int, Peeled]]) -> Cut:
        return Cut(
            plan,
            held,
            [each.text for _, each in found],
            self._member.sha256,
            self._member.name,
            np.array([index for index, _ in found], np.int32),
            np.array([each.start for _, each in found], np.int64),
            np.array([each.end for _, each in found], np.int64),
        )
