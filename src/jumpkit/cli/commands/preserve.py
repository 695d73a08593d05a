"""Plan to keep a suspect as evidence: protected, its disks copied, its versions kept; nothing is cut off."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.cloud import cloud_options
from jumpkit.cli.options import Shared, shared_options
from jumpkit.cli.suspects import respond_to, suspect_options

_WANTED = frozenset({"protect", "disks", "keep"})


@click.command("preserve", help=__doc__)
@suspect_options
@cloud_options
@shared_options
def command(shared: Shared, *, access: Any, **said: Any) -> int:
    """Plan to preserve evidence."""
    respond_to(shared, access, said, lambda option: option.name in _WANTED)
    return 0
