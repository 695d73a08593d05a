"""Hashes a file in place while it is read, so that what was parsed is proven to be what was sealed."""

from __future__ import annotations

import hashlib
import io
import os
from typing import BinaryIO

BLOCK = 1 << 20


class HashingFile:
    """An open file whose digest is known once it was read; seeking costs a second pass over it."""

    def __init__(self, file: BinaryIO) -> None:
        """Start at the front of `file`."""
        self._file = file
        self._hash = hashlib.sha256()
        self._straight = True
        self._began = os.fstat(file.fileno())

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, all of them if it is negative."""
        data = self._file.read(size)
        if self._straight:
            self._hash.update(data)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move, and from then on no longer hash by the way."""
        self._straight = False
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the position."""
        return self._file.tell()

    def seekable(self) -> bool:
        """Return True: it is a plain file."""
        return True

    def digest(self) -> str:
        """Return the SHA-256 of all bytes, as they were read; of a file that changed meanwhile, none that fits."""
        if not self._straight:
            self._file.seek(0)
            self._hash = hashlib.sha256()
        while data := self._file.read(BLOCK):
            self._hash.update(data)
        began, ended = self._began, os.fstat(self._file.fileno())
        if not self._straight and (ended.st_mtime_ns, ended.st_ctime_ns) != (began.st_mtime_ns, began.st_ctime_ns):
            return ""
        return self._hash.hexdigest()
