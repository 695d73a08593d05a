"""Sorts out, of many texts at once, those that no test of theirs can hold for; what is left is asked one by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumpkit.detect.tree import Leaf
    from jumpkit.detect.values import Path

_NUMBER = r"\A-?[0-9]"  # how every text begins that can be read as a number or a moment
_ADDRESS = r"\A[0-9A-Fa-f:]"
_FOLDED = r"[^\x00-\x7f]"  # case is folded by more than ASCII's rules: such texts are always asked
_FORMS = {
    "eq": r"\A{}\z",
    "contains": "{}",
    "startswith": r"\A{}",
    "endswith": r"{}\z",
    "number": r"\A{}\z",
    "bool": r"\A{}\z",
}
_WORDED = frozenset(["eq", "contains", "startswith", "endswith", "glob"])
_WORD = re.compile("[0-9A-Za-z_]+")
_LETTERS = re.compile("[A-Za-z].*[A-Za-z]")  # a number may hold one, for its exponent
_ESCAPED = re.compile(r"\\.|\(\?[a-z]*\)")  # in a glob's pattern: what is no letter of the text; else it costs a letter
_LONGEST = 20_000  # characters of a pattern; beyond, asking is cheaper than compiling


def _literal(text: str) -> str:
    """Return a pattern for the text itself."""
    return re.sub(r"[^0-9A-Za-z_]", lambda found: rf"\x{{{ord(found[0]):x}}}", text)


def _pattern(leaf: Leaf) -> str:
    """Return a pattern that is found in each ASCII text for which the leaf's test holds, and perhaps in others."""
    if leaf.op in _FORMS:
        text = str(leaf.number) if leaf.op == "number" else leaf.text
        return _FORMS[leaf.op].format(_literal(text)) if text.isascii() else _FOLDED
    if leaf.op in {"re", "glob"}:
        return f"(?:{leaf.text})"
    return _ADDRESS if leaf.op == "cidr" else _NUMBER


def sieve(leaves: Iterable[Leaf]) -> str | None:
    """Return what must be found in a text for any of the leaves to hold, None where that is too long to look for."""
    parts = []
    for leaf in leaves:
        flags = "-i" if leaf.op == "re" else "i"
        parts.append(f"(?{flags}:{_pattern(leaf)})")
    made = "|".join([*dict.fromkeys(parts), _FOLDED])
    return made if len(made) <= _LONGEST else None


def json_sieve(asked: Iterable[tuple[Path, Leaf | None]]) -> str | None:
    """Return the same for JSON text, of tests of what lies at a path; of no leaf: whether anything lies there.

    A word of letters and digits stands in the JSON as it is, unless an escape hides it; space, quotation marks and
    numbers may be written in several ways, so nothing else is looked for, but a text beside its own key.
    """
    parts = [r"\\u", r"\A\s*\["]
    for path, leaf in asked:
        near = _beside(path[-1], leaf) if leaf is not None and len(path) > 1 else None
        if near is not None:
            parts.append(near)
            continue
        words = _WORD.findall(path[-1]) if len(path) > 1 else []
        if leaf is not None:
            words += _words(leaf)
        if not words:
            return None
        parts.append(max(words, key=len))
    made = f"(?i:{'|'.join(dict.fromkeys(parts))})|{_FOLDED}"
    return made if len(made) <= _LONGEST else None


def _beside(key: str, leaf: Leaf) -> str | None:
    """Return what JSON shows where the value under `key` may pass: a text with the leaf's word, or what is no text."""
    word = max(_words(leaf), key=len, default=None)
    if word is None or not _WORD.fullmatch(key):
        return None
    return rf'(?-i:{key}"\s*:\s*)(?:"[^"\\]*(?:\\|{word})|[^"\s])'


def _words(leaf: Leaf) -> list[str]:
    """Return words of letters and digits that stand in each text for which the leaf's test holds."""
    if leaf.op not in _WORDED:
        return []
    return [word for word in _WORD.findall(_ESCAPED.sub(" ", leaf.text)) if _LETTERS.search(word)]


def caught(texts: pa.StringArray, pattern: str | None) -> npt.NDArray[np.int64]:
    """Return the places of the texts that have to be asked."""
    if pattern is None:
        return np.arange(len(texts))
    try:
        found = pc.match_substring_regex(texts, pattern)
    except pa.ArrowInvalid:  # too large for a pattern, if each of its parts is none
        return np.arange(len(texts))
    return np.flatnonzero(found)
