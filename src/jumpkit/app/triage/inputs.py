"""What lies under the paths that a person gave, before anything of it is read."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from jumpkit.collect import walk
from jumpkit.model.artifact import Candidate, Rejected, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jumpkit.app.triage.request import Request

UPLOADS = "cache/uploads"  # what the desk keeps until it is sealed
_STRANGE = (UPLOADS, "cache/lab/attacks")  # what lies in the workspace and is not its own: the lab hands logs over too


@dataclass(slots=True)
class Found:
    """Inputs to read, inputs left out at the door, and links that lead out of the folders that were given."""

    candidates: list[Candidate] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)

    def files(self) -> int:
        """Return how many there were in all."""
        return len(self.candidates) + len(self.skipped) + len(self.rejected)


def look_for(request: Request, home: Path) -> Found:
    """Return what is to be read; the workspace itself is never an input of its own."""
    found = Found()
    real = _real_paths()
    roots = [real(path) for path in request.paths if "://" not in path]
    workspace = os.path.realpath(home)
    for item in walk(request.paths, limits=request.limits, s3=request.s3, follow=request.follow):
        match item:
            case Candidate():
                _place(found, item, roots, workspace, real)
            case Skipped():
                found.skipped.append(item)
            case Rejected():
                found.rejected.append(item)
    return found


def _place(found: Found, item: Candidate, roots: list[str], workspace: str, real: Callable[[str], str]) -> None:
    if item.path is None:
        found.candidates.append(item)
        return
    target = real(str(item.path))
    if _within(target, workspace) and not _brought(target, roots, workspace):
        found.skipped.append(Skipped(item.name, "a file of jumpkit's own workspace"))
        return
    found.candidates.append(item)
    if not any(_within(target, root) for root in roots):
        found.links.append((item.name, target))


def _brought(path: str, roots: list[str], workspace: str) -> bool:
    """Tell whether a file was brought in by the desk or the lab, and it is what was asked for."""
    places = [os.path.join(workspace, each) for each in _STRANGE]  # noqa: PTH118 - texts, as below
    asked = [root for root in roots if _within(path, root)]
    return any(root != place and _within(root, place) for root in asked for place in places)


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _real_paths() -> Callable[[str], str]:
    """Return what finds a file's real path; a folder is looked up once."""

    @cache
    def folder(path: str) -> str:
        return os.path.realpath(path)

    def real(path: str) -> str:
        if os.path.islink(path):  # noqa: PTH114 - thousands of files: text costs less
            return os.path.realpath(path)
        head, tail = os.path.split(os.path.abspath(path))  # noqa: PTH100 - as above
        return os.path.join(folder(head), tail)  # noqa: PTH118 - as above

    return real
