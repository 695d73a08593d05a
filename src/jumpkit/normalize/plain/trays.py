"""Gathers the records of plain sources until there are enough of one for a batch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from jumpkit.model.event import Address, Reject
from jumpkit.normalize.moments import NONE
from jumpkit.normalize.plain.table import batch, times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.model.batch import Batch
    from jumpkit.normalize.plain.cut import Cut

ROWS = 8192  # of a batch, at least; the last may be smaller


class Trays:
    """One tray for each source and way of holding records."""

    def __init__(self) -> None:
        """Begin with none."""
        self._trays: dict[tuple[str, bool], list[Cut]] = {}
        self._counts: dict[tuple[str, bool], int] = {}

    def put(self, cut: Cut) -> Iterator[Batch | Reject]:
        """Take records in; yield those whose time cannot be read as refused, and a batch where there are enough."""
        ms = times(cut)
        cut, late = replace(cut, ms=ms), ms == NONE
        if late.any():
            for place in np.flatnonzero(late).tolist():
                start = None if cut.starts is None else int(cut.starts[place])
                end = None if cut.ends is None else int(cut.ends[place])
                where = Address(cut.sha256, cut.member, int(cut.indexes[place]), start, end)
                yield Reject(where, "no time that can be read")
            cut = cut.where(~late)
        if not cut.count:
            return
        key = (cut.plan.source.id, isinstance(cut.held, pa.Table))
        self._trays.setdefault(key, []).append(cut)
        self._counts[key] = self._counts.get(key, 0) + cut.count
        if self._counts[key] >= ROWS:
            del self._counts[key]
            yield batch(self._trays.pop(key))

    def flush(self) -> Iterator[Batch]:
        """Yield all that still waits."""
        waiting, self._trays, self._counts = self._trays, {}, {}
        for tray in waiting.values():
            yield batch(tray)
