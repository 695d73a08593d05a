"""Plan to keep a suspect as evidence: protected, its disks copied, its versions kept; nothing is cut off."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.cloud import cloud_options
from jumpkit.cli.options import Shared, shared_options
from jumpkit.cli.suspects import suspect_options, suspects_of

_WANTED = frozenset({"protect", "disks", "keep"})


@click.command("preserve", help=__doc__)
@suspect_options
@cloud_options
@shared_options
def command(shared: Shared, *, access: Any, **said: Any) -> int:
    """Plan to preserve evidence."""
    from jumpkit.app.responding import OnCall, respond
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json
    from jumpkit.cli.responding import tell

    asked = OnCall(suspects_of(said), said["finding"], said["case"], said["account"], access)
    body = respond(opening(shared), asked, lambda option: option.name in _WANTED)
    if shared.as_json:
        emit_json({name: value for name, value in body.items() if name != "body"})
    else:
        tell(body)
    return 0
