"""Gather what only reading gathers of a suspect, now, sealed and accounted for; nothing is changed."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.cloud import cloud_options
from jumpkit.cli.options import Shared, shared_options
from jumpkit.cli.suspects import respond_to, suspect_options


@click.command("collect", help=__doc__)
@suspect_options
@cloud_options
@shared_options
def command(shared: Shared, *, access: Any, **said: Any) -> int:
    """Gather evidence."""
    body = respond_to(shared, access, said, lambda option: not option)
    return 1 if any(each["outcome"] != "done" for each in body["gathered"]) else 0
