"""Writing a report: the format's file, its digest, and what the format leaves out."""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol, cast

from jumpkit.kit.errors import BadUsage
from jumpkit.report.material import Loss, Material, Written, guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_FOLDER = "jumpkit.report.kinds"


class Format(Protocol):
    """A module of the kinds folder; its file's name, with `-` for `_`, is the format's id."""

    TITLE: str  # what it is, in a few words
    FILE: str  # the name under which a report of this format lies in a case's folder

    def write(self, material: Material, put: Callable[[str], None]) -> Sequence[Loss]:
        """Put the document out piece by piece; return what it could not carry."""


@cache
def formats() -> tuple[str, ...]:
    """Return the ids of all formats, from the folder's listing alone, sorted.

    >>> "html" in formats() and "stix" in formats()
    True
    """
    names = (each.name for each in files(_FOLDER).iterdir())
    return tuple(sorted(name[:-3].replace("_", "-") for name in names if name.endswith(".py") and name[0] != "_"))


def format_of(fmt: str) -> Format:
    """Return the format of this id; raise BadUsage naming those there are."""
    if fmt not in formats():
        raise BadUsage(f"There is no report format {fmt!r}.", target=fmt, hint=f"One of: {', '.join(formats())}.")
    return cast("Format", import_module(f"{_FOLDER}.{fmt.replace('-', '_')}"))


def prepare(fmt: str) -> None:
    """Load a format, and what it makes ready before there is anything to write."""
    ready: Callable[[], None] | None = getattr(format_of(fmt), "prepare", None)
    if ready is not None:
        ready()


def render(material: Material, fmt: str, out: Path | IO[bytes]) -> Written:
    """Write the report in a format to a path (whole or not at all) or a binary stream; return its digest and losses."""
    chosen = format_of(fmt)
    ready = guarded(material)
    if not isinstance(out, Path):
        return _poured(chosen, ready, out, None)
    out.parent.mkdir(parents=True, exist_ok=True)
    # the draft bears the name of what it will be: were it left behind by a kill, verify can tell whose it is
    handle, name = tempfile.mkstemp(prefix=f".{out.stem[:100]}-", dir=out.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            written = _poured(chosen, ready, stream, out)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return written


def _poured(chosen: Format, material: Material, stream: IO[bytes], path: Path | None) -> Written:
    digest = hashlib.sha256()
    size = 0

    def put(text: str) -> None:
        nonlocal size
        data = text.encode("utf-8", "backslashreplace")
        digest.update(data)
        size += len(data)
        stream.write(data)

    losses = chosen.write(material, put)
    return Written(path=path, sha256=digest.hexdigest(), size=size, losses=tuple(losses))
