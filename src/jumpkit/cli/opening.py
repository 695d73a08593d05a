"""From what was said on the command line to an open workspace."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Any

from jumpkit.app.settings import settle, settle_home
from jumpkit.app.workspace import Opening, quietly
from jumpkit.kit.clock import system_clock
from jumpkit.kit.text import printable

if TYPE_CHECKING:
    from jumpkit.cli.options import Shared


def opening(shared: Shared, **flags: Any) -> Opening:
    """Return how the workspace is to be opened; `flags` are settings that were given on the command line."""
    home = settle_home(shared.home).value
    settings = settle(home, **flags)
    say = quietly if shared.quiet else _on_the_side
    return Opening(home, system_clock, settings["actor"].value or _user(), settings, say=say)


def _on_the_side(text: str) -> None:
    sys.stderr.write(f"{printable(text)}\n")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no entry for this user id, as in small containers
        return "unknown user"
