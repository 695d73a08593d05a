"""Cuts lines into their fields: all at once where a separator does, one by one where they are quoted or bracketed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv

from jumpkit.normalize.plain.paths import texts
from jumpkit.normalize.plain.pieces import pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.normalize.plain.plan import Plan

_EXTRA = "field_{}"  # what a field is called that came after those that are known


def table_of(plan: Plan, lines: Sequence[bytes], names: Sequence[str]) -> tuple[pa.Table, npt.NDArray[np.bool_]]:
    """Return the good lines' fields as columns of text, and which lines are good."""
    if plan.separator is None:
        return _by_pieces(plan, lines, names)
    return _by_separator(plan, lines, names)


def line_row(plan: Plan, line: bytes, names: Sequence[str]) -> dict[str, str | None] | None:
    """Return one line's fields by their names, None where it has not as many as it must; the same as in a table."""
    text = line.decode("utf-8", "replace")
    if plan.separator is None:
        found = pieces(text, plan.least, [place for place, name in enumerate(names) if name in plan.numbers])
        if len(found) < plan.least:
            return None
    else:
        found = text.split(plan.separator)
        if len(found) != len(names):
            return None
    heads = [*names[: len(found)], *(_EXTRA.format(place + 1) for place in range(len(names), len(found)))]
    nulls = plan.nulls | {""}
    return {head: None if each in nulls else each for head, each in zip(heads, found, strict=True)}


def _by_separator(plan: Plan, lines: Sequence[bytes], names: Sequence[str]) -> tuple[pa.Table, npt.NDArray[np.bool_]]:
    separator = (plan.separator or " ").encode()
    wanted = len(names) - 1
    counts = np.fromiter((line.count(separator) for line in lines), np.int32, len(lines))
    good = counts == wanted
    kept = lines if good.all() else [line for line, fine in zip(lines, good.tolist(), strict=True) if fine]
    data = b"\n".join(kept)
    if b"\r" in data or not _utf8(data):
        listed = [_text(line).split(plan.separator) for line in kept]
        return _table(plan, [list(column) for column in zip(*listed, strict=True)], names), good
    return _csv(plan, data, names, len(kept)), good


def _csv(plan: Plan, data: bytes, names: Sequence[str], count: int) -> pa.Table:
    if not count:
        return _table(plan, [], names)
    return pacsv.read_csv(
        pa.py_buffer(data),
        read_options=pacsv.ReadOptions(column_names=list(names), use_threads=False, block_size=len(data) + 1),
        parse_options=pacsv.ParseOptions(delimiter=plan.separator, quote_char=False, ignore_empty_lines=False),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=["", *plan.nulls],
            strings_can_be_null=True,
        ),
    )


def _by_pieces(plan: Plan, lines: Sequence[bytes], names: Sequence[str]) -> tuple[pa.Table, npt.NDArray[np.bool_]]:
    numbers = [place for place, name in enumerate(names) if name in plan.numbers]
    cut = [pieces(_text(line), plan.least, numbers) for line in lines]
    good = np.fromiter((len(each) >= plan.least for each in cut), np.bool_, len(cut))
    kept = [each for each in cut if len(each) >= plan.least]
    width = max((len(each) for each in kept), default=0)
    heads = [*names[:width], *(_EXTRA.format(place + 1) for place in range(len(names), width))]
    columns = [[each[place] if place < len(each) else None for each in kept] for place in range(width)]
    return _table(plan, columns, heads), good


def _table(plan: Plan, columns: Sequence[Sequence[str | None]], names: Sequence[str]) -> pa.Table:
    nulls = plan.nulls | {""}
    arrays = [texts(None if each in nulls else each for each in column) for column in columns]
    if not arrays:
        arrays = [pa.array([], pa.string()) for _ in names]
    return pa.table(dict(zip(names, arrays, strict=False)))


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace")


def _utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
