"""What a text is once it is decoded: escapes, percent signs, entities, base64, and one within the other."""

from __future__ import annotations

import base64
import binascii
import html
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_RUN = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_DEEPEST = 3  # encodings within encodings


def haystack(text: str) -> str:
    """Return a text with all that it is once decoded, letter case folded."""
    return "\n".join(dict.fromkeys(_forms(text, _DEEPEST))).casefold()


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


def unwrapped(run: str) -> list[str]:
    """Return what a run of base64 may hold, from each of its four beginnings."""
    run = run.rstrip("=").replace("-", "+").replace("_", "/")
    found = []
    for start in range(4):
        part = run[start:]
        part = part[: len(part) - len(part) % 4] if len(part) % 4 == 1 else part + "=" * (-len(part) % 4)
        try:
            found.append(base64.b64decode(part).decode("utf-8", "replace"))
        except binascii.Error:
            continue
    return found
