"""What commands on clouds share: whose rights are used, and NAME=VALUE pairs."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import click

from jumpkit.kit.errors import BadUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def cloud_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--profile --role-arn --external-id --region` and hand it one `access`."""

    @click.option("--profile", help="Profile of the AWS configuration.")
    @click.option("--role-arn", help="Role to assume first.")
    @click.option("--external-id", help="External id that the role asks for.")
    @click.option("--region", help="Region; the usual variables and profiles say it where it is not given.")
    @functools.wraps(function)
    def wrapped(*args: Any, **said: Any) -> Any:
        from jumpkit.cloud.aws.door import Access  # noqa: PLC0415 - loaded when a command runs

        names = ("profile", "role_arn", "external_id", "region")
        access = Access(**{name: said.pop(name) for name in names})
        return function(*args, access=access, **said)

    return wrapped


def pairs(said: Iterable[str], form: str) -> Iterator[tuple[str, str]]:
    """Yield NAME and VALUE of each NAME=VALUE.

    Raises:
        BadUsage: one has another form.

    """
    for each in said:
        name, equals, value = each.partition("=")
        if not (name and equals and value):
            raise BadUsage(f"{each!r} is not understood", target=each, hint=form)
        yield name, value
