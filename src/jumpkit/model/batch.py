"""A few thousand records on their way from normalize to detect and the lake, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa


class Texts(Sequence[Any]):
    """Values of one batch's rows, held by Arrow: distinct texts, or JSON of which `read` makes the values."""

    __slots__ = ("array", "read")

    def __init__(self, array: pa.StringArray, read: Callable[[str], Any] | None = None) -> None:
        """Take texts; no code refers to a null."""
        self.array = array
        self.read = read

    @overload
    def __getitem__(self, at: int) -> Any: ...
    @overload
    def __getitem__(self, at: slice) -> list[Any]: ...
    def __getitem__(self, at: int | slice) -> Any:
        """Return one value, or those of a slice."""
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        text = self.array[at].as_py()
        return self.read(text) if self.read else text

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self.array)


@dataclass(slots=True)
class Column:
    """A top-level field of the vendor's record that repeats.

    `codes[i]` is the place in `values` of row i's value, or -1 where the field is absent or null. `values` grows and is
    shared by all batches of one `epoch`; a code keeps its meaning within an epoch. JSON objects are decoded (dict).
    Where `values` are Texts, they are of this batch alone, whatever its epoch.
    """

    codes: npt.NDArray[np.int32]
    values: Sequence[Any]
    epoch: int


@dataclass(slots=True)
class Batch:
    """Rows of one source: the vendor's coded columns, the records' own bytes, the OCSF table; row i is row i in each.

    `columns` holds the fields that repeat, or that many rules ask for (eventName, userIdentity, …); whatever else is
    decoded from `records[i]`. `table` has the lake's schema (see store.lake.schema).
    """

    source: str
    columns: dict[str, Column]
    records: Sequence[bytes]  # may be copied out of their chunks only when asked for
    table: pa.Table
    loose: npt.NDArray[np.bool_] | None = None  # rows that may hold top-level keys of no column; None: any may

    @property
    def rows(self) -> int:
        """Return the number of records."""
        return len(self.records)
