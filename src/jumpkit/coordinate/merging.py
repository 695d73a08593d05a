"""Two edits of one text become one text that loses neither; not for what the text means."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Lines = list[str]


def merged(base: str, theirs: str, mine: str) -> str:
    """Return `base` with both edits in it; where both changed the same lines, theirs stand before mine.

    >>> merged("a", "a and b", "a and c").splitlines()
    ['a and b', 'a and c']
    >>> merged("one|two|three".replace("|", chr(10)), "one|two".replace("|", chr(10)), "zero|one|two|three".replace(
    ...     "|", chr(10))).splitlines()
    ['zero', 'one', 'two']
    """
    if theirs in {base, mine}:
        return mine
    if mine == base:
        return theirs
    texts = base.split("\n"), theirs.split("\n"), mine.split("\n")
    kept: Lines = []
    for part in _parts(*texts):
        kept += part
    return "\n".join(kept)


def _parts(base: Lines, theirs: Lines, mine: Lines) -> Iterator[Lines]:
    at = (0, 0, 0)
    for start, end, in_theirs, in_mine in _calm(base, theirs, mine):
        yield _settled(base[at[0] : start], theirs[at[1] : in_theirs], mine[at[2] : in_mine])
        yield base[start:end]
        length = end - start
        at = (end, in_theirs + length, in_mine + length)
    yield _settled(base[at[0] :], theirs[at[1] :], mine[at[2] :])


def _settled(base: Lines, theirs: Lines, mine: Lines) -> Lines:
    """Return what becomes of lines that at least one of the two changed."""
    if theirs in (base, mine):
        return mine
    if mine == base:
        return theirs
    return [*theirs, *mine]


def _calm(base: Lines, theirs: Lines, mine: Lines) -> Iterator[tuple[int, int, int, int]]:
    """Yield the spans of `base` that neither changed: start, end, and where they begin in the other two."""
    ours, others = _matches(base, theirs), _matches(base, mine)
    left, right = next(ours, None), next(others, None)
    while left and right:
        start, end = max(left[0], right[0]), min(left[1], right[1])
        if start < end:
            yield start, end, left[2] + start - left[0], right[2] + start - right[0]
        if left[1] < right[1]:
            left = next(ours, None)
        else:
            right = next(others, None)


def _matches(base: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield start and end in `base`, and start in `other`, of equal lines."""
    for block in SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks():
        if block.size:
            yield block.a, block.a + block.size, block.b
