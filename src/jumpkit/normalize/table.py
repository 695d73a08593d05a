"""Joins blocks into the OCSF table of the lake's schema and the vendor's coded columns."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jumpkit.model.batch import Batch, Column
from jumpkit.normalize.codes import ABSENT, Codes
from jumpkit.normalize.mapping import CALL, Epoch
from jumpkit.normalize.moments import NONE
from jumpkit.normalize.own import json_field, numbered
from jumpkit.store.lake.schema import EVENT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jumpkit.normalize.block import Block
    from jumpkit.normalize.pieces import Records
    from jumpkit.normalize.source import Source

_LONGEST_ID = 200  # bytes; what is longer is no id
_STATUS = ("Unknown", "Success", "Failure")
_INFORMATIONAL = 1
_PAIR = 1 << 32


@dataclass(slots=True)
class Places:
    """Where the rows of a batch come from."""

    artifacts: Sequence[tuple[str, str | None, int]]  # sha256, member, number of rows, in the order of the rows
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    indexes: npt.NDArray[np.int32]


@dataclass(slots=True)
class Gathered:
    """All that becomes one batch."""

    blocks: list[Block]
    texts: Records
    places: Places


def batch(gathered: Gathered, epoch: Epoch) -> Batch:
    """Return the batch; row i of its table is row i of its columns and records."""
    maker = _Maker(gathered, epoch)
    loose = _loose(gathered.blocks, len(gathered.texts))
    return Batch(epoch.source.id, maker.columns(), gathered.texts, maker.table(), loose)


def _loose(blocks: Sequence[Block], count: int) -> npt.NDArray[np.bool_]:
    """Return which rows have top-level fields that the source does not name."""
    found = np.zeros(count, np.bool_)
    at = 0
    for block in blocks:
        found[[at + row for row in block.loose]] = True
        at += block.count
    return found


def constant(word: str | None, count: int) -> pa.Array:
    """Return one string, or null, for all rows."""
    indices = pa.array(np.zeros(count, np.int32)) if word is not None else pa.nulls(count, pa.int32())
    return pa.DictionaryArray.from_arrays(indices, pa.array([word] if word is not None else [], pa.string()))


def _constants(source: Source) -> dict[str, str]:
    """Return what is the same for all rows of a source."""
    return {
        "metadata.log_name": source.id,
        "metadata.product.name": source.tables["product"]["name"],
        "metadata.product.vendor_name": source.tables["product"]["vendor_name"],
        "metadata.version": source.tables["ocsf"],
        "cloud.provider": source.tables["provider"],
    }


class _Maker:
    """Makes the leaves of the schema one by one."""

    def __init__(self, gathered: Gathered, epoch: Epoch) -> None:
        """Join the blocks' codes."""
        self._g, self._epoch = gathered, epoch
        self._count, self._constants = len(gathered.texts), _constants(epoch.source)
        self._joined: dict[str, pa.Array] = {}
        blocks = gathered.blocks
        self._codes: dict[str, Codes] = {
            group: np.concatenate([block.codes[group] for block in blocks]) for group in blocks[0].codes
        }
        ms = np.concatenate([block.ms for block in blocks])
        self._status = np.concatenate([block.status for block in blocks])
        source = epoch.source
        self._own = {name: numbered(self._strings(name)) for name in source.fields["own"]}
        self._addresses = self._own["sourceIPAddress"].addresses()
        self._special: dict[str, Callable[[], pa.Array]] = {
            "metadata.uid": self._uid,
            "time": lambda: pa.array(ms),
            "time_dt": lambda: pa.array(ms).cast(pa.timestamp("ms", tz="UTC")),
            "severity_id": lambda: pa.array(np.full(self._count, _INFORMATIONAL, np.int32)),
            "status_id": lambda: pa.array(self._status),
            "status": self._status_words,
            "unmapped": self._unmapped,
            "conflict": lambda: pa.nulls(self._count, pa.bool_()),
            "record.sha256": lambda: self._artifact(0),
            "record.member": lambda: self._artifact(1),
            "record.index": lambda: pa.array(gathered.places.indexes),
            "record.start": lambda: pa.array(gathered.places.starts),
            "record.end": lambda: pa.array(gathered.places.ends),
            "src_endpoint.ip": lambda: self._source(address=True),
            "src_endpoint.domain": lambda: self._source(address=False),
        }
        for name, paths in source.mapping.items():
            if paths[0] in self._own:
                self._special[name] = partial(self._said, paths[0])

    def table(self) -> pa.Table:
        """Return the table; can be asked for once."""
        made = pa.Table.from_arrays([self._make(field.name, field.type) for field in EVENT], schema=EVENT)
        self._joined.clear()
        self._special.clear()  # they refer to this maker, and all texts would wait for the garbage collector
        return made

    def columns(self) -> dict[str, Column]:
        """Return the vendor's fields that repeat, and those of JSON."""
        epoch = self._epoch
        found = {}
        for name in epoch.call_fields:
            codes = epoch.lut(CALL, f"column {name}").take(self._codes[CALL])
            found[name] = Column(codes, epoch.texts[name], epoch.number)
        for name, own in self._own.items():
            found[name] = own.column(epoch.number)
        for name in epoch.source.fields["json"]:
            found[name] = json_field(self._strings(name), epoch.number)
        for name in epoch.source.fields["object"]:
            absent = epoch.groups[name].get(b"null")
            codes = self._codes[name]
            if absent is not None:
                codes = np.where(codes == absent, np.int32(ABSENT), codes)
            found[name] = Column(codes, epoch.objects[name], epoch.number)
        return found

    def _make(self, name: str, kind: pa.DataType) -> pa.Array:
        """Return the column of a name, a struct from its parts."""
        if pa.types.is_struct(kind):
            fields = [kind.field(place) for place in range(kind.num_fields)]
            parts = [self._make(f"{name}.{field.name}", field.type) for field in fields]
            return pa.StructArray.from_arrays(parts, fields=fields)
        if name in self._special:
            return self._special[name]()
        if name in self._constants:
            return constant(self._constants[name], self._count)
        if pa.types.is_dictionary(kind):
            return self._words(name)
        if pa.types.is_string(kind) and name in self._epoch.source.mapping:
            return self._strings(self._epoch.source.mapping[name][0])
        groups = self._groups(name)
        return self._number(name, kind, groups[0]) if groups else pa.nulls(self._count, kind)

    def _groups(self, name: str) -> list[str]:
        """Return the groups that fill an attribute, the first choice first."""
        luts = self._epoch.luts
        paths = self._epoch.source.mapping.get(name, ())
        ordered = [group for path in paths for group in (path.split(".")[0],) if group in luts and name in luts[group]]
        others = [group for group in luts if name in luts[group] and group not in ordered and group != CALL]
        call_first = bool(paths) and paths[0].split(".")[0] in self._epoch.call_fields
        call = [CALL] if name in luts[CALL] else []
        return [*call, *ordered, *others] if call_first else [*ordered, *others, *call]

    def _words(self, name: str) -> pa.Array:
        """Return an attribute's strings, each group asked where those before it are silent."""
        found = [self._epoch.lut(group, name).take(self._codes[group]) for group in dict.fromkeys(self._groups(name))]
        if any(name in block.words for block in self._g.blocks):
            silent = {block.count: np.full(block.count, ABSENT, np.int32) for block in self._g.blocks}
            found.append(np.concatenate([block.words.get(name, silent[block.count]) for block in self._g.blocks]))
        if not found:
            return constant(None, self._count)
        codes, *others = found
        for other in others:
            codes = np.where(codes < 0, other, codes)
        return self._epoch.word(name).column(codes)

    def _number(self, name: str, kind: pa.DataType, group: str) -> pa.Array:
        """Return an attribute's numbers or truth values, null where there is none."""
        values = self._epoch.lut(group, name).take(self._codes[group])
        absent = values == (NONE if values.dtype == np.int64 else ABSENT)
        if pa.types.is_boolean(kind):
            values = values == 1
        return pa.array(values, kind, mask=absent if absent.any() else None)

    def _strings(self, name: str) -> pa.Array:
        """Return a vendor field's text, joined once."""
        if name not in self._joined:
            self._joined[name] = pa.concat_arrays([block.strings.pop(name) for block in self._g.blocks])
        return self._joined[name]

    def _said(self, name: str) -> pa.Array:
        """Return a field's text, null where it says nothing."""
        return self._own[name].only(self._own[name].said())

    def _source(self, *, address: bool) -> pa.Array:
        """Return the source addresses, or the names that stand in their place."""
        own = self._own["sourceIPAddress"]
        return own.only(self._addresses if address else own.said() & ~self._addresses)

    def _uid(self) -> pa.Array:
        """Return the events' ids: the vendor's, or the digest of the record where it has none that can be one."""
        ids = self._strings(self._epoch.source.tables["id"])
        sizes = pc.fill_null(pc.binary_length(ids), 0)
        bad = np.flatnonzero(np.asarray(pc.or_(pc.equal(sizes, 0), pc.greater(sizes, _LONGEST_ID))))
        if not len(bad):
            return ids
        listed: list[Any] = ids.to_pylist()
        for place in bad.tolist():
            listed[place] = record_id(self._g.texts[place])
        return pa.array(listed, pa.string())

    def _status_words(self) -> pa.Array:
        """Return the status in words."""
        return pa.DictionaryArray.from_arrays(pa.array(self._status), pa.array(_STATUS, pa.string()))

    def _artifact(self, part: int) -> pa.Array:
        """Return the artifact's digest, or the member's name, of each row."""
        words: dict[Any, int] = {}
        each = [words.setdefault(place[part], len(words)) for place in self._g.places.artifacts]
        codes = np.repeat(np.array(each, np.int32), [place[2] for place in self._g.places.artifacts])
        if None in words:
            codes = np.where(codes == words[None], np.int32(ABSENT), codes)
        mask = codes < 0
        names = pa.array(["" if word is None else word for word in words], pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=mask if mask.any() else None), names)

    def _unmapped(self) -> pa.Array:
        """Return the fields without an attribute as JSON: one text a combination, and one for each row with its own."""
        heads, codes = self._heads()
        texts = [b"{" + head + b"}" if head else None for head in heads]
        opened = [b"{" + head + b"," if head else b"{" for head in heads]
        at = 0
        for block in self._g.blocks:
            for row, own in block.rest.items():
                place = at + row
                head = opened[codes[place]]
                codes[place] = len(texts)
                texts.append(head + own)
            at += block.count
        return pa.array(texts, pa.string()).take(pa.array(codes))

    def _heads(self) -> tuple[list[bytes], Codes]:
        """Return the members that rows share with others, and which of these each row has."""
        groups = [group for group in self._codes if any(self._epoch.fragments.get(group, ()))]
        if not groups:
            return [b""], np.zeros(self._count, np.int32)
        pairs = self._codes[groups[0]].astype(np.int64)
        for group in groups[1:]:
            pairs = _dense(pairs) * _PAIR + self._codes[group]
        _, firsts, codes = np.unique(pairs, return_index=True, return_inverse=True)
        return [self._shared(groups, place) for place in firsts.tolist()], codes.astype(np.int32)

    def _shared(self, groups: list[str], place: int) -> bytes:
        """Return the members that a row shares with others."""
        parts = (self._epoch.fragments[group][self._codes[group][place]] for group in groups)
        return b",".join(part for part in parts if part)


def _dense(codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the same distinctions with small numbers."""
    if not len(codes) or codes.max() < _PAIR >> 1:
        return codes
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def record_id(record: bytes) -> str:
    """Return the id of a record that brings none: the same record has the same id wherever it lies."""
    return f"x-{hashlib.sha256(record).hexdigest()[:32]}"
