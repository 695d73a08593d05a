"""What commands print: one JSON object, or lines for a person, with nothing hostile left in them."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

from jumpkit.kit.text import clip, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WIDE = 120
_LONG = 8000  # characters of one line; what is longer was written by somebody to drown it


def emit_json(body: Any) -> None:
    """Print one JSON object on stdout."""
    sys.stdout.write(json.dumps(body, ensure_ascii=True) + "\n")


def line(text: str = "") -> None:
    """Print one line for a person; control characters in it are shown, not obeyed."""
    sys.stdout.write(printable(clip(text, _LONG)) + "\n")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows in aligned columns; the last column takes the room that is left."""
    cells = [[printable(clip(str("-" if cell is None else cell), _WIDE)) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(head), *cells]) for i in range(len(head) - 1)]
    for row in [list(head), *cells]:
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        sys.stdout.write("  ".join([*padded, row[-1]]).rstrip() + "\n")


class Terminal:
    """Shows progress on stderr: one line that changes on a terminal, nothing elsewhere."""

    def __init__(self, *, quiet: bool) -> None:
        """Show nothing when told to be quiet or when nobody watches."""
        self._shown = not quiet and sys.stderr.isatty()
        self._last = 0.0
        self._began = time.monotonic()

    def say(self, what: str) -> None:
        """Show a new phase."""
        self._put(what)

    def step(self, done: int, total: int, what: str) -> None:
        """Show how far it is, at most ten times a second."""
        now = time.monotonic()
        if now - self._last >= 0.1:  # noqa: PLR2004 - ten times a second
            self._last = now
            of = f" of {total:,}" if total else ""
            self._put(f"{done:,}{of} {what} · {now - self._began:.0f} s")

    def _put(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(f"\r\x1b[K{printable(text)}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
