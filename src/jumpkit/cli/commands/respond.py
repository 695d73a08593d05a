"""On call: name a suspect or hand in an alert; it gathers, asks what to do and at what cost, and makes a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jumpkit.cli.cloud import cloud_options
from jumpkit.cli.options import Shared, shared_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.respond.options import Option

_KINDS = {"keys": "access_key", "instances": "instance", "roles": "role", "users": "user", "buckets": "bucket"}


@click.command("respond", help=__doc__)
@click.option("--key", "keys", multiple=True, help="Access key id: AKIA…")
@click.option("--instance", "instances", multiple=True, help="Instance id: i-…")
@click.option("--role", "roles", multiple=True, help="Role, by its name.")
@click.option("--user", "users", multiple=True, help="IAM user, by its name.")
@click.option("--bucket", "buckets", multiple=True, help="Bucket, by its name.")
@click.option("--finding", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="An alert's JSON.")
@click.option("--case", help="The case that it belongs to; a new one by default.")
@click.option("--account", help="The account that we must be in; anything else is refused.")
@click.option(
    "--yes-to-defaults", is_flag=True, help="Answer every question with what is usual; nothing is changed yet."
)
@cloud_options
@shared_options
def command(shared: Shared, *, access: Any, yes_to_defaults: bool, **said: Any) -> int:
    """Respond to a suspicion."""
    from jumpkit.app.responding import OnCall, respond
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json
    from jumpkit.cli.responding import tell

    suspects = [(kind, uid) for name, kind in _KINDS.items() for uid in said[name]]
    asked = OnCall(suspects, said["finding"], said["case"], said["account"], access)
    body = respond(opening(shared), asked, _choosing(shared, usual=yes_to_defaults))
    if shared.as_json:
        emit_json({name: value for name, value in body.items() if name != "body"})
    else:
        tell(body)
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
