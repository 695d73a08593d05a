"""Options that every command has, and the one object they become."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Bag:
    """A bag that is read in place of a workspace, and what opens it."""

    path: Path
    identities: tuple[Path, ...] = ()
    passphrase_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """What was said for every command: the workspace, the form of output, and how much to say."""

    home: Path | None = None
    as_json: bool = False
    quiet: bool = False
    verbose: int = 0
    bag: Bag | None = None


def shared_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--home --json -q -v` and hand it one `shared: Shared`, joined with what stood before its name."""

    @click.option("--home", type=click.Path(path_type=Path), help="Workspace folder (JUMPKIT_HOME).")
    @click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
    @click.option("-q", "--quiet", is_flag=True, help="No progress.")
    @click.option("-v", "--verbose", count=True, help="Say more; twice for everything.")
    @functools.wraps(function)
    def wrapped(*args: Any, home: Path | None, as_json: bool, quiet: bool, verbose: int, **kwargs: Any) -> Any:
        context = click.get_current_context(silent=True)
        outer = context.parent.find_object(Shared) if context and context.parent else None
        shared = outer or Shared()
        shared = replace(
            shared,
            home=home or shared.home,
            as_json=as_json or shared.as_json,
            quiet=quiet or shared.quiet,
            verbose=max(verbose, shared.verbose),
        )
        return function(*args, shared=shared, **kwargs)

    return wrapped
