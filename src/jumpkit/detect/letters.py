"""Many texts side by side, searched for a word all at once; only ASCII, whose case is folded letter by letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

_FIRST = 4  # letters of a word that are looked for everywhere; the others only where these are
_CASE = 32  # between a capital and its small letter

Bools = npt.NDArray[np.bool_]


class Letters:
    """The letters of texts in folded case, and where each text begins."""

    def __init__(self, texts: pa.StringArray) -> None:
        """Take texts without nulls."""
        count = len(texts)
        self._ends = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + count + 1]
        data = texts.buffers()[2]
        letters = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
        begin = int(self._ends[0])
        self._ends = self._ends - begin
        letters = letters[begin : begin + int(self._ends[-1])]
        capital = (letters - np.uint8(ord("A"))) < np.uint8(26)
        self._letters = letters + capital.view(np.uint8) * np.uint8(_CASE)

    @property
    def ascii(self) -> bool:
        """Say whether nothing but ASCII stands in the texts."""
        return not len(self._letters) or int(self._letters.max()) < 128  # noqa: PLR2004 - the end of ASCII

    def equal(self, word: str) -> Bools:
        """Say which texts are the word, which is in folded case and not empty, here and below."""
        found: Bools = self.beginning(word) & (np.diff(self._ends) == len(word.encode()))
        return found

    def beginning(self, word: str) -> Bools:
        """Say which texts begin with the word."""
        return self._at(self._ends[:-1], word.encode())

    def ending(self, word: str) -> Bools:
        """Say which texts end with the word."""
        code = word.encode()
        return self._at(self._ends[1:] - len(code), code)

    def holding(self, word: str) -> Bools:
        """Say which texts hold the word."""
        found = np.zeros(len(self._ends) - 1, np.bool_)
        code = word.encode()
        span = len(self._letters) - len(code) + 1
        if span <= 0:
            return found
        hit = self._letters[:span] == code[0]
        for place in range(1, min(_FIRST, len(code))):
            hit &= self._letters[place : place + span] == code[place]
        at = np.flatnonzero(hit)
        for place in range(_FIRST, len(code)):
            at = at[self._letters[at + place] == code[place]]
        text = np.searchsorted(self._ends, at, "right") - 1
        found[text[at + len(code) <= self._ends[text + 1]]] = True
        return found

    def _at(self, begins: npt.NDArray[np.int32], code: bytes) -> Bools:
        """Say in which texts the code stands at the place given for each."""
        ends = begins + len(code)
        found = (begins >= self._ends[:-1]) & (ends <= self._ends[1:])
        rows = np.flatnonzero(found)
        for place, letter in enumerate(code):
            rows = rows[self._letters[begins[rows] + place] == letter]
        found[:] = False
        found[rows] = True
        return found
