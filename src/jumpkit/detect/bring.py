"""What a base rule's match brings along for the correlations above it, as JSON text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt

from jumpkit.detect.values import Path, collect, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.detect.ruleset import RuleSet
    from jumpkit.model.batch import Batch

_Asked = list[tuple[str, Path]]


class Bringer:
    """The fields of a batch's matches; a combination of coded values is written once."""

    def __init__(self, ruleset: RuleSet, batch: Batch, event: Callable[[int], dict[str, Any]]) -> None:
        """Take the rules, the batch and how a row is decoded."""
        self._ruleset = ruleset
        self._batch = batch
        self._event = event

    def all(self, rule: npt.NDArray[np.int32], row: npt.NDArray[np.int32]) -> list[str | None]:
        """Return one text a match, None for rules of which no correlation wants anything."""
        fields: list[str | None] = [None] * len(rule)
        for place in np.unique(rule).tolist():
            asked = self._ruleset.brings(place, self._batch.source)
            if asked:
                start, end = np.searchsorted(rule, [place, place + 1]).tolist()
                fields[start:end] = self._texts(asked, row[start:end])
        return fields

    def _texts(self, asked: _Asked, rows: npt.NDArray[np.int32]) -> list[str]:
        columns = [self._batch.columns.get(path[0]) for _, path in asked]
        if any(column is None for column in columns):
            return [fields_of(asked, self._event(row)) for row in rows.tolist()]
        codes = np.stack([column.codes[rows] for column in columns if column is not None], axis=1).tolist()
        known: dict[tuple[int, ...], str] = {}
        return [self._coded(asked, tuple(code), row, known) for code, row in zip(codes, rows.tolist(), strict=True)]

    def _coded(self, asked: _Asked, code: tuple[int, ...], row: int, known: dict[tuple[int, ...], str]) -> str:
        text = known.get(code)
        if text is None:
            text = known[code] = fields_of(asked, self._event(row))
        return text


def fields_of(asked: _Asked, event: dict[str, Any]) -> str:
    """Return the asked fields of an event as a JSON object: a plain value, or a list; what is missing is left out."""
    found: dict[str, Any] = {}
    for name, path in asked:
        values = [text_of(value) if isinstance(value, dict) else value for value in collect(event, path, 0)]
        if values:
            found[name] = values[0] if len(values) == 1 else values
    return msgspec.json.encode(found).decode()
