"""Event ids as pairs of 64-bit numbers, so that a million of them are sorted and searched in a moment."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

Ids = npt.NDArray[np.uint64]

_UUID = 36
_DASHES = (8, 13, 18, 23)
_HEX = np.array([i for i in range(_UUID) if i not in _DASHES])
_IS_HEX = np.isin(np.arange(256), np.frombuffer(b"0123456789abcdefABCDEF", np.uint8))


def ids_of(uids: pa.Array) -> Ids:
    """Return an array (n, 2) with one row an id: a UUID's own 128 bits, any other text's BLAKE2b-128."""
    count = len(uids)
    if count == 0:
        return np.empty((0, 2), np.uint64)
    offsets = np.frombuffer(uids.buffers()[1], np.int32)[uids.offset : uids.offset + count + 1]
    text = np.frombuffer(uids.buffers()[2], np.uint8)
    uuids = np.flatnonzero(np.diff(offsets) == _UUID)
    if len(uuids) == count:
        letters = text[offsets[0] : offsets[-1]].reshape(count, _UUID)
    else:
        letters = text[offsets[uuids][:, None] + np.arange(_UUID)]
    digits = letters[:, _HEX]
    regular = (letters[:, _DASHES] == ord("-")).all(axis=1) & _IS_HEX[digits].all(axis=1)
    ids = np.empty((count, 2), np.uint64)
    packed = bytes.fromhex(digits[regular].tobytes().decode("ascii"))
    ids[uuids[regular]] = np.frombuffer(packed, ">u8").reshape(-1, 2)
    odd = np.ones(count, np.bool_)
    odd[uuids[regular]] = False
    for row in np.flatnonzero(odd):
        ids[row] = np.frombuffer(_hashed(uids[int(row)].as_py()), ">u8")
    return ids


def _hashed(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
