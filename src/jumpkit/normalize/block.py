"""A run of typed rows turned into columns: numbers for what repeats, Arrow strings for what does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from msgspec.structs import astuple

from jumpkit.normalize.codes import ABSENT, Codes, Distinct
from jumpkit.normalize.decode import NULL, Layout
from jumpkit.normalize.mapping import CALL, SUCCESS, Epoch
from jumpkit.normalize.moments import moments
from jumpkit.normalize.pieces import lengths
from jumpkit.normalize.values import decoded, path_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Columns = Mapping[str, tuple[Any, ...]]  # vendor field → its values, row by row

_ENCODER = msgspec.json.Encoder()
_ABSENT = b"null"
_NULL_SIZE = len(_ABSENT)
ACTED_UPON = ("user.uid", "user.name")


@dataclass(slots=True)
class Block:
    """The columns of a run of rows, before they become a table."""

    count: int
    codes: dict[str, Codes]  # group → number of each row's value
    strings: dict[str, pa.Array]  # vendor field → text, or JSON text, of each row
    ms: npt.NDArray[np.int64]
    status: npt.NDArray[np.int32]
    words: dict[str, Codes] = field(default_factory=dict)  # attribute decided row by row → number of its string
    rest: dict[int, bytes] = field(default_factory=dict)  # row → members of unmapped that are its own, and a brace
    loose: list[int] = field(default_factory=list)  # rows with a top-level field that the source does not name


def digest(rows: list[Any], layout: Layout, epoch: Epoch, ms: npt.NDArray[np.int64] | None) -> Block:
    """Return the columns of rows that share a layout; `ms` are their times, where they are known."""
    source, count = epoch.source, len(rows)
    *fields, extra = zip(*map(astuple, rows), strict=True)
    columns = dict(zip(layout.fields, fields, strict=True))
    keys = zip(*(columns[name] for name in epoch.call_fields), strict=True)
    codes = {CALL: epoch.groups[CALL].codes(keys, count)}
    for name in source.fields["object"]:
        codes[name] = _numbers(columns[name], epoch.groups[name])
    epoch.settle()
    texts = (*source.fields["plain"], *source.fields["own"])
    strings = {name: pa.array(columns[name], pa.string()) for name in texts}
    for name in source.fields["json"]:
        strings[name] = json_column(columns[name])
    status = epoch.lut(CALL, "status_id").take(codes[CALL])
    ms = moments(strings[source.tables["time"][0]]) if ms is None else ms
    rest, loose = _rest(columns, extra, layout, len(source.fields["rest"]))
    block = Block(count, codes, strings, ms, status, rest=rest, loose=loose)
    _decide(block, columns, epoch)
    return block


def json_column(raws: Sequence[msgspec.Raw]) -> pa.Array:
    """Return JSON texts as an Arrow string array over one buffer, null where the JSON is null."""
    ends = np.zeros(len(raws) + 1, np.int32)
    np.cumsum(lengths(raws), out=ends[1:])
    data = b"".join(raws)
    begins = ends[:-1]
    short = np.flatnonzero(np.diff(ends) == _NULL_SIZE)
    nulls = short[np.frombuffer(data, np.uint8)[begins[short]] == ord("n")] if len(short) else short
    valid = np.ones(len(raws), np.bool_)
    valid[nulls] = False
    bitmap = pa.py_buffer(np.packbits(valid, bitorder="little")) if len(nulls) else None
    return pa.StringArray.from_buffers(len(raws), pa.py_buffer(ends), pa.py_buffer(data), bitmap, len(nulls))


def _numbers(raws: Sequence[msgspec.Raw], known: Distinct) -> Codes:
    """Return the number of each JSON value; Python looks only at those that differ."""
    if raws.count(NULL) == len(raws):
        return np.full(len(raws), known[_ABSENT], np.int32)
    encoded = json_column(raws).dictionary_encode()
    numbers = list(map(known.__getitem__, encoded.dictionary.cast(pa.binary()).to_pylist()))
    places = encoded.indices
    if places.null_count:
        places = places.fill_null(len(numbers))
        numbers.append(known[_ABSENT])
    codes: Codes = np.array(numbers, np.int32).take(places.to_numpy())
    return codes


def _rest(columns: Columns, extra: Sequence[bytes], layout: Layout, named: int) -> tuple[dict[int, bytes], list[int]]:
    """Return, for each row that has any, its rare fields as members of a JSON object, up to the closing brace.

    Beside it stand the rows with rare fields beyond the first `named`, which are all that the source names.
    """
    names = layout.rest.__struct_fields__
    of = {attribute: columns[name] for name, (attribute, _) in layout.fields.items()}
    rare = [of[name] for name in names] + [extra]
    nothing: list[Any] = [NULL] * len(names) + [b""]
    filled = [place for place, column in enumerate(rare) if column.count(nothing[place]) < len(column)]
    if not filled:
        return {}, []
    absent = tuple(nothing[place] for place in filled)
    told: dict[int, bytes] = {}
    loose = []
    for row, tail in enumerate(zip(*(rare[place] for place in filled), strict=True)):
        if tail != absent:
            have = nothing[:]
            for place, value in zip(filled, tail, strict=True):
                have[place] = value
            told[row] = _own_members(layout, have)
            if have[named:] != nothing[named:]:
                loose.append(row)
    return told, loose


def _own_members(layout: Layout, tail: Sequence[Any]) -> bytes:
    """Return the members that are there."""
    told = _ENCODER.encode(layout.rest(*tail[:-1]))[1:]
    extra: bytes = tail[-1]
    if not extra:
        return told
    return extra + (b"," + told if told != b"}" else told)


def _decide(block: Block, columns: Columns, epoch: Epoch) -> None:
    """Fill in what hangs on a row's own JSON: who was acted upon, how a sign-in went, what an insight is about."""
    tables = epoch.source.tables
    classes = epoch.lut(CALL, "class_uid").take(block.codes[CALL])
    for name in ACTED_UPON:
        block.words[name] = np.full(block.count, ABSENT, np.int32)
    plans = {
        class_uid: [(name, [tuple(path.split(".")) for path in paths]) for name, paths in plan.items()]
        for class_uid, plan in tables["acted_upon"].items()
    }
    for place in np.flatnonzero(classes != tables["default_class"]).tolist():
        row = _Lazy(columns, epoch, block, place)
        for name, paths in plans.get(int(classes[place]), ()):
            block.words[name][place] = epoch.word(name).code(row.first(paths))
        result = path_value(row.get("responseElements"), (str(columns["eventName"][place]),))
        if isinstance(result, str) and block.status[place] == SUCCESS:
            block.status[place] = tables["sign_in_results"].get(result, SUCCESS)
    _insights(block, columns, epoch)


