"""What a base rule's match brings along for the correlations above it, as JSON text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt

from jumpkit.detect.values import Path, collect, may_hold, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jumpkit.detect.ruleset import RuleSet
    from jumpkit.model.batch import Batch, Column

    Event = Callable[[int], dict[str, Any]]


class Bringer:
    """Writes the fields of matches; what a coded value contributes is written once."""

    def __init__(self, ruleset: RuleSet, source: str) -> None:
        """Take the rules, and the source whose batches will come."""
        self._asked = {place: asked for place in range(len(ruleset.infos)) if (asked := ruleset.brings(place, source))}
        self._written: dict[tuple[str, Path], tuple[Sequence[Any], dict[int, str]]] = {}

    def all(
        self, batch: Batch, rule: npt.NDArray[np.int32], row: npt.NDArray[np.int32], event: Event
    ) -> list[str | None]:
        """Return one text a match, None for rules of which no correlation wants anything; `rule` is sorted."""
        fields: list[str | None] = [None] * len(rule)
        for place in np.unique(rule).tolist():
            asked = self._asked.get(place)
            if asked:
                start, end = np.searchsorted(rule, [place, place + 1]).tolist()
                parts = [self._parts(batch, each, row[start:end], event) for each in asked]
                fields[start:end] = ["{" + ",".join(filter(None, pieces)) + "}" for pieces in zip(*parts, strict=True)]
        return fields

    def _parts(self, batch: Batch, asked: tuple[str, Path], rows: npt.NDArray[np.int32], event: Event) -> list[str]:
        name, path = asked
        column = batch.columns.get(path[0])
        if column is None:
            return [_part(name, event(row), path) for row in rows.tolist()]
        written = self._of(asked, column)
        parts = []
        for row, code in zip(rows.tolist(), column.codes[rows].tolist(), strict=True):
            if code < 0 and len(path) > 1 and may_hold(batch.records[row], path[0]):
                parts.append(_part(name, event(row), path))
                continue
            text = written.get(code)
            if text is None:
                text = written[code] = _part(name, {path[0]: column.values[code]} if code >= 0 else {}, path)
            parts.append(text)
        return parts

    def _of(self, asked: tuple[str, Path], column: Column) -> dict[int, str]:
        """Return what was written of a column's values; another epoch's is forgotten."""
        values, written = self._written.get(asked, (None, {}))
        if values is not column.values:
            written = {}
            self._written[asked] = (column.values, written)
        return written


def _part(name: str, event: dict[str, Any], path: Path) -> str:
    values = [text_of(value) if isinstance(value, dict) else value for value in collect(event, path, 0)]
    if not values:
        return ""
    return f"{_json(name)}:{_json(values[0] if len(values) == 1 else values)}"


def _json(value: Any) -> str:
    """Return a value as JSON; what UTF-8 cannot hold is written as an escape, and numbers of any size as they are."""
    try:
        return msgspec.json.encode(value).decode()
    except (UnicodeEncodeError, OverflowError):
        return json.dumps(value, separators=(",", ":"))


def fields_of(asked: Sequence[tuple[str, Path]], event: dict[str, Any]) -> str:
    """Return the asked fields of an event as a JSON object: a plain value, or a list; what is missing is left out."""
    return "{" + ",".join(filter(None, (_part(name, event, path) for name, path in asked))) + "}"
