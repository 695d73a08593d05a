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
_HEX_DIGITS = np.frombuffer(b"0123456789abcdefABCDEF", np.uint8)


def ids_of(uids: pa.Array) -> Ids:
    """Return an array (n, 2) with one row an id: a UUID's own 128 bits, any other text's BLAKE2b-128."""
    count = len(uids)
    if count == 0:
        return np.empty((0, 2), np.uint64)
    packed = _all_uuids(uids)
    if packed is None:
        packed = b"".join(_one(text) for text in uids.to_pylist())
    return np.frombuffer(packed, ">u8").astype(np.uint64).reshape(count, 2)


def _all_uuids(uids: pa.Array) -> bytes | None:
    offsets = np.frombuffer(uids.buffers()[1], np.int32)[uids.offset : uids.offset + len(uids) + 1]
    if not (np.diff(offsets) == _UUID).all():
        return None
    start = int(offsets[0])
    text = np.frombuffer(uids.buffers()[2], np.uint8)[start : int(offsets[-1])].reshape(len(uids), _UUID)
    digits = text[:, _HEX]
    if not (text[:, _DASHES] == ord("-")).all() or not np.isin(digits, _HEX_DIGITS).all():
        return None
    return bytes.fromhex(digits.tobytes().decode("ascii"))


def _one(text: str) -> bytes:
    digits = text.replace("-", "")
    if len(text) == _UUID and len(digits) == len(_HEX) and all(text[i] == "-" for i in _DASHES):
        try:
            return bytes.fromhex(digits)
        except ValueError:  # 36 characters with dashes in place, but no hex: an id like any other
            return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
