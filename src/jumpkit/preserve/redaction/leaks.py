"""Looks through bytes for names that should be gone: plain, in other letter case, and in the usual encodings."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus

from jumpkit.preserve.redaction.swap import pattern_of, unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_RUN = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_DEEPEST = 3  # encodings within encodings


def leaks(files: Mapping[str, bytes], values: Iterable[str]) -> list[tuple[str, str]]:
    """Return each file that still holds one of the values in some form, with the value, sorted."""
    pattern = pattern_of(values)
    found = {
        (name, hit[0].casefold())
        for name, data in files.items()
        for text in _forms(data.decode("utf-8", "replace"), _DEEPEST)
        for hit in pattern.finditer(text)
    }
    return sorted(found)


def _forms(text: str, deep: int) -> Iterator[str]:
    """Yield a text, and whatever it is once decoded, and that decoded again."""
    yield text
    if not deep:
        return
    for decoded in {_unescaped(text), unquote(text), unquote_plus(text), html.unescape(text)} - {text}:
        yield from _forms(decoded, deep - 1)
    inner = "\n".join(each for run in _RUN.findall(text) for each in unwrapped(run) if each.isprintable())
    if inner:
        yield from _forms(inner, deep - 1)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace('\\"', '"').replace("\\/", "/")
