"""How a suspect is named on the command line: by its kind and id, or by an alert's file."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
        click.option("--case", help="The case that it belongs to; a new one by default."),
        click.option(
            "--finding", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="An alert's JSON."
        ),
    ):
        wrapped = decorate(wrapped)
    return functools.wraps(function)(wrapped)


def suspects_of(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the suspects that were named, as kind and id."""
    return [(kind, uid) for name, (_, kind, _) in _KINDS.items() for uid in said[name]]
