"""What of a record has no attribute: kept as JSON beside those that have one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jumpkit.normalize.plain.paths import EVERY, json_text, texts

if TYPE_CHECKING:
    from jumpkit.normalize.plain.columns import Columns
    from jumpkit.normalize.plain.cut import Held
    from jumpkit.normalize.plain.plan import Plan

_ESCAPED = r'["\\\x00-\x1f]'


def mapped(plan: Plan) -> frozenset[str]:
    """Return the top-level fields that some attribute is made of."""
    told = plan.source.tables
    paths = [path for paths in plan.source.mapping.values() for path in paths]
    paths += [path for choice in plan.choices.values() for path in choice.paths]
    named = [path for part in ("observables", "principal") for paths in told.get(part, {}).values() for path in paths]
    paths += [path if isinstance(path, str) else path["at"] for path in named]
    paths += list(told.get("principal_else", {}).values())
    paths += [*told["time"], told.get("id") or ""]
    found: set[str] = set()
    for path in paths:
        found |= _fields(plan, path)
    return frozenset(found)


def _fields(plan: Plan, path: str) -> set[str]:
    """Return the top-level fields that a path, part or template reads."""
    path = path.removesuffix(EVERY)
    if path in plan.parts:
        return _fields(plan, plan.parts[path][0])
    if path in plan.made:
        return {name for piece in plan.made[path].split("{")[1:] for name in _fields(plan, piece.partition("}")[0])}
    return {path.partition(".")[0]}


def unmapped(plan: Plan, held: Held, columns: Columns) -> pa.Array:
    """Return for each record a JSON object of its fields without an attribute, null where all have one."""
    used = mapped(plan)
    if isinstance(held, list):
        return texts(_object({name: value for name, value in row.items() if name not in used}) for row in held)
    names = [name for name in held.column_names if name not in used]
    if not names:
        return pa.nulls(held.num_rows, pa.string())
    pieces = [_member(name, columns.get(name), number=name in plan.numbers) for name in names]
    inner = pc.binary_join_element_wise(*pieces, ",", null_handling="skip")
    empty = pc.equal(pc.binary_length(inner), 0)
    return pc.if_else(empty, None, pc.binary_join_element_wise("{", inner, "}", ""))


def _object(left: dict[str, Any]) -> str | None:
    told = {name: value for name, value in left.items() if value is not None}
    return json_text(told) if told else None


def _member(name: str, values: pa.Array, *, number: bool) -> pa.Array:
    """Return a column as members of JSON objects: "name":"value"."""
    key = msgspec.json.encode(name).decode() + ":"
    if number:
        plain = pc.fill_null(pc.match_substring_regex(values, r"^-?(0|[1-9][0-9]{0,17})$"), fill_value=True)
        if pc.all(plain).as_py() is not False:
            return pc.binary_join_element_wise(key, values, "")
    odd = pc.fill_null(pc.match_substring_regex(values, _ESCAPED), fill_value=False)
    if not np.asarray(odd).any():
        return pc.binary_join_element_wise(key + '"', values, '"', "")
    told = [None if each is None else msgspec.json.encode(each).decode() for each in values.to_pylist()]
    return pc.binary_join_element_wise(key, pa.array(told, pa.string()), "")
