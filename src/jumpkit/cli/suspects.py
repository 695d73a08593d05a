"""How a suspect is named on the command line: by its kind and id, or by an alert's file."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumpkit.cli.options import Shared
    from jumpkit.respond.options import Option

_KINDS = {
    "keys": ("--key", "access_key", "Access key id: AKIA…"),
    "instances": ("--instance", "instance", "Instance id: i-…"),
    "roles": ("--role", "role", "Role, by its name."),
    "users": ("--user", "user", "IAM user, by its name."),
    "buckets": ("--bucket", "bucket", "Bucket, by its name."),
}


def suspect_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command an option for each kind of suspect, `--finding --case --account`."""
    wrapped = function
    for name, (option, _, said) in reversed(_KINDS.items()):
        wrapped = click.option(option, name, multiple=True, help=said)(wrapped)
    for decorate in (
        click.option("--account", help="The account that we must be in; anything else is refused."),
        click.option("--case", help="Its case; by default the open one that has this alert, else a new one."),
        click.option(
            "--finding",
            type=click.Path(path_type=Path, dir_okay=False),
            callback=_there,
            help="An alert's JSON, or F-…: a finding of the workspace.",
        ),
    ):
        wrapped = decorate(wrapped)
    return functools.wraps(function)(wrapped)


def _there(_: click.Context, __: click.Parameter, value: Path | None) -> Path | None:
    if value is not None and not value.exists() and not value.name.startswith("F-"):
        raise click.BadParameter(f"there is no file {value}, and a finding's id begins with F-")
    return value


def _hear(text: str) -> None:
    from jumpkit.cli.output import line  # noqa: PLC0415 - loaded when a command runs

    for each in text.splitlines():
        line(each)


def respond_to(
    shared: Shared, access: Any, said: Mapping[str, Any], choose: Callable[[Option], bool] | None
) -> dict[str, Any]:
    """Gather, plan what `choose` answers with yes, and show it; return what `respond` returned."""
    from jumpkit.app.responding import OnCall, respond  # noqa: PLC0415 - loaded when a command runs
    from jumpkit.cli.opening import opening  # noqa: PLC0415 - as above
    from jumpkit.cli.output import emit_json  # noqa: PLC0415 - as above
    from jumpkit.cli.responding import tell  # noqa: PLC0415 - as above

    suspects = [(kind, uid) for name, (_, kind, _) in _KINDS.items() for uid in said[name]]
    asked = OnCall(suspects, said["finding"], said["case"], said["account"], access)
    body = respond(opening(shared), asked, choose, None if shared.as_json else _hear)
    if shared.as_json:
        emit_json({name: value for name, value in body.items() if name != "body"})
    else:
        tell(body)
    return body
