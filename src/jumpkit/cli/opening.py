"""From what was said on the command line to an open workspace."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

from jumpkit.app.settings import settle, settle_home
from jumpkit.app.workspace import Opening
from jumpkit.kit.clock import system_clock

if TYPE_CHECKING:
    from jumpkit.cli.options import Shared


def opening(shared: Shared, **flags: Any) -> Opening:
    """Return how the workspace is to be opened; `flags` are settings that were given on the command line."""
    home = settle_home(shared.home).value
    settings = settle(home, **flags)
    return Opening(home, system_clock, settings["actor"].value or _user(), settings)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no entry for this user id, as in small containers
        return "unknown user"