def _insights(block: Block, columns: Columns, epoch: Epoch) -> None:
    """Fill attributes of rows without an operation from the fields that are read last."""
    lacking = np.flatnonzero(epoch.lut(CALL, "api.operation").take(block.codes[CALL]) == ABSENT)
    if not len(lacking):
        return
    rare = epoch.source.fields["rest"]
    for name, paths in epoch.source.mapping.items():
        late = [tuple(path.split(".")) for path in paths if path.split(".")[0] in rare]
        if late:
            block.words[name] = np.full(block.count, ABSENT, np.int32)
            for place in lacking.tolist():
                row = _Lazy(columns, epoch, block, place)
                block.words[name][place] = epoch.word(name).code(row.first(late))


class _Lazy:
    """One row whose JSON is decoded when a path asks for it."""

    __slots__ = ("_block", "_columns", "_epoch", "_place", "_seen")

    def __init__(self, columns: Columns, epoch: Epoch, block: Block, place: int) -> None:
        """Take a row's place and its surroundings."""
        self._columns, self._epoch, self._block, self._place = columns, epoch, block, place
        self._seen: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        """Return a top-level field's value."""
        if name not in self._seen:
            if name in self._epoch.source.fields["object"]:
                value = self._epoch.objects[name][self._block.codes[name][self._place]]
            else:
                raw = self._columns[name][self._place]
                value = decoded(raw) if isinstance(raw, msgspec.Raw) else raw
            self._seen[name] = value
        return self._seen[name]

    def first(self, paths: Iterable[tuple[str, ...]]) -> Any:
        """Return the first value that says something."""
        for root, *steps in paths:
            found = path_value(self.get(root), tuple(steps))
            if found:
                return found
        return None
