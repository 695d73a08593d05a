"""Small numbers for values that repeat: each distinct value is looked at once, whatever the number of rows."""

from __future__ import annotations

from array import array
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Codes = npt.NDArray[np.int32]
ABSENT = -1
_SMALL = 256  # strings; a file keeps the whole dictionary of each of its parts
_TEXT = frozenset({str, type(None)})


class Words(dict[str, int]):
    """The distinct strings of one OCSF attribute, in the order in which they were met."""

    __slots__ = ("_array",)

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self._array: pa.Array = pa.array([], pa.string())

    def __missing__(self, word: str) -> int:
        """Give a new string the next number."""
        self[word] = code = len(self)
        return code

    def code(self, value: Any) -> int:
        """Return the number of a string, ABSENT for what is none; an empty string says nothing and is absent too."""
        return self[value] if isinstance(value, str) and value else ABSENT

    def codes(self, values: Sequence[Any]) -> list[int]:
        """Return the number of each value."""
        if _TEXT.issuperset(map(type, values)):
            return [self[value] if value else ABSENT for value in values]
        return list(map(self.code, values))

    def column(self, codes: Codes) -> pa.Array:
        """Return the rows' strings as an Arrow dictionary array, whose dictionary is small or holds what is used."""
        if len(self._array) != len(self):
            self._array = pa.concat_arrays([self._array, _texts(list(islice(self, len(self._array), None)))])
        if len(self) <= _SMALL:
            return pa.DictionaryArray.from_arrays(indices(codes), self._array)
        used = np.zeros(len(self) + 1, np.bool_)
        used[codes] = True
        used[ABSENT] = False
        fresh = np.append(np.cumsum(used[:-1], dtype=np.int32) - np.int32(1), np.int32(ABSENT))
        kept = self._array.take(pa.array(np.flatnonzero(used)))
        return pa.DictionaryArray.from_arrays(indices(fresh[codes]), kept)


def _texts(words: list[str]) -> pa.Array:
    """Return strings in Arrow; a lone surrogate, which no file can hold, becomes a question mark."""
    try:
        return pa.array(words, pa.string())
    except UnicodeEncodeError:
        return pa.array([word.encode("utf-8", "replace") for word in words], pa.string())


def indices(codes: Codes) -> pa.Array:
    """Return int32 indices, null where ABSENT."""
    absent = codes < 0
    return pa.array(codes, pa.int32(), mask=absent) if absent.any() else pa.array(codes, pa.int32())


class Distinct(dict[Any, int]):
    """Numbers for the distinct values of one field or group of fields; `meet` is told each new one, once."""

    __slots__ = ("_meet",)

    def __init__(self, meet: Callable[[Any], None]) -> None:
        """Call `meet` with every value that was not seen before, before it has its number."""
        super().__init__()
        self._meet = meet

    def __missing__(self, value: Any) -> int:
        """Give a new value the next number."""
        self._meet(value)
        self[value] = code = len(self)
        return code

    def codes(self, values: Iterable[Any], count: int) -> Codes:
        """Return the number of each value."""
        return np.fromiter(map(self.__getitem__, values), np.int32, count)


class Lut:
    """What belongs to each number of a Distinct: another number, such as that of an OCSF attribute's string."""

    __slots__ = ("_kind", "_values")

    def __init__(self, kind: str = "i") -> None:
        """Begin empty; `kind` is an array type code."""
        self._kind = kind
        self._values = array(kind)

    def append(self, value: int) -> None:
        """Set what belongs to the next number."""
        self._values.append(value)

    def extend(self, values: list[int]) -> None:
        """Set what belongs to the next numbers."""
        self._values.extend(values)

    def take(self, codes: Codes) -> npt.NDArray[Any]:
        """Return what belongs to each row's number."""
        values: npt.NDArray[Any] = np.frombuffer(
            self._values, self._kind
        )  # a view: short-lived, lest no more could come
        return values[codes] if len(values) else np.empty(0, self._kind)[codes]
