"""What a sync has read so far, a line a part, so that the same command goes on where it was stopped."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from jumpkit.model.inventory import Reading

FOLDER = "cache/inventory"
Key = tuple[str, str | None, str]  # account, region, kind


class Spool:
    """One file, which one sync at a time adds to."""

    def __init__(self, file: BinaryIO) -> None:
        """Read where each whole part stands; a line that a killed run had half written is cut off."""
        self._file = file
        self._at: dict[Key, int] = {}
        self.parts: dict[Key, dict[str, Any]] = {}
        end = 0
        for line in iter(file.readline, b""):
            if not line.endswith(b"\n"):
                break
            self._remember(json.loads(line)["part"], end)
            end = file.tell()
        file.truncate(end)

    def add(self, reading: Reading) -> None:
        """Keep a part and its items."""
        told = {"part": asdict(reading.part), "items": [asdict(item) for item in reading.items]}
        at = self._file.seek(0, os.SEEK_END)
        self._file.write(json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode() + b"\n")
        self._file.flush()
        self._remember(json.loads(json.dumps(told["part"])), at)

    def drop(self, keys: list[Key]) -> None:
        """Forget parts that are to be read again."""
        for key in keys:
            del self.parts[key], self._at[key]

    def sorted(self) -> list[dict[str, Any]]:
        """Return every part, sorted by account, region and kind."""
        return [self.parts[key] for key in sorted(self.parts, key=_order)]

    def items(self) -> Iterator[dict[str, Any]]:
        """Yield every item, sorted by account, region, kind and id."""
        for key in sorted(self._at, key=_order):
            self._file.seek(self._at[key])
            yield from json.loads(self._file.readline())["items"]

    def _remember(self, part: dict[str, Any], at: int) -> None:
        key = part["place"]["account"], part["place"]["region"], part["kind"]
        self.parts[key], self._at[key] = part, at


def _order(key: Key) -> tuple[str, str, str]:
    return key[0], key[1] or "", key[2]


@contextmanager
def spooled(home: Path, sync: str) -> Iterator[Spool]:
    """Open the spool of a sync for one process.

    Raises:
        Busy: another process goes on with this sync.

    """
    path = path_of(home, sync)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "rb+") as file:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy("another process goes on with this sync", target=sync, hint="wait for it to end") from error
        yield Spool(file)


def path_of(home: Path, sync: str) -> Path:
    """Return where the spool of a sync lies."""
    return home / FOLDER / f"{sync}.jsonl"
