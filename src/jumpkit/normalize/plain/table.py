"""Makes a batch of plain records: each attribute of the lake's schema by the source's tables, and the coded columns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jumpkit.model.batch import Batch
from jumpkit.normalize.identity import UNKNOWN, Principal, principal
from jumpkit.normalize.moments import NONE
from jumpkit.normalize.own import numbered
from jumpkit.normalize.plain.classes import CLASSES, PER_CATEGORY, PER_CLASS
from jumpkit.normalize.plain.columns import Columns, chosen
from jumpkit.normalize.plain.cut import Cut, Rows, Spelled
from jumpkit.normalize.plain.observables import observables
from jumpkit.normalize.plain.rest import unmapped
from jumpkit.normalize.plain.times import moments_of, whole_numbers
from jumpkit.normalize.table import constant, record_id
from jumpkit.store.lake.schema import EVENT, TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jumpkit.normalize.plain.plan import Plan

_LONGEST_ID = 200  # bytes; what is longer is no id
_STATUS = {0: "Unknown", 1: "Success", 2: "Failure", 99: "Other"}
_INFORMATIONAL = 1
_ADDRESSES = ("src_endpoint.ip", "dst_endpoint.ip")
_NAMED = ("class_name", "category_name", "activity_name", "category_uid", "type_uid")
_WHOLE = {pa.int32(): (-(2**31), 2**31 - 1), pa.int64(): (-(2**63), 2**63 - 1)}


def times(cut: Cut) -> npt.NDArray[np.int64]:
    """Return the moment of each record in ms, NONE where it has none."""
    columns = Columns(cut.plan, cut.held, cut.count)
    return moments_of(columns.first(tuple(cut.plan.source.tables["time"])))


def batch(cuts: Sequence[Cut]) -> Batch:
    """Return the batch of cuts of one source, each of whose records has a time."""
    maker = _Maker(cuts)
    table = maker.table()
    whole = isinstance(cuts[0].held, pa.Table)  # then every field is a column
    loose = np.zeros(table.num_rows, np.bool_) if whole else None
    return Batch(maker.plan.source.id, maker.columns.coded(), maker.records(), table, loose)


class _Maker:
    """Makes the leaves of the schema one by one."""

    def __init__(self, cuts: Sequence[Cut]) -> None:
        """Join what the cuts hold."""
        self.plan: Plan = cuts[0].plan
        self._cuts = cuts
        self._count = sum(cut.count for cut in cuts)
        self._texts = [text for cut in cuts for text in cut.texts]
        if isinstance(cuts[0].held, pa.Table):
            tables = [cut.held for cut in cuts]
            held: Any = tables[0] if len(tables) == 1 else pa.concat_tables(tables, promote_options="default")
        else:
            held = [row for cut in cuts for row in cut.held]
        self._held = held
        self.columns = Columns(self.plan, held, self._count)
        self._mapping = self.plan.source.mapping
        self._ms = np.concatenate([times(cut) if cut.ms is None else cut.ms for cut in cuts])
        self._decided: dict[str, Callable[[], pa.Array]] = {
            "metadata.uid": self._uid,
            "metadata.log_name": partial(constant, self.plan.source.id, self._count),
            "time": lambda: pa.array(self._ms),
            "time_dt": lambda: pa.array(self._ms).cast(pa.timestamp("ms", tz="UTC")),
            "status": partial(self._worded, "status_id", _STATUS),
            "unmapped": lambda: unmapped(self.plan, self._held, self.columns),
            "observables": lambda: observables(self.plan, self._held, self._count),
            "conflict": lambda: pa.nulls(self._count, pa.bool_()),
            "record.sha256": lambda: self._places([cut.sha256 for cut in cuts]),
            "record.member": lambda: self._places([cut.member for cut in cuts]),
            "record.index": lambda: pa.array(np.concatenate([cut.indexes for cut in cuts]), pa.int32()),
            "record.start": lambda: self._bounds([cut.starts for cut in cuts]),
            "record.end": lambda: self._bounds([cut.ends for cut in cuts]),
        }
        self._decided |= {name: partial(self._class, name) for name in _NAMED}
        self._decided |= {name: partial(self._address, name) for name in _ADDRESSES}
        if self.plan.source.tables.get("principal"):
            parts = ("uid", "name", "session", "kind")
            self._decided |= {f"principal.{part}": partial(self._principal, place) for place, part in enumerate(parts)}
        if "status" in {*self.plan.choices, *self._mapping}:
            del self._decided["status"]
        self._constants = _constants(self.plan)

    def records(self) -> Any:
        """Return the records as the JSON that rules see."""
        if isinstance(self._held, pa.Table):
            return Rows(self._held, self.plan.numbers)
        return Spelled(self._held) if self.plan.respells else self._texts

    def table(self) -> pa.Table:
        """Return the table; can be asked for once."""
        made = pa.Table.from_arrays([self._make(field.name, field.type) for field in EVENT], schema=EVENT)
        self._decided.clear()  # they refer to this maker, and all texts would wait for the garbage collector
        return made

    def _make(self, name: str, kind: pa.DataType) -> pa.Array:
        """Return the column of a name, a struct from its parts."""
        if pa.types.is_struct(kind):
            fields = [kind.field(place) for place in range(kind.num_fields)]
            parts = [self._make(f"{name}.{field.name}", field.type) for field in fields]
            return pa.StructArray.from_arrays(parts, fields=fields)
        if name in self._decided:
            return self._decided[name]()
        return self._told(name, kind)

    def _told(self, name: str, kind: pa.DataType) -> pa.Array:
        """Return an attribute that the source's file tells: a translation, else a field, else a constant."""
        plain = pa.string() if pa.types.is_dictionary(kind) else kind
        found = []
        if name in self.plan.choices:
            choice = self.plan.choices[name]
            texts = self.columns.first(choice.paths)
            known = {text: choice.of(text) for text in (*pc.unique(texts).to_pylist(), None)}
            found.append(chosen(texts, known, plain))
        if name in self._mapping:
            found.append(self._typed(self.columns.first(self._mapping[name]), plain, name))
        if name in self._constants:
            return self._or_constant(found, self._constants[name], kind)
        if not found:
            return pa.nulls(self._count, kind)
        column = found[0] if len(found) == 1 else pc.coalesce(*found)
        return column.dictionary_encode().cast(TEXT) if pa.types.is_dictionary(kind) else column

    def _or_constant(self, found: list[pa.Array], value: Any, kind: pa.DataType) -> pa.Array:
        if not found and pa.types.is_dictionary(kind):
            return constant(str(value), self._count)
        plain = pa.string() if pa.types.is_dictionary(kind) else kind
        same = pa.scalar(value, plain)
        if not found:
            return pa.repeat(same, self._count)
        column = pc.coalesce(*found, same)
        return column.dictionary_encode().cast(TEXT) if pa.types.is_dictionary(kind) else column

    def _typed(self, texts: pa.Array, kind: pa.DataType, name: str) -> pa.Array:
        """Return texts as what a column holds, null where one cannot be that."""
        if pa.types.is_string(kind):
            return texts
        if pa.types.is_boolean(kind):
            return chosen(texts, {text: {"true": True, "false": False}.get(text or "") for text in _kinds(texts)}, kind)
        if name.endswith("_time"):
            ms = moments_of(texts)
            return pa.array(ms, kind, mask=ms == NONE)
        numbers = whole_numbers(texts)
        low, high = _WHOLE[kind]
        fits = pc.and_(pc.greater_equal(numbers, low), pc.less_equal(numbers, high))
        return pc.if_else(fits, numbers, None).cast(kind)

    def _ints(self, name: str) -> npt.NDArray[np.int64]:
        """Return an attribute's numbers, 0 where there is none: OCSF's number for what is unknown."""
        return np.asarray(self._told(name, pa.int32()).fill_null(0), np.int64)

    def _class(self, name: str) -> pa.Array:
        """Return what follows from class and activity."""
        pairs, codes = np.unique(self._ints("class_uid") * PER_CLASS + self._ints("activity_id"), return_inverse=True)
        found = [_of_class(name, *divmod(pair, PER_CLASS)) for pair in pairs.tolist()]
        values = pa.array(found, pa.string() if isinstance(found[0], str) else EVENT.field(name).type)
        taken = values.take(pa.array(codes))
        return taken.dictionary_encode().cast(TEXT) if pa.types.is_string(values.type) else taken

    def _worded(self, name: str, words: dict[int, str]) -> pa.Array:
        return pa.array([words.get(number) for number in self._ints(name).tolist()], pa.string()).dictionary_encode()

    def _address(self, name: str) -> pa.Array:
        """Return the addresses of an attribute, null for what is none."""
        if name not in self._mapping:
            return pa.nulls(self._count, TEXT)
        own = numbered(self.columns.first(self._mapping[name]))
        return own.only(own.addresses())

    def _principal(self, part: int) -> pa.Array:
        """Return who acted, where the record names somebody."""
        told = self.plan.source.tables["principal"]
        fields = {key: self.columns.first(tuple(paths)) for key, paths in told.items()}
        keys = list(zip(*(column.to_pylist() for column in fields.values()), strict=True))
        known = {
            key: principal({name: text for name, text in zip(fields, key, strict=True) if text}) for key in set(keys)
        }
        other = self.plan.source.tables.get("principal_else")
        if other:
            ((place, path),) = other.items()
            return self._or_local([known[key] for key in keys], place, self.columns.get(path).to_pylist(), part)
        return pa.array([known[key][part] for key in keys], pa.string()).dictionary_encode()

    @staticmethod
    def _or_local(found: list[Principal], place: str, names: list[str | None], part: int) -> pa.Array:
        """Return who acted, those whom no cloud knows by the name that they have in `place`."""
        local = [
            who if who.uid or not name else Principal(f"{place}:{name}", name, None, UNKNOWN)
            for who, name in zip(found, names, strict=True)
        ]
        return pa.array([who[part] for who in local], pa.string()).dictionary_encode()

    def _uid(self) -> pa.Array:
        """Return the events' ids: the vendor's, or the digest of the record where it has none that can be one."""
        path = self.plan.source.tables.get("id")
        if path is None:
            return pa.array([record_id(text) for text in self._texts], pa.string())
        ids = self.columns.get(path).to_pylist()
        told = (text if text and len(text.encode()) <= _LONGEST_ID else None for text in ids)
        return pa.array([text or record_id(self._texts[at]) for at, text in enumerate(told)], pa.string())

    def _places(self, words: list[str | None]) -> pa.Array:
        """Return the artifact's digest, or the member's name, of each row."""
        counts = [cut.count for cut in self._cuts]
        return pa.array(words, pa.string()).dictionary_encode().take(pa.array(np.repeat(np.arange(len(words)), counts)))

    def _bounds(self, sides: list[npt.NDArray[np.int64] | None]) -> pa.Array:
        """Return where records begin or end, null where they have no bytes of their own."""
        parts = [
            pa.nulls(cut.count, pa.int64()) if side is None else pa.array(side, pa.int64())
            for cut, side in zip(self._cuts, sides, strict=True)
        ]
        return pa.concat_arrays(parts)


def _kinds(texts: pa.Array) -> list[str | None]:
    return [*pc.unique(texts).to_pylist(), None]


def _of_class(name: str, class_uid: int, activity: int) -> Any:
    if name == "category_uid":
        return class_uid // PER_CATEGORY
    if name == "type_uid":
        return class_uid * PER_CLASS + activity
    told = CLASSES[class_uid]
    return {"class_name": told.name, "category_name": told.category}.get(name) or told.activities[activity]


def _constants(plan: Plan) -> dict[str, Any]:
    """Return what is the same for all rows of a source, unless something else says otherwise."""
    told = plan.source.tables
    always = {
        "metadata.product.name": told["product"]["name"],
        "metadata.product.vendor_name": told["product"]["vendor_name"],
        "metadata.version": told["ocsf"],
        "cloud.provider": told["provider"],
        "severity_id": _INFORMATIONAL,
        "status_id": 0,
    }
    return always | dict(plan.constants)
