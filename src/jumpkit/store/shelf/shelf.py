"""One folder of sealed bytes: `shelf/<ab>/<sha256>`, mode 0400, written once."""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from jumpkit.kit.errors import NoSpace, NotFound, Refused
from jumpkit.store.shelf.durable import make_durable

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL = 8 << 20  # bytes; up to this an input is held in memory and written in one go
BLOCK = 1 << 20
TAIL = 1 << 12  # bytes asked for where the end is expected
MARK = ".incoming-"
HEX = frozenset("0123456789abcdef")
DIGEST_LENGTH = 64


class Readable(Protocol):
    """Whatever hands out bytes, and none at its end."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, empty only at the end."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What lies on the shelf now; `mended` tells that damaged bytes under this digest were replaced."""

    sha256: str
    sha512: str
    size: int
    path: Path
    already: bool
    mended: bool = False


class Shelf:
    """Sealed bytes of one workspace; several processes may put at the same time."""

    def __init__(self, home: Path) -> None:
        """Use `home`/shelf, making it (0700) where it is missing."""
        self.folder = home / "shelf"
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._root = str(self.folder)
        self._numbers = itertools.count()
        self._written: list[Path] = []
        self._prefixes: set[str] = set()

    def path(self, sha256: str) -> Path:
        """Return where the object with this digest lies, or would lie; NotFound if it is no digest."""
        if len(sha256) != DIGEST_LENGTH or not HEX.issuperset(sha256):
            raise NotFound(f"{sha256!r} is no SHA-256 in lower-case hex", target=sha256)
        return Path(f"{self._root}/{sha256[:2]}/{sha256}")

    def open(self, sha256: str) -> BinaryIO:
        """Return the object's bytes as a file; NotFound if the shelf has none under this digest."""
        path = self.path(sha256)
        try:
            return path.open("rb")
        except FileNotFoundError as error:
            raise NotFound(
                "the shelf holds no such object", target=sha256, hint="run `jumpkit verify` to see what is missing"
            ) from error

    def put_file(self, path: Path) -> Stored:
        """Seal a copy of the file; OSError if it cannot be read, NoSpace or Refused if it cannot be written."""
        with path.open("rb", buffering=0) as file:
            return self.put_stream(file)

    def put_stream(self, source: Readable, expected: int = SMALL) -> Stored:
        """Seal what `source` hands out, in one pass, and return its digests; errors as `put_file`.

        A read of the expected bytes costs as much memory; more or fewer do no harm.
        """
        head = _up_to(source, SMALL + 1, min(expected, SMALL) + 1)
        if len(head) <= SMALL:
            return self._put_small(head)
        return self._put_large(head, source)

    def flush(self) -> None:
        """Return once all that was put is on the disk."""
        make_durable(self.folder, self._written)
        self._written.clear()

    def clean(self) -> int:
        """Remove half-written files of processes that are gone and return how many; call it before any put."""
        removed = 0
        for entry in os.scandir(self.folder):
            if entry.name.startswith(MARK) and not _alive(entry.name[len(MARK) :].partition("-")[0]):
                with suppress(FileNotFoundError):  # another process cleans at the same time
                    Path(entry.path).unlink()
                    removed += 1
        return removed

    def _put_small(self, data: bytes) -> Stored:
        sha256 = hashlib.sha256(data).hexdigest()
        sha512 = hashlib.sha512(data).hexdigest()
        path = self.path(sha256)
        held = _holds(path, data)
        if not held:
            with self._incoming() as (temporary, file):
                _write(file, data)
                self._place(temporary, path)
        return Stored(sha256, sha512, len(data), path, already=bool(held), mended=held is False)

    def _put_large(self, head: bytes, source: Readable) -> Stored:
        first, second, size = hashlib.sha256(), hashlib.sha512(), 0
        with self._incoming() as (temporary, file):
            block = head
            while block:
                first.update(block)
                second.update(block)
                _write(file, block)
                size += len(block)
                block = source.read(BLOCK)
            path = self.path(first.hexdigest())
            held = _hashes_to(path, first.hexdigest())
            if not held:
                self._place(temporary, path)
        return Stored(first.hexdigest(), second.hexdigest(), size, path, already=bool(held), mended=held is False)

    @contextmanager
    def _incoming(self) -> Iterator[tuple[str, int]]:
        """Hand out a new file under a name that tells whose it is, and see that it is gone in the end."""
        temporary = f"{self._root}/{MARK}{os.getpid()}-{next(self._numbers)}"
        with _told_apart(temporary):
            file = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o400)
        try:
            yield temporary, file
        finally:
            os.close(file)
            with suppress(FileNotFoundError):  # it is gone once it was put in its place
                Path(temporary).unlink()

    def _place(self, temporary: str, path: Path) -> None:
        prefix = path.name[:2]
        with _told_apart(temporary):
            if prefix not in self._prefixes:
                path.parent.mkdir(mode=0o700, exist_ok=True)
                self._prefixes.add(prefix)
            os.rename(temporary, path)  # noqa: PTH104 - a Path for each of thousands of files costs more
        self._written.append(path)


def _up_to(source: Readable, size: int, likely: int) -> bytes:
    """Return the first `size` bytes of `source`, fewer only where it ends; `likely` are asked for at first."""
    first = source.read(likely)
    blocks = [first]
    have = len(first)
    while have < size and blocks[-1]:
        blocks.append(source.read(min(size - have, TAIL if have < likely else BLOCK)))
        have += len(blocks[-1])
    return first if have == len(first) else b"".join(blocks)


def _write(file: int, data: bytes) -> None:
    rest = memoryview(data)
    with _told_apart("the shelf"):
        while rest:
            rest = rest[os.write(file, rest) :]


def _holds(path: Path, data: bytes) -> bool | None:
    """Return whether the shelf's object has exactly these bytes; None where there is none."""
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - as os.rename above
            return file.read(len(data) + 1) == data
    except FileNotFoundError:
        return None


def _hashes_to(path: Path, sha256: str) -> bool | None:
    """Return whether the shelf's object still has this digest; None where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return None


def _alive(pid: str) -> bool:
    if not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _told_apart(target: str) -> Iterator[None]:
    """Turn a failure to write into one of ours, so that it is not taken for a failure to read the source."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise NoSpace("the disk is full: the copy was not kept", target=target, hint="free some space") from error
        raise Refused(f"the shelf cannot be written: {error.strerror}", target=target) from error
