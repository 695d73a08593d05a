"""Where the records of a whole document lie, proven from where one field of each lies; nothing is cut to find out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jumpkit.normalize.pieces import lengths
from jumpkit.normalize.split import as_list

if TYPE_CHECKING:
    from collections.abc import Sequence

    import msgspec

Starts = npt.NDArray[np.int64]

OPENING, CLOSING = b'{"Records":[', b"}]}"
_VERSION = 4  # characters of a version as most records have it
_OF_VERSIONS = np.isin(np.arange(256), np.frombuffer(b"0123456789.", np.uint8))
_WORD = 8  # bytes
_UNKNOWN = -1


def spans(data: bytes, fields: Sequence[msgspec.Raw], first: str, second: str) -> tuple[Starts, Starts] | None:
    """Return where each record of a document begins and ends; None where this way cannot tell.

    `data` is whole JSON of one key, and `fields` are views into it of each record's field `second`. A record that
    opens with the plain text `first`, then `second`, begins at the brace before them: these bytes, read back from the
    view, can be nothing else in JSON that is whole. It ends where the comma before the next one stands.
    """
    if not fields or not data.startswith(OPENING) or not data.endswith(CLOSING):
        return None
    starts = _read_back(data, fields, f'{{"{first}":"'.encode(), f'","{second}":'.encode())
    unknown = np.flatnonzero(starts == _UNKNOWN)
    runs = np.split(unknown, np.flatnonzero(np.diff(unknown) > 1) + 1)
    if not all(_filled(data, starts, run) for run in runs if len(run)):
        return None
    view = np.frombuffer(data, np.uint8)
    ends = np.append(starts[1:] - 1, len(data) - len(CLOSING) + 1)
    apart = (view[ends[:-1]] == ord(",")).all() and (view[ends - 1] == ord("}")).all()
    return (starts, ends) if apart and starts[0] == len(OPENING) else None


def _read_back(data: bytes, fields: Sequence[msgspec.Raw], head: bytes, tail: bytes) -> Starts:
    """Return where the records begin whose field has this head, a version and this tail before it."""
    origin = pa.py_buffer(data).address
    places = np.array([pa.py_buffer(field).address for field in fields], np.int64) - origin
    width = len(head) + _VERSION + len(tail)
    inside = (places >= width) & (places < len(data))
    starts = np.where(inside, places - width, 0)
    proven = inside & _stands(data, starts, head) & _stands(data, starts + width - len(tail), tail)
    view = np.frombuffer(data, np.uint8)
    for place in range(len(head), len(head) + _VERSION):
        proven &= _OF_VERSIONS[view[starts + place]]
    return np.where(proven, starts, _UNKNOWN)


def _stands(data: bytes, places: Starts, text: bytes) -> npt.NDArray[np.bool_]:
    """Say at which places this text stands, of at least eight bytes; eight are compared at a time."""
    view = np.ndarray(len(data) - _WORD + 1, "<u8", data, strides=(1,))
    found = np.ones(len(places), np.bool_)
    for at in {*range(0, len(text) - _WORD + 1, _WORD), len(text) - _WORD}:
        found &= view[places + at] == int.from_bytes(text[at : at + _WORD], "little")
    return found


def _filled(data: bytes, starts: Starts, run: npt.NDArray[np.intp]) -> bool:
    """Put in where a run of records begins, by cutting what lies between those around it; say whether that can be."""
    before, after = int(run[0]) - 1, int(run[-1]) + 1
    begin = int(starts[before]) if before >= 0 else len(OPENING)
    end = int(starts[after]) - 1 if after < len(starts) else len(data) - len(CLOSING) + 1
    cut = as_list(b"[" + data[begin:end] + b"]")
    if cut is None or len(cut) != len(run) + (before >= 0):
        return False
    sizes = np.array(lengths(cut), np.int64)
    if int(sizes.sum()) + len(cut) - 1 != end - begin:
        return False
    found = begin + np.cumsum(sizes + 1) - sizes - 1
    starts[run] = found[-len(run) :]
    return True
