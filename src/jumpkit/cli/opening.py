"""From what was said on the command line to an open workspace."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Any

import click

from jumpkit.app.settings import Settled, settle, settle_home
from jumpkit.app.workspace import Opening, quietly
from jumpkit.kit.clock import system_clock
from jumpkit.kit.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from jumpkit.cli.options import Bag, Shared
    from jumpkit.preserve.sealing import Opener


def opening(shared: Shared, **flags: Any) -> Opening:
    """Return how the workspace is to be opened; `flags` are settings that were given on the command line."""
    if shared.bag is not None:
        return _from_bag(shared.bag, quietly if shared.quiet else _on_the_side)
    home = settle_home(shared.home).value
    settings = settle(home, **flags)
    say = quietly if shared.quiet else _on_the_side
    return Opening(home, system_clock, settings["actor"].value or _user(), settings, say=say)


def _on_the_side(text: str) -> None:
    sys.stderr.write(f"{printable(text)}\n")


def opener_of(identities: Sequence[Path], passphrase_file: Path | None) -> Opener:
    """Return what opens an encrypted file, read from the files that were named."""
    from jumpkit.cli.secret import passphrase_in  # noqa: PLC0415 - loaded when something is opened
    from jumpkit.preserve.sealing import Opener  # noqa: PLC0415 - as above

    return Opener([path.read_text("utf-8") for path in identities], passphrase_in(passphrase_file))


def _from_bag(bag: Bag, say: Callable[[str], None]) -> Opening:
    """Return an opening onto what is in a bag, which vanishes when the command ends."""
    from jumpkit.app.bagopen import as_home  # noqa: PLC0415 - loaded when a bag is read

    opener = opener_of(bag.identities, bag.passphrase_file)
    home, told = click.get_current_context().find_root().with_resource(as_home(bag.path, opener))
    left = f"; left out: {told['rows_withheld']} privileged rows" if told["rows_withheld"] else ""
    say(f"From a bag that was packed {told['made']}{left}.")
    settings = settle(home) | {"book": Settled(None, "bag")}
    return Opening(home, system_clock, settings["actor"].value or _user(), settings, say=say, bag=bag.path)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no entry for this user id, as in small containers
        return "unknown user"
