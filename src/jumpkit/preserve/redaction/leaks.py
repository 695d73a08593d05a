"""Looks through bytes for names that should be gone: plain, in other letter case, and in the usual encodings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.preserve.redaction.forms import haystack
from jumpkit.preserve.redaction.swap import pattern_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def leaks(files: Mapping[str, bytes], values: Iterable[str]) -> list[tuple[str, str]]:
    """Return each file that still holds one of the values in some form, with the value, sorted."""
    wanted = [(value, value.casefold()) for value in values]
    found = set()
    for name, data in files.items():
        text = haystack(data.decode("utf-8", "replace"))
        there = [value for value, low in wanted if low in text]  # which few of them is told fast
        found |= {(name, hit[0]) for hit in pattern_of(there).finditer(text)}
    return sorted(found)
