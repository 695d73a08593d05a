"""Asks for a password: twice at a terminal, else one line from stdin; it never stands in a command."""

from __future__ import annotations

import getpass
import sys

from jumpkit.kit.errors import BadUsage


def asked_password(name: str) -> str:
    """Return the password that somebody typed.

    Raises:
        BadUsage: nothing was said, or it was not the same twice.

    """
    if not sys.stdin.isatty():
        said = sys.stdin.readline().rstrip("\r\n")
        if not said:
            raise BadUsage("no password came on stdin", target=name, hint="its first line counts")
        return said
    first = getpass.getpass(f"Password of {name}: ")
    if first != getpass.getpass("Again: "):
        raise BadUsage("that was not the same twice", target=name, hint="try again")
    return first
