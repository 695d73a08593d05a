"""Records of one plain source on their way from a member to a batch, with their places."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, overload

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

if TYPE_CHECKING:
    from jumpkit.normalize.plain.plan import Plan

Held = Any  # a pyarrow table of text columns, or a list of JSON objects


@dataclass(frozen=True, slots=True)
class Cut:
    """Records of one member; `starts` and `ends` are None where they have no bytes of their own, as in Parquet."""

    plan: Plan
    held: Held
    texts: Sequence[bytes]  # what the id of each record is made of
    sha256: str
    member: str | None
    indexes: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64] | None
    ends: npt.NDArray[np.int64] | None
    ms: npt.NDArray[np.int64] | None = None  # the moment of each, once it was looked for

    @property
    def count(self) -> int:
        """Return the number of records."""
        return len(self.texts)

    def where(self, keep: npt.NDArray[np.bool_]) -> Cut:
        """Return the records to keep."""
        places = np.flatnonzero(keep)
        listed = places.tolist()
        held = self.held.take(places) if isinstance(self.held, pa.Table) else [self.held[at] for at in listed]
        return replace(
            self,
            held=held,
            texts=[self.texts[at] for at in listed],
            indexes=self.indexes[places],
            starts=None if self.starts is None else self.starts[places],
            ends=None if self.ends is None else self.ends[places],
            ms=None if self.ms is None else self.ms[places],
        )


class Rows(Sequence[bytes]):
    """Rows of text columns as the JSON objects that rules and `show` see; made when asked for."""

    __slots__ = ("_numbers", "_table")

    def __init__(self, table: pa.Table, numbers: frozenset[str]) -> None:
        """Take the columns, and which of them hold numbers."""
        self._table = table
        self._numbers = numbers

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | list[bytes]:
        """Return one row, or those of a slice."""
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        ((row),) = self._table.slice(at % len(self), 1).to_pylist()
        return msgspec.json.encode(typed(row, self._numbers))

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._table.num_rows)


class Spelled(Sequence[bytes]):
    """Records whose fields the log spells in several ways, as the JSON that rules see; made when asked for."""

    __slots__ = ("_held",)

    def __init__(self, held: list[dict[str, Any]]) -> None:
        """Take the values, spelled in the one way."""
        self._held = held

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | list[bytes]:
        """Return one record, or those of a slice."""
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        return json.dumps(self._held[at], ensure_ascii=True).encode()

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._held)


def typed(row: dict[str, str | None], numbers: frozenset[str]) -> dict[str, Any]:
    """Return a row of texts as an object: numbers as numbers, and nothing that is absent.

    >>> typed({"a": "5", "b": None, "c": "5", "d": "0.5", "e": "x"}, frozenset("ade"))
    {'a': 5, 'c': '5', 'd': 0.5, 'e': 'x'}
    """
    return {name: _number(text) if name in numbers else text for name, text in row.items() if text is not None}


def _number(text: str) -> Any:
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        if text.isascii() and (isinstance(number, int) or abs(number) < float("inf")):
            return number
    return text
