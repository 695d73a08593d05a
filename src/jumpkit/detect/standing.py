"""Where the rows of a batch stand: the step of the decision that each has reached, as one number a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jumpkit.detect.decide import combined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.detect.decide import Step
    from jumpkit.detect.heads import HeadTests
    from jumpkit.model.batch import Batch

Rows = npt.NDArray[np.int32]
Pair = tuple[Rows, Rows]  # rules, rows


@dataclass(slots=True)
class Standing:
    """Steps, and the place among them of the one at which each row stands."""

    steps: list[Step]
    at: npt.NDArray[np.int64]
    waiting: dict[str, dict[frozenset[int], list[int]]] = field(default_factory=dict)  # field → tests → steps

    def __post_init__(self) -> None:
        """Note which steps wait for which field."""
        self._wait(0)

    def ask(self, head: HeadTests, batch: Batch) -> None:
        """Move the rows on that wait for this field, by the classes of its values."""
        for wanted, places in self.waiting.pop(head.head, {}).items():
            here = np.zeros(len(self.steps), np.bool_)
            here[places] = True
            rows = np.flatnonzero(here[self.at]).astype(np.int32)
            self._move(rows, head.classes(batch, rows, wanted), len(head.true))

    def _move(self, rows: Rows, kinds: npt.NDArray[np.int32], size: int) -> None:
        """Let these rows stand at the steps that follow for these classes, of which there are `size`."""
        count = len(self.steps)
        key = self.at[rows] * size + kinds
        met = np.zeros(count * size, np.bool_)
        met[key] = True
        self.steps += [self.steps[each // size].after(each % size) for each in np.flatnonzero(met).tolist()]
        self.at[rows] = (np.cumsum(met) + (count - 1))[key]
        self._wait(count)

    def _wait(self, first: int) -> None:
        """Note which field each step waits for, from the step of this number."""
        for place, step in enumerate(self.steps[first:], first):
            if step.heads:
                self.waiting.setdefault(step.heads[0].head, {}).setdefault(step.wanted, []).append(place)

    def hits(self) -> Pair:
        """Return the matches that are certain, in no order."""
        counts = np.array([len(step.hits) for step in self.steps], np.int64)
        each = counts[self.at]
        flat = np.concatenate([step.hits for step in self.steps])
        begins = (np.cumsum(counts) - counts)[self.at] - (np.cumsum(each) - each)
        rules = flat[np.arange(int(each.sum())) + np.repeat(begins, each)]
        return rules, np.repeat(np.arange(len(self.at), dtype=np.int32), each)

    def open(self) -> list[tuple[Step, Rows]]:
        """Return the steps that leave rules open, with the rows that stand there."""
        left = [(place, step) for place, step in enumerate(self.steps) if step.left and not step.heads]
        found = ((step, np.flatnonzero(self.at == place).astype(np.int32)) for place, step in left)
        return [(step, rows) for step, rows in found if len(rows)]


def begun(start: Step, known: dict[bytes, Step], heads: Sequence[HeadTests], batch: Batch) -> Standing:
    """Return where the rows stand once these fields are asked; `known` remembers it of combinations of classes."""
    every = np.arange(batch.rows, dtype=np.int32)
    kinds = [head.classes(batch, every, head.numbers) for head in heads]
    key = combined(kinds, [len(head.true) for head in heads], batch.rows)
    _, first, at = np.unique(key, return_index=True, return_inverse=True)
    table = np.stack(kinds, axis=1)[first] if kinds else np.zeros((len(first), 0), np.int32)
    steps = []
    for combination in table:
        name = combination.tobytes()
        step = known.get(name)
        if step is None:
            step = known[name] = _walk(start, combination, heads)
        steps.append(step)
    return Standing(steps, at.reshape(-1).astype(np.int64))


def _walk(step: Step, combination: npt.NDArray[np.int32], heads: Sequence[HeadTests]) -> Step:
    """Return what the first fields decide; the next one that is needed may be one that is asked later."""
    kinds = {head.head: int(kind) for head, kind in zip(heads, combination, strict=True)}
    while step.heads and step.heads[0].head in kinds:
        step = step.after(kinds[step.heads[0].head])
    return step
