"""The workspace's folder and its lock; not for what lies in it."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jumpkit.kit.errors import Busy, NotFound, Tampered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = "workspace.lock"
_PAUSE = 0.05  # seconds between two tries
_EVIDENCE = ("shelf", "lake", "reports")


def make_home(home: Path) -> Path:
    """Make the workspace's folder, for its owner only, and return it."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if home.stat().st_mode & 0o077 and os.access(home, os.W_OK):
        home.chmod(0o700)
    return home


def find_home(home: Path) -> Path:
    """Return `home` where a workspace lies there.

    Raises:
        NotFound: nothing was ever triaged into this folder.
        Tampered: evidence lies there, and the book is gone.

    """
    if not (home / "book.sqlite").is_file():
        refuse_if_bereft(home)
        raise NotFound(
            f"there is no workspace in {home}",
            target=str(home),
            hint="triage some logs first, or name another --home",
        )
    return home


def refuse_if_bereft(home: Path, *, emptied: bool = False) -> None:
    """Refuse a workspace whose book is gone or `emptied` while what it vouched for lies there: a new one would hide it.

    Raises:
        Tampered: it is so.

    """
    kept = any(path.is_file() for folder in _EVIDENCE for path in (home / folder).rglob("*"))
    if kept or (emptied and any((home / "keys").glob("ledger.p*"))):
        raise Tampered(
            f"the book is {'empty' if emptied else 'gone'}, and what it vouched for is still there",
            target=str(home / "book.sqlite"),
            hint="put the book back from a copy (jumpkit restore); nothing was changed",
        )


@contextmanager
def workspace_lock(home: Path, wait: float = 20.0, *, shared: bool = False) -> Iterator[None]:
    """Hold the workspace alone (or, shared, among readers) until the block ends or the process dies.

    Not reentrant: one holder a process. Shared writes nothing; where no lock file lies, nobody ever wrote.

    Raises:
        Busy: another process held it for `wait` seconds; the message names its pid.

    """
    path = home / LOCK
    if shared and not path.exists():
        yield
        return
    flags = os.O_RDONLY if shared else os.O_RDWR | os.O_CREAT
    handle = os.open(path if shared else make_home(home) / LOCK, flags | os.O_CLOEXEC, 0o600)
    try:
        _acquire(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX, wait)
        if not shared:
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)  # closing lets go of the lock


def _acquire(handle: int, how: int, wait: float) -> None:
    end = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < end:
                time.sleep(_PAUSE)
                continue
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise Busy(
                f"the workspace is in use by process {holder}",
                target=LOCK,
                hint="wait for it to end, then try again",
            ) from None
        return
