"""Looks at this machine: what works, what is missing and what it would give."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from jumpkit import __version__
from jumpkit.app.rulebook import listing
from jumpkit.kit.errors import JumpkitError
from jumpkit.store.book import open_book

if TYPE_CHECKING:
    from pathlib import Path

    from jumpkit.app.workspace import Opening

_EXTRAS = {
    "age": ("pyrage", "encrypted backups"),
    "aws": ("boto3", "s3:// inputs"),
    "notify": ("apprise", "channels of kind apprise"),
    "postgresql": ("pg8000", "books on a PostgreSQL server"),
    "tsa": ("rfc3161_client", "time stamps"),
}
_LITTLE = 2 << 30  # bytes


@dataclass(frozen=True, slots=True)
class Check:
    """One look: ok, missing (an extra would give more) or broken (jumpkit cannot do its work)."""

    name: str
    state: str
    found: str
    means: str

    def as_dict(self) -> dict[str, Any]:
        """Return the check as JSON has it."""
        return asdict(self)


def examine(opening: Opening) -> list[Check]:
    """Return all checks; nothing is written."""
    return [
        _python(),
        _database(),
        *(_library(name) for name in ("duckdb", "pyarrow", "msgspec", "cryptography", "pysigma", "deflate", "isal")),
        *(_extra(name, module, gives) for name, (module, gives) in _EXTRAS.items()),
        _home(opening),
        _space(opening.home),
        _rules(opening.home),
    ]


def _python() -> Check:
    found = f"jumpkit {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return Check("python", "ok" if sys.version_info >= (3, 11) else "broken", found, "jumpkit needs Python 3.11")


def _database() -> Check:
    new_enough = sqlite3.sqlite_version_info >= (3, 35)
    means = "SQLite 3.35 or later is needed for the book"
    return Check("sqlite", "ok" if new_enough else "broken", sqlite3.sqlite_version, means)


def _library(name: str) -> Check:
    try:
        return Check(name, "ok", version(name), "")
    except PackageNotFoundError:
        return Check(name, "broken", "not installed", f"install jumpkit again; it needs {name}")


def _extra(name: str, module: str, gives: str) -> Check:
    if find_spec(module) is not None:
        return Check(f"extra {name}", "ok", f"gives {gives}", "")
    return Check(f"extra {name}", "missing", "not installed", f"pip install 'jumpkit[{name}]' gives {gives}")


def _home(opening: Opening) -> Check:
    home = opening.home
    if not home.exists():
        return Check("workspace", "ok", f"{home} will be made at the first triage", "")
    try:
        with open_book(home, opening.url, readonly=True).read() as tx:
            cases = tx.count("case_")
    except JumpkitError as error:
        return Check("workspace", "broken", f"{home}: {error.message}", error.hint or "")
    loose = home.stat().st_mode & 0o077
    if loose:
        return Check("workspace", "broken", f"{home} can be read by others", f"chmod 700 {home}")
    return Check("workspace", "ok", f"{home}, {cases} cases", "")


def _space(home: Path) -> Check:
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    state = "ok" if free > _LITTLE else "broken"
    return Check(
        "disk", state, f"{free / (1 << 30):.1f} GiB free", "inputs are copied before they are read: --in-place"
    )


def _rules(home: Path) -> Check:
    found = listing(home, (), own=True)
    live = sum(item["live"] for item in found)
    state = "ok" if live == len(found) and live else "broken"
    return Check("rules", state, f"{live} of {len(found)} own rules live", "jumpkit rules list says why")
