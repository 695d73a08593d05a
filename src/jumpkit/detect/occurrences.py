"""What rules contribute to correlations: moments, events and fields, held in columns so that millions fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jumpkit.detect.ruleset import RuleSet

Ints = npt.NDArray[np.int64]
_CHUNK = 65_536


@dataclass
class Fields:
    """One field of many events: codes into its distinct values, -1 where it is missing."""

    codes: npt.NDArray[np.int32]
    values: list[Any]


@dataclass
class Events:
    """The events of one rule: moments, event numbers, and the rows of `hits` behind each."""

    times: Ints
    ids: Ints
    rows: Sequence[Ints] | Ints
    fields: dict[str, Fields]

    def rows_of(self, at: int) -> list[int]:
        """Return the rows of `hits` behind an event."""
        found = self.rows[at]
        return found.tolist() if isinstance(found, np.ndarray) else [int(found)]

    def fields_of(self, at: int) -> dict[str, Any]:
        """Return the fields of an event by name."""
        return {name: each.values[code] for name, each in self.fields.items() if (code := each.codes[at]) >= 0}


NOTHING = np.zeros(0, np.int64)


def no_events() -> Events:
    """Return the events of a rule that never matched."""
    return Events(NOTHING, NOTHING, NOTHING, {})


@dataclass
class _Coder:
    """Hands out codes for the values of one field."""

    size: int
    codes: npt.NDArray[np.int32] = field(init=False)
    values: list[Any] = field(default_factory=list)
    known: dict[Any, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.codes = np.full(self.size, -1, np.int32)

    def put(self, at: int, value: Any) -> None:
        if value is None or value == []:
            return
        plain = not isinstance(value, list | dict)
        key = (value.__class__, value) if plain else (list, msgspec.json.encode(value))
        code = self.known.get(key)
        if code is None:
            code = self.known[key] = len(self.values)
            self.values.append(value)
        self.codes[at] = code


def coded(objects: Iterable[dict[str, Any]], size: int) -> dict[str, Fields]:
    """Return the fields of `size` events in columns."""
    coders: dict[str, _Coder] = {}
    for at, fields in enumerate(objects):
        for name, value in fields.items():
            coder = coders.get(name)
            if coder is None:
                coder = coders[name] = _Coder(size)
            coder.put(at, value)
    return {name: Fields(coder.codes, coder.values) for name, coder in coders.items()}


def base_events(ruleset: RuleSet, hits: pa.Table, wanted: set[int]) -> dict[int, Events]:
    """Return the events of the plain rules that are wanted, by place; one without a time lies in no window."""
    names = pc.dictionary_encode(hits["rule"].combine_chunks().cast(pa.string()))
    by_code = [ruleset.places.get(name, -1) for name in names.dictionary.to_pylist()]
    rules = np.array([*by_code, -1])[names.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
    timed = hits["time"].combine_chunks().is_valid().to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(np.isin(rules, sorted(wanted)) & timed).astype(np.int64)
    used = hits.select(["uid", "time", "fields"]).take(pa.array(rows))
    ids, times, rules = _ranks(used["uid"]), used["time"].combine_chunks().to_numpy(zero_copy_only=False), rules[rows]
    found = {}
    for place in np.unique(rules).tolist():
        at = np.flatnonzero(rules == place)
        at = at[np.unique(ids[at], return_index=True)[1]]
        texts = used["fields"].take(pa.array(at))
        found[place] = Events(times[at], ids[at], rows[at], coded(_decoded(texts), len(at)))
    return found


def _decoded(texts: pa.ChunkedArray) -> Iterable[dict[str, Any]]:
    for start in range(0, len(texts), _CHUNK):
        for text in texts.slice(start, _CHUNK).to_pylist():
            value = msgspec.json.decode(text) if text else {}
            yield value if isinstance(value, dict) else {}


def _ranks(column: pa.ChunkedArray) -> Ints:
    """Return for each text its place among all in order, so that ties fall the same way whatever the rows' order."""
    encoded = pc.dictionary_encode(column.combine_chunks().cast(pa.string()))
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order) + 1, np.int64)
    rank[order] = np.arange(len(order))
    rank[-1] = len(order)
    codes: Ints = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return rank[codes]
