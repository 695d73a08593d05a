"""Which resources a permission can be held to, from the table that the package holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jumpkit.kit import strictyaml
from jumpkit.kit.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FILE = ("permissions", "aws-scopes.yaml")
_MANY = 12  # kinds of resources that are still named one by one


@dataclass(frozen=True, slots=True)
class Scopes:
    """Kinds of resources with their ARNs, and the kinds that each permission can be held to."""

    resources: Mapping[str, str]
    actions: Mapping[str, tuple[str, ...]]


@cache
def scopes() -> Scopes:
    """Return the table."""
    try:
        ((said, _, _),) = strictyaml.documents(files("jumpkit.content").joinpath(*_FILE).read_bytes())
        return Scopes(
            {f"{service}:{kind}": arn for service, arns in said["resources"].items() for kind, arn in arns.items()},
            {
                f"{service}:{name}": tuple(f"{service}:{kind}" for kind in each["kinds"])
                for service, held in said["actions"].items()
                for each in held
                for name in each["actions"]
            },
        )
    except (strictyaml.BadYaml, KeyError, TypeError, AttributeError, ValueError) as error:
        raise Unreadable(f"the table of scopes cannot be understood: {error}", target="/".join(_FILE)) from error


def held_to(action: str, partition: str, account: str | None, within: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the ARNs that a permission can be held to; `*` alone where it cannot, or where that is not known.

    within: permissions whose kinds of resources are meant, of those that are many; else all that its service has.

    >>> held_to("iam:PutRolePolicy", "aws", "111122223333"), held_to("ec2:DescribeInstances", "aws", None)
    (('arn:aws:iam::111122223333:role/*',), ('*',))
    """
    table = scopes()
    kinds = table.actions.get(action, ())
    if len(kinds) > _MANY:
        meant = {kind for each in within for kind in table.actions.get(each, ())}
        kinds = tuple(kind for kind in kinds if kind in meant)
        if not kinds:
            return (f"arn:{partition}:{action.partition(':')[0]}:*:*:*",)
    found = {table.resources[kind].format(partition=partition, account=account or "*") for kind in kinds}
    return tuple(sorted(found)) or ("*",)
