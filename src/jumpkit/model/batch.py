"""A few thousand records on their way from normalize to detect and the lake, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa


@dataclass(slots=True)
class Column:
    """A top-level field of the vendor's record with few distinct values.

    `codes[i]` is the place in `values` of row i's value, or -1 where the field is absent or null. `values` grows and is
    shared by all batches of one `epoch`; a code keeps its meaning within an epoch. JSON objects are decoded (dict).
    """

    codes: npt.NDArray[np.int32]
    values: list[Any]
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
