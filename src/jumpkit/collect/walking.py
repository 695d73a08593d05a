"""Finds the files and objects under the paths that a person gave; reads none of them."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jumpkit.cloud.aws.s3 import S3Options, list_objects
from jumpkit.collect.names import FOLDERS, display, no_log
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import NotFound
from jumpkit.model.artifact import Candidate, Rejected, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jumpkit.collect.limits import Limits

Found = Candidate | Skipped | Rejected
SPECIAL = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
PLAIN_S3 = S3Options()


def walk(paths: Sequence[str], *, limits: Limits, s3: S3Options = PLAIN_S3, follow: bool = False) -> Iterator[Found]:
    """Return what lies under `paths`, each folder sorted by name; NotFound at once if one of them does not exist.

    Links are followed once; those below a path that lead out of all paths only with `follow`, else they are refused.
    `s3://bucket/prefix` is listed by its keys: Denied if that is refused.
    """
    for path in paths:
        if not path.startswith("s3://") and not os.path.lexists(path):
            raise NotFound("there is no such file or folder", target=display(path), hint="check the path")
    roots = None if follow else [os.path.realpath(path) for path in paths if not path.startswith("s3://")]
    return _walk_all(paths, limits, s3, roots)


def _walk_all(paths: Sequence[str], limits: Limits, s3: S3Options, roots: list[str] | None) -> Iterator[Found]:
    for path in paths:
        if path.startswith("s3://"):
            for found in list_objects(path, s3):
                shown = display(found.name if isinstance(found, Candidate) else found.path)
                yield (
                    _judged(replace(found, name=shown), limits)
                    if isinstance(found, Candidate)
                    else replace(found, path=shown)
                )
        else:
            yield from _walk_files(path, limits, roots)


def _walk_files(root: str, limits: Limits, roots: list[str] | None) -> Iterator[Found]:
    """Walk without recursion, since folders may be nested deeper than calls may."""
    seen: set[tuple[int, int]] = set()
    stack: list[tuple[str, frozenset[tuple[int, int]]]] = [(root, frozenset())]
    while stack:
        path, above = stack.pop()
        status = _status(path, roots if path != root else None)
        if isinstance(status, Rejected):
            yield status
            continue
        if not stat.S_ISDIR(status.st_mode):
            yield _file(path, status, limits)
            continue
        identity = (status.st_dev, status.st_ino)
        refused = _folder_refused(path, identity, above, seen, is_root=path == root)
        if refused is not None:
            yield refused
            continue
        seen.add(identity)
        names = _names(path)
        if isinstance(names, Rejected):
            yield names
            continue
        inside = above | {identity}
        stack.extend((os.path.join(path, name), inside) for name in reversed(names))  # noqa: PTH118 - as above


def _status(path: str, roots: list[str] | None) -> os.stat_result | Rejected:
    """Return what lies at a path, or why it is not looked at: as a link it may lead out of all `roots`, if any."""
    try:
        status = os.stat(path, follow_symlinks=roots is None)  # noqa: PTH116 - thousands of files: str costs less
        if not stat.S_ISLNK(status.st_mode):
            return status
        status = os.stat(path)  # noqa: PTH116 - as above
    except OSError as error:
        return _unreadable(path, error)
    target = os.path.realpath(path)
    if any(target == root or target.startswith(root.rstrip("/") + "/") for root in roots or ()):
        return status
    reason = f"a link that leads out of the folder, to {display(target)}: not followed; --follow-links follows it"
    return Rejected(display(path), None, None, "link", reason)


def _folder_refused(
    path: str,
    identity: tuple[int, int],
    above: frozenset[tuple[int, int]],
    seen: set[tuple[int, int]],
    *,
    is_root: bool,
) -> Skipped | Rejected | None:
    """Return why this folder is not entered, if it is not."""
    name = display(path)
    if identity in above:
        return Rejected(name, None, None, "loop", "a link that leads back into a folder that holds it")
    if identity in seen:
        return Skipped(name, "a link to a folder that was read already")
    known = None if is_root else FOLDERS.get(os.path.basename(path).lower())  # noqa: PTH119 - as above
    return None if known is None else Skipped(name, known)


def _names(path: str) -> list[str] | Rejected:
    try:
        return sorted(os.listdir(path))  # noqa: PTH208 - only the names are needed
    except OSError as error:
        return _unreadable(path, error)


def _file(path: str, status: os.stat_result, limits: Limits) -> Found:
    name = display(path)
    if not stat.S_ISREG(status.st_mode):
        what = SPECIAL.get(stat.S_IFMT(status.st_mode), "no plain file")
        return Rejected(name, None, None, "special_file", f"{what}: it was not opened")
    if not os.access(path, os.R_OK):
        return Rejected(name, None, None, "unreadable", "permission denied")
    modified = stamp(datetime.fromtimestamp(max(0, int(status.st_mtime)), UTC))
    return _judged(Candidate(name, Path(path), status.st_size, modified), limits)


def _judged(candidate: Candidate, limits: Limits) -> Found:
    reason = no_log(candidate.name.rpartition("/")[2])
    if reason is not None:
        return Skipped(candidate.name, reason)
    if candidate.size == 0:
        return Skipped(candidate.name, "empty")
    if candidate.size > limits.max_inflated:
        reason = f"{candidate.size} bytes, more than the {limits.max_inflated} that one input may have"
        return Rejected(candidate.name, None, None, "unsupported", reason)
    return candidate


def _unreadable(path: str, error: OSError) -> Rejected:
    name = display(path)
    if error.errno == errno.ELOOP:
        return Rejected(name, None, None, "loop", "links that lead to each other")
    if error.errno == errno.ENOENT:
        return Rejected(name, None, None, "unreadable", "a link to what does not exist, or gone meanwhile")
    reason = (
        "permission denied" if isinstance(error, PermissionError) else os.strerror(error.errno or errno.EIO).lower()
    )
    return Rejected(name, None, None, "unreadable", reason)
