"""Lets the C library give large blocks back as soon as they are free, where it can; not for Arrow or DuckDB."""

from __future__ import annotations

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of glibc's mallopt
_LARGE = 3 << 19  # bytes: the columns of a batch; the text of a usual file is smaller, and its place is used again
_KEPT = 4 << 20  # bytes that may lie free at the end of the heap


def give_back_early() -> None:
    """Keep large blocks out of the heap: it would grow to hold them all and be full of holes a moment later."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # other C libraries have none, and keep their own ways
        mallopt(_MMAP_THRESHOLD, _LARGE)
        mallopt(_TRIM_THRESHOLD, _KEPT)
