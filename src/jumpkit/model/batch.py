"""A few thousand records on their way from normalize to detect and the lake, column by column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa


class Texts(Sequence[str]):
    """The distinct texts of one batch's rows, held by Arrow."""

    __slots__ = ("array",)

    def __init__(self, array: pa.StringArray) -> None:
        """Take texts without nulls."""
        self.array = array

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        """Return one text, or those of a slice."""
        if isinstance(at, slice):
            return list(self.array[at].to_pylist())
        return str(self.array[at].as_py())

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.array)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the texts."""
        return iter(self.array.to_pylist())


@dataclass(slots=True)
class Column:
    """A top-level field of the vendor's record that repeats.

    `codes[i]` is the place in `values` of row i's value, or -1 where the field is absent or null. `values` grows and is
    shared by all batches of one `epoch`; a code keeps its meaning within an epoch. JSON objects are decoded (dict).
    Where `values` are Texts, they are of this batch alone, whatever its epoch.
    """

    codes: npt.NDArray[np.int32]
    values: list[Any] | Texts
    epoch: int


@dataclass(slots=True)
class Batch:
    """Rows of one source: the vendor's coded columns, the records' own bytes, the OCSF table; row i is row i in each.

    `columns` holds only fields of few distinct values (eventName, userIdentity, …); whatever else a rule asks for is
    decoded from `records[i]`. `table` has the lake's schema (see store.lake.schema).
    """

    source: str
    columns: dict[str, Column]
    records: Sequence[bytes]  # may be copied out of their chunks only when asked for
    table: pa.Table

    @property
    def rows(self) -> int:
        """Return the number of records."""
        return len(self.records)
