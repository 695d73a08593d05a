"""Checks the workspace's files against the digests that the book holds, and finds those it knows nothing of."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from jumpkit.preserve.problem import Leftover, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jumpkit.store.book import Tx

_FREE_FOLDERS = frozenset({"keys", "cache"})
_FREE_FILES = re.compile(r"config\.toml|.*\.lock|.*\.log|.*\.sqlite.*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_HALF_WRITTEN = "shelf/.incoming-"


@dataclass(slots=True)
class Expected:
    """Files that the book vouches for, by kind and path; an artifact taken in place has an absolute path."""

    artifacts: dict[str, str] = field(default_factory=dict)  # path -> sha256
    files: dict[str, str] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)  # files that were replaced, and are swept away in time
    unfinished: set[str] = field(default_factory=set)  # ids of runs that did not end
    spared: tuple[str, ...] = ()  # prefixes of paths of a case that is being purged
    objects: frozenset[str] = frozenset()  # digests that cases of the workspace hold


def expected_of(tx: Tx, cases: Sequence[str]) -> Expected:
    """Return what rows of these cases say of files."""
    found = Expected()
    for case in cases:
        for row in tx.rows("artifact", case=case):
            path = row["path"] if row["in_place"] else f"shelf/{row['sha256'][:2]}/{row['sha256']}"
            found.artifacts[str(path)] = row["sha256"]
        for row in tx.rows("segment", case=case):
            found.files[str(row["path"])] = row["sha256"]
            if row["hits_path"] is not None:
                found.files[str(row["hits_path"])] = row["hits_sha256"]
        for row in tx.rows("file_", case=case):
            if row["sha256"] is None:
                found.retired.add(str(row["path"]))
            else:
                found.files[str(row["path"])] = row["sha256"]
        found.unfinished.update(str(row["run"]) for row in tx.rows("run", case=case) if row["finished"] is None)
    return found


def check_contents(home: Path, kind: str, expected: Mapping[str, str]) -> Iterator[Problem]:
    """Yield each file that is missing, no plain file, or of another content."""

    def digest_of(path: str) -> str:
        return _digest_of(home, path, inside=kind == "file")

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for (path, digest), found in zip(expected.items(), pool.map(digest_of, expected), strict=True):
            if found != digest:
                yield Problem(kind, path, digest, found)


def _digest_of(home: Path, path: str, *, inside: bool) -> str:
    """Return the SHA-256 of a file, or what stands in the way of one."""
    if inside and (path.startswith("/") or ".." in PurePosixPath(path).parts):
        return "a path outside the workspace"
    try:
        handle = os.open(home / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return "missing"
    except OSError as caught:
        return "no plain file" if (home / path).is_symlink() else f"unreadable: {caught.strerror}"
    except ValueError:
        return "no path"
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return "no plain file"
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_strangers(home: Path, expected: Expected, folders: Sequence[str]) -> Iterator[Problem | Leftover]:
    """Yield each file below `folders` (of `home`) that nobody vouches for, or say why it is a harmless remainder."""
    known = {*expected.files, *(path for path in expected.artifacts if not path.startswith("/"))}
    for path in sorted(each for folder in folders for each in _files(home, folder)):
        if path not in known and not path.startswith(expected.spared):
            yield _judged(home, path, expected)


def _judged(home: Path, path: str, expected: Expected) -> Problem | Leftover:
    name = path.rsplit("/", 1)[-1]
    if path.startswith(_HALF_WRITTEN):
        return Leftover(path, "a copy that a killed run had half written")
    found = _digest_of(home, path, inside=True)
    if path == f"shelf/{name[:2]}/{name}" and name == found:
        held = name in expected.objects
        return Leftover(path, "of another case" if held else "sealed by a run that was killed before it was entered")
    if path in expected.retired:
        return Leftover(path, "replaced by a newer file, and not yet swept away")
    made = path.startswith(("lake/", "reports/"))
    run = next((run for run in sorted(expected.unfinished) if made and run in name), None)
    if run is not None:
        return Leftover(path, f"written by run {run}, which was killed before it was entered")
    return Problem("unexpected", path, None, found)


def _files(home: Path, folder: str) -> Iterator[str]:
    """Yield whatever is no folder below `folder`, relative to `home`; links are not followed."""
    top = home / folder
    for here, folders, files in os.walk(top):
        relative = os.path.relpath(here, home)
        at_top = relative == "."
        if at_top:
            folders[:] = [name for name in folders if name not in _FREE_FOLDERS]
        linked = [name for name in folders if (Path(here) / name).is_symlink()]
        for name in (*files, *linked):
            if not (at_top and name in files and _FREE_FILES.fullmatch(name)):
                yield name if at_top else f"{relative}/{name}"
