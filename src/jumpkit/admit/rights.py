"""What each role may do, as `content/desk/roles.yaml` says it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from jumpkit.kit.errors import BadUsage
from jumpkit.kit.strictyaml import documents

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Role:
    """A function in a response, the roles in a cloud that it may take, and its rights."""

    role: str
    about: str
    cloud: tuple[str, ...]
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """All rights with what each lets somebody do, and all roles."""

    rights: Mapping[str, str]
    roles: Mapping[str, Role]


@cache
def table() -> Table:
    """Return the table.

    Raises:
        ValueError: a role names a right that there is not.

    """
    [(body, _, _)] = documents((files("jumpkit.content") / "desk" / "roles.yaml").read_bytes())
    roles = {
        name: Role(name, said["about"], tuple(said["cloud"]), frozenset(said["may"]))
        for name, said in body["roles"].items()
    }
    strange = sorted({right for role in roles.values() for right in role.may} - set(body["rights"]))
    if strange:
        raise ValueError(f"there is no right {strange[0]}")
    return Table(MappingProxyType(body["rights"]), MappingProxyType(roles))


def role_of(name: str) -> Role:
    """Return a role.

    Raises:
        BadUsage: there is no such role.

    """
    known = table().roles
    if name not in known:
        raise BadUsage(f"there is no role {name!r}", target=name, hint=f"one of {', '.join(known)}")
    return known[name]
