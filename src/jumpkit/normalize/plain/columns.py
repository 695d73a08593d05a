"""A batch's fields as columns of text, whatever they came from: lines, JSON or Parquet, and the parts cut from them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jumpkit.model.batch import Column, Texts
from jumpkit.normalize.codes import ABSENT
from jumpkit.normalize.own import numbered
from jumpkit.normalize.plain.paths import EVERY, along, as_texts, listed, texts
from jumpkit.normalize.values import leniently

if TYPE_CHECKING:
    from jumpkit.normalize.plain.cut import Held
    from jumpkit.normalize.plain.plan import Plan

_SLOT = re.compile(r"\{([^{}]+)\}")


class Columns:
    """The fields of a batch by their paths; each is made once."""

    def __init__(self, plan: Plan, held: Held, count: int) -> None:
        """Take the records."""
        self._plan = plan
        self._held = held
        self._count = count
        self._made: dict[str, pa.Array] = {}
        self._top: dict[str, list[Any]] = {}

    def get(self, path: str) -> pa.Array:
        """Return a field, part or template as text, null where a record has none."""
        found = self._made.get(path)
        if found is None:
            found = self._made[path] = self._make(path)
        return found

    def first(self, paths: tuple[str, ...]) -> pa.Array:
        """Return for each record the first of these that holds a value."""
        columns = [self.get(path) for path in paths]
        return columns[0] if len(columns) == 1 else pc.coalesce(*columns)

    def _make(self, path: str) -> pa.Array:
        if path in self._plan.parts:
            name, pattern = self._plan.parts[path]
            part = pc.struct_field(pc.extract_regex(self.get(name), pattern.pattern), path)
            return pc.if_else(pc.equal(part, ""), None, part)  # of a group that took no part
        if path in self._plan.made:
            return self._filled(self._plan.made[path])
        if isinstance(self._held, list):
            if path.endswith(EVERY):
                return texts(listed(each, path.removesuffix(EVERY).split(".")) for each in self._held)
            first, *steps = path.split(".")
            values = self._values(first)
            return as_texts([along(each, steps) for each in values] if steps else values)
        if path not in self._held.column_names:
            return pa.nulls(self._count, pa.string())
        found = self._held.column(path).combine_chunks()
        return found if isinstance(found, pa.Array) else pa.concat_arrays(found.chunks)

    def _filled(self, template: str) -> pa.Array:
        """Return a template with its fields put in, null where one of them is absent."""
        pieces = [
            self.get(piece) if place % 2 else pa.scalar(piece) for place, piece in enumerate(_SLOT.split(template))
        ]
        return pc.binary_join_element_wise(*pieces, "")

    def coded(self) -> dict[str, Column]:
        """Return the vendor's top-level fields as rules ask for them; what is not among them is read in the record."""
        if isinstance(self._held, pa.Table):
            absent = self._plan.source.known.difference(self._held.column_names)
            nothing = Column(np.full(self._count, ABSENT, np.int32), Texts(pa.array([], pa.string())), 0)
            found = {name: numbered(self.get(name)).column(0) for name in self._held.column_names}
            return found | dict.fromkeys(absent, nothing)
        fields = self._plan.source.fields
        found = {}
        for kind in ("text", "int", "float", "flag", "time"):
            for name in fields.get(kind, ()):
                if "." not in name and not self._nested(name):
                    found[name] = numbered(self.get(name)).column(0)
        for name in fields.get("object", ()):
            column = numbered(self.get(name))
            found[name] = Column(column.codes, Texts(column.words, leniently), 0)
        return found

    def _values(self, name: str) -> list[Any]:
        """Return a top-level field of JSON as it stands in each record."""
        found = self._top.get(name)
        if found is None:
            found = self._top[name] = [each.get(name) for each in self._held]
        return found

    def _nested(self, name: str) -> bool:
        """Say whether a field holds objects or lists, or empty text, anywhere in this batch."""
        if not isinstance(self._held, list):
            return False
        values = self._values(name)
        return not {dict, list}.isdisjoint(map(type, values)) or "" in values


def chosen(columns: pa.Array, of: dict[str | None, object], kind: pa.DataType) -> pa.Array:
    """Return what each text becomes by a table that knows all of them."""
    encoded = columns.dictionary_encode()
    values = pa.array([of[text] for text in (*encoded.dictionary.to_pylist(), None)], kind)
    codes = np.asarray(encoded.indices.fill_null(len(encoded.dictionary)))
    return values.take(pa.array(codes))
