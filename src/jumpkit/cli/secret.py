"""Reads what opens or closes a file from a file of its own, so that no secret stands in a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.kit.errors import BadUsage

if TYPE_CHECKING:
    from pathlib import Path


def passphrase_in(path: Path | None) -> str | None:
    """Return the first line of a file of text, None where no file was named.

    Raises:
        BadUsage: it is no text, or its first line is empty.

    """
    if path is None:
        return None
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as caught:
        raise BadUsage("a passphrase is a line of text", target=str(path), hint="its first line counts") from caught
    if not lines or not lines[0]:
        raise BadUsage("the file of the passphrase begins with no line", target=str(path), hint="its first line counts")
    return lines[0]
