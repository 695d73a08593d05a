"""Plan to keep a suspect as evidence: protected, its disks copied, its versions kept; nothing is cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jumpkit.cli.cloud import cloud_options
from jumpkit.cli.options import Shared, shared_options
from jumpkit.cli.suspects import respond_to, suspect_options
from jumpkit.kit.errors import BadUsage

if TYPE_CHECKING:
    from collections.abc import Mapping

_WANTED = frozenset({"protect", "disarm", "disks", "keep"})


@click.command("preserve", help=__doc__)
@suspect_options
@click.option(
    "--check", is_flag=True, help="Only look for what would destroy an --instance or its evidence; plan nothing."
)
@cloud_options
@shared_options
def command(shared: Shared, *, access: Any, check: bool, **said: Any) -> int:
    """Plan to preserve evidence, or look for what would destroy it."""
    if check:
        return _check(shared, access, said)
    respond_to(shared, access, said, lambda option: option.name in _WANTED)
    return 0


def _check(shared: Shared, access: Any, said: Mapping[str, Any]) -> int:
    """Look for triggers and tell them."""
    from jumpkit.app.triggers import look
    from jumpkit.cli.output import emit_json

    strange = [name for name, value in said.items() if value and name not in {"instances", "account"}]
    if strange or not said["instances"]:
        hint = "jumpkit preserve --check --instance i-…"
        raise BadUsage("only instances are looked at for what would destroy them", target="--check", hint=hint)
    body = look(said["instances"], access, said["account"])
    if shared.as_json:
        emit_json(body)
    else:
        _tell(body)
    return int(any(each["triggers"] for each in body["instances"]))


def _tell(body: Mapping[str, Any]) -> None:
    from jumpkit.cli.output import line

    for each in body["instances"]:
        line(f"{each['instance']}: {len(each['triggers'])} would or may destroy it or its evidence")
        for one in each["triggers"]:
            cure = one["neutralize"]
            line(f"  {one['state']:<9} {one['trigger']}: {one['says']} ({one['read']})")
            line(f"            destroys   {one['destroys']}")
            step = f"{cure['action']}={cure['target']['uid']}" if cure else f"none: {one['none']}"
            line(f"            neutralize {step}")
        for limit in each["limits"]:
            line(f"  limit     {limit}")
