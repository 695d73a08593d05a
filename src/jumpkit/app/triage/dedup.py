"""Finds, among events with the same id, those that say the same (duplicates) and those that do not (conflicts)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from jumpkit.app.triage.ids import Ids

_PART = 1 << 15  # rows that are put in order at a time

Place = tuple[int, int]  # (segment, row)


@dataclass(slots=True)
class Verdict:
    """Rows to drop and rows to keep as conflicts, by segment of this tranche."""

    duplicates: dict[int, list[int]] = field(default_factory=dict)
    conflicts: dict[int, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Sorted ids of an earlier tranche on disk: columns high, low, segment number, row."""

    path: Path

    def find(self, high: npt.NDArray[np.uint64]) -> Iterator[tuple[int, Place, np.uint64]]:
        """Yield (place in `high`, (segment, row), low) for every earlier id whose upper half is in sorted `high`."""
        keys = np.load(self.path, mmap_mode="r")
        if not len(keys) or not len(high):
            return
        column = keys[:, 0]
        left = np.searchsorted(column, high, "left")
        right = np.searchsorted(column, high, "right")
        for at in np.flatnonzero(right > left):
            for key in range(int(left[at]), int(right[at])):
                yield int(at), (int(keys[key, 2]), int(keys[key, 3])), keys[key, 1]


def write_keys(path: Path, ids: Ids, places: npt.NDArray[np.uint64]) -> None:
    """Write the ids of stored events, sorted, with their places (n, 2)."""
    order = _order(ids)
    with path.open("wb") as file:
        told = {"descr": "<u8", "fortran_order": False, "shape": (len(order), 4)}
        np.lib.format.write_array_header_1_0(file, told)
        for start in range(0, len(order), _PART):
            part = order[start : start + _PART]
            np.hstack([ids[part], places[part]]).tofile(file)


def _order(ids: Ids) -> npt.NDArray[np.intp]:
    """Return the rows sorted by the upper half of their ids."""
    return np.argsort(np.ascontiguousarray(ids[:, 0]))


def candidates(
    ids: Ids, places: Sequence[Place] | npt.NDArray[np.uint64], earlier: Iterable[KeyFile]
) -> list[list[Place]]:
    """Return groups of places that share an id: places in earlier key files first, then this tranche's."""
    order = _order(ids)
    high = ids[order, 0]
    groups: dict[tuple[int, int], list[Place]] = {}
    for keys in earlier:
        for at, place, low in keys.find(high):
            row = int(order[at])
            if ids[row, 1] == low:
                known = groups.setdefault((int(ids[row, 0]), int(low)), [])
                if place not in known:
                    known.append(place)
    same = np.zeros(len(high), dtype=np.bool_)
    same[1:] = high[1:] == high[:-1]
    same[:-1] |= same[1:].copy()
    wanted = {int(order[at]) for at in np.flatnonzero(same)}
    if groups:
        known_high = np.fromiter({key[0] for key in groups}, np.uint64)
        wanted |= {int(row) for row in np.flatnonzero(np.isin(ids[:, 0], known_high))}
    for row in sorted(wanted):
        place = places[row]
        groups.setdefault((int(ids[row, 0]), int(ids[row, 1])), []).append((int(place[0]), int(place[1])))
    return [group for group in groups.values() if len(group) > 1]


def judge(groups: list[list[Place]], mine: Callable[[Place], bool], digests: Mapping[Place, bytes]) -> Verdict:
    """Compare each later copy with those kept before it, by the digests of what they say; `mine` tells this tranche's.

    A copy that says what a kept one says is a duplicate; one that says something else is kept as a conflict.
    """
    verdict = Verdict()
    for group in groups:
        kept: set[bytes] = set()
        for place in group:
            said = digests[place]
            if mine(place) and said in kept:
                verdict.duplicates.setdefault(place[0], []).append(place[1])
            elif mine(place) and kept:
                verdict.conflicts.setdefault(place[0], []).append(place[1])
            kept.add(said)
    return verdict
