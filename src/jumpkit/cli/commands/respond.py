"""On call: name a suspect or hand in an alert; it gathers, asks what to do and at what cost, and makes a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jumpkit.cli.cloud import cloud_options
from jumpkit.cli.options import Shared, shared_options
from jumpkit.cli.suspects import respond_to, suspect_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.respond.options import Option


@click.command("respond", help=__doc__)
@suspect_options
@click.option(
    "--yes-to-defaults", is_flag=True, help="Answer every question with what is usual; nothing is changed yet."
)
@cloud_options
@shared_options
def command(shared: Shared, *, access: Any, yes_to_defaults: bool, **said: Any) -> int:
    """Respond to a suspicion."""
    respond_to(shared, access, said, _choosing(shared, usual=yes_to_defaults))
    return 0


def _choosing(shared: Shared, *, usual: bool) -> Callable[[Option], bool] | None:
    """Return what answers the questions: the usual answers, a person at a terminal, or nobody."""
    import sys

    if usual:
        return lambda option: option.default
    if shared.as_json or not sys.stdin.isatty():
        return None
    from jumpkit.cli.responding import ask

    return ask
