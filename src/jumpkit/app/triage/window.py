"""Keeps of a batch what lies inside the window that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jumpkit.model.batch import Batch, Column
from jumpkit.store.lake.leaves import leaf

if TYPE_CHECKING:
    from jumpkit.app.triage.request import Window


def inside(batch: Batch, window: Window) -> Batch:
    """Return the batch without the rows outside `window`; a row whose account or region is unknown stays in."""
    mask = np.ones(batch.rows, dtype=np.bool_)
    time = leaf(batch.table, ("time",)).to_numpy(zero_copy_only=False)
    if window.since:
        mask &= time >= int(window.since.timestamp() * 1000)
    if window.until:
        mask &= time < int(window.until.timestamp() * 1000)
    for wanted, path in ((window.accounts, ("cloud", "account", "uid")), (window.regions, ("cloud", "region"))):
        if wanted:
            mask &= _one_of(leaf(batch.table, path), wanted)
    if mask.all():
        return batch
    columns = {name: Column(column.codes[mask], column.values, column.epoch) for name, column in batch.columns.items()}
    records = _Kept(batch.records, np.flatnonzero(mask))
    loose = None if batch.loose is None else batch.loose[mask]
    return Batch(batch.source, columns, records, batch.table.filter(pa.array(mask)), loose)


class _Kept(Sequence[bytes]):
    """Some of a batch's records, still copied or made only when they are asked for."""

    def __init__(self, records: Sequence[bytes], places: npt.NDArray[np.intp]) -> None:
        """Take all, and which of them."""
        self._records = records
        self._places = places

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | list[bytes]:
        """Return one record, or those of a slice."""
        if isinstance(at, slice):
            return [self._records[int(place)] for place in self._places[at]]
        return self._records[int(self._places[at])]

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._places)


def _one_of(values: pa.Array, wanted: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    text = values.cast(pa.string())
    hit = pc.or_(pc.is_in(text, value_set=pa.array(wanted)), pc.is_null(text))
    kept: npt.NDArray[np.bool_] = hit.to_numpy(zero_copy_only=False)
    return kept
