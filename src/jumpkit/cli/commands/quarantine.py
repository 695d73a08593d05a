"""Plan to cut a suspect off: out of service, off the network, its sessions revoked; protected first."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.cloud import cloud_options
from jumpkit.cli.options import Shared, shared_options
from jumpkit.cli.suspects import respond_to, suspect_options

_WANTED = frozenset(
    {"sweep", "protect", "disarm", "service", "isolate", "sessions", "key", "user", "keys", "trust", "public", "lock"}
)


@click.command("quarantine", help=__doc__)
@suspect_options
@cloud_options
@shared_options
def command(shared: Shared, *, access: Any, **said: Any) -> int:
    """Plan a quarantine."""
    respond_to(shared, access, said, lambda option: option.name in _WANTED)
    return 0
