"""The table of kinds of persistence: the calls that make each, what it is called, and what takes it back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jumpkit.kit import strictyaml
from jumpkit.kit.errors import Unreadable

OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Undo:
    """Calls that take a thing back, and how they name it."""

    calls: tuple[str, ...]
    key: tuple[str, ...] | None  # None: as the kind itself
    of: str | None  # name, with, account: what of the thing a key of one part must equal
    only: dict[str, re.Pattern[str]]
    narrows: str | None  # path to a document that takes the thing back where it lets in nobody


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing."""

    kind: str
    title: str
    service: str
    everywhere: bool
    calls: tuple[str, ...]
    name: tuple[str, ...]
    key: tuple[str, ...]
    each: bool
    bare: bool
    beside: tuple[str, ...]
    to: tuple[str, ...]
    policy: str | None
    outside_only: bool
    only: dict[str, re.Pattern[str]]
    gives: str
    attack: tuple[str, ...]
    undone: tuple[Undo, ...]
    made: Undo | None  # of what takes sight away: the calls that had set up what was taken
    revert: str
    command: str | None
    stays: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """All kinds, and what is known and not detected."""

    kinds: tuple[Kind, ...]
    not_covered: tuple[tuple[str, str], ...]


@cache
def table() -> Table:
    """Return the table as the package holds it."""
    data = files("jumpkit.content").joinpath("persistence", "aws.yaml").read_bytes()
    try:
        ((said, _, _),) = strictyaml.documents(data)
        missing = tuple((each["what"], each["because"]) for each in said["not_covered"])
        return Table(tuple(map(_kind, said["kinds"])), missing)
    except (strictyaml.BadYaml, KeyError, TypeError, AttributeError, ValueError, re.error) as error:
        raise Unreadable(
            f"the table of persistence cannot be understood: {error}", target="persistence/aws.yaml"
        ) from error


_FIELDS = frozenset(
    [
        "kind", "title", "service", "everywhere", "calls", "name", "key", "each", "bare", "with", "to", "policy",
        "only", "gives", "attack", "undone", "made", "revert", "do", "stays",
    ]
)  # fmt: skip


def _kind(said: dict[str, Any]) -> Kind:
    strange = sorted(set(said) - _FIELDS)
    if strange:
        raise ValueError(f"{said['kind']} has {', '.join(strange)}")
    only = said.get("only")
    name = tuple(said["name"])
    return Kind(
        kind=said["kind"],
        title=said["title"],
        service=said["service"],
        everywhere=said.get("everywhere", False),
        calls=tuple(said["calls"]),
        name=name,
        key=tuple(said.get("key", ("|".join(name),))),
        each=said.get("each", False),
        bare=said.get("bare", False),
        beside=tuple(said.get("with", ())),
        to=tuple(said.get("to", ())),
        policy=said.get("policy"),
        outside_only=only == OUTSIDE,
        only={} if only in (None, OUTSIDE) else _forms(only),
        gives=said["gives"],
        attack=tuple(said["attack"]),
        undone=tuple(map(_undo, said.get("undone", ()))),
        made=_undo(said["made"]) if "made" in said else None,
        revert=said["revert"],
        command=said.get("do"),
        stays=said.get("stays"),
    )


def _undo(said: dict[str, Any]) -> Undo:
    key = said.get("key")
    return Undo(
        calls=tuple(said["calls"]),
        key=None if key is None else tuple(key),
        of=said.get("of"),
        only=_forms(said.get("only", {})),
        narrows=said.get("narrows"),
    )


def _forms(said: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {path: re.compile(str(form)) for path, form in said.items()}
