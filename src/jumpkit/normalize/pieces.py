"""Records on their way from bytes to events: the JSON of each and where it lies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import overload

import msgspec
import numpy as np
import numpy.typing as npt

Text = msgspec.Raw | bytes  # one record's JSON; a Raw is a view into its chunk

SPACE = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Wide:
    """UTF-8 that was made of UTF-16, and how a place in the one is found in the other."""

    text: bytes
    code: str
    base: int  # of the UTF-16 in its member

    def places(self, narrow: Iterable[int]) -> dict[int, int]:
        """Return, for places in the UTF-8, the places in the member."""
        at, here, found = 0, self.base, {}
        for place in sorted(set(narrow)):
            here += len(self.text[at:place].decode("utf-8", "replace").encode(self.code))
            found[place] = here
            at = place
        return found


@dataclass(slots=True)
class Pieces:
    """What one stretch of bytes was cut into; places count in the decompressed member, or in what `wide` holds."""

    texts: list[Text] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    bad: dict[int, str] = field(default_factory=dict)  # place in texts → why it is no record
    suspect: bool = False  # the bytes are not all UTF-8, so each record is looked at by itself
    wide: Wide | None = None

    def add(self, text: Text, start: int, end: int) -> None:
        """Append one record."""
        self.texts.append(text)
        self.starts.append(start)
        self.ends.append(end)

    def add_bad(self, text: bytes, start: int, reason: str) -> None:
        """Append a stretch that is no record."""
        self.bad[len(self.texts)] = reason
        self.add(text, start, start + len(text))

    def blocks(self, size: int) -> Iterator[Pieces]:
        """Yield runs of at most `size` records, itself where it is no longer."""
        if len(self.texts) <= size:
            yield self
            return
        for at in range(0, len(self.texts), size):
            to = at + size
            bad = {place - at: why for place, why in self.bad.items() if at <= place < to}
            yield Pieces(self.texts[at:to], self.starts[at:to], self.ends[at:to], bad, self.suspect, self.wide)


class Cuts(Sequence[bytes]):
    """Stretches of one text, copied out of it only when asked for."""

    __slots__ = ("_data", "_ends", "_starts")

    def __init__(self, data: bytes, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> None:
        """Take the text, and where each stretch begins and ends."""
        self._data = data
        self._starts = starts
        self._ends = ends

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | list[bytes]:
        """Return one stretch, or those of a slice."""
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        return self._data[self._starts[at] : self._ends[at]]

    def __len__(self) -> int:
        """Return the number of stretches."""
        return len(self._starts)


class Records(Sequence[bytes]):
    """The JSON of each row's event, copied out of its chunk only when asked for."""

    __slots__ = ("_bounds", "_runs")

    def __init__(self, runs: Sequence[Sequence[Text]]) -> None:
        """Take the rows' texts over, run by run."""
        self._runs = runs
        self._bounds = list(accumulate(map(len, runs), initial=0))

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | list[bytes]:
        """Return one row's bytes, or those of a slice."""
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        place = at if at >= 0 else at + len(self)
        run = bisect_right(self._bounds, place) - 1
        if not 0 <= run < len(self._runs):
            raise IndexError(at)
        return bytes(self._runs[run][place - self._bounds[run]])

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._bounds[-1]


def address(view: msgspec.Raw | bytes) -> int:
    """Return where in memory these bytes begin; two views of one buffer are compared by it."""
    return int(np.frombuffer(view, np.uint8).__array_interface__["data"][0])


def lengths(texts: Iterable[msgspec.Raw]) -> list[int]:
    """Return each text's length in bytes."""
    return list(map(len, texts))
