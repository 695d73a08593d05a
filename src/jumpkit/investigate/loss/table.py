"""The table of stores: where data lies, by which calls it leaves, and how that is recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

from jumpkit.kit import strictyaml
from jumpkit.kit.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Read:
    """Calls that hand out content."""

    service: str
    calls: tuple[str, ...]
    store: tuple[str, ...]
    objects: tuple[str, ...]
    bytes: bool
    counted: bool
    copied_from: str | None
    to: tuple[str, ...]
    where: dict[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """Calls by which data goes another way: control, handed, exposed."""

    service: str
    calls: tuple[str, ...]
    store: tuple[str, ...]
    does: str
    to: tuple[str, ...]
    only: str | None
    policy: str | None
    public: tuple[str, ...]
    unmapped: bool
    answered: bool
    back: tuple[str, ...]
    back_only: str | None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of store."""

    kind: str
    title: str
    service: str
    store: tuple[str, ...]
    recorded: dict[str, str]
    same: str | None
    touched: tuple[str, ...]
    reads: tuple[Read, ...]
    steps: tuple[Step, ...]
    services: tuple[str, ...] = field(default=())
    note: str | None = None

    def touches(self, operation: str) -> bool:
        """Return whether a call of this name shows access to stores of the kind."""
        return any(fnmatchcase(operation, glob) for glob in self.touched)


@dataclass(frozen=True, slots=True)
class Stores:
    """All kinds of stores, and the operations of S3 access logs that hand out content."""

    kinds: tuple[Kind, ...]
    access_log: tuple[str, ...]


@cache
def stores() -> Stores:
    """Return the table as the package holds it."""
    data = files("jumpkit.content").joinpath("stores", "aws.yaml").read_bytes()
    try:
        ((said, _, _),) = strictyaml.documents(data)
        return Stores(tuple(map(_kind, said["stores"])), tuple(said["access_log"]["reads"]))
    except (strictyaml.BadYaml, KeyError, TypeError, AttributeError, ValueError) as error:
        raise Unreadable(f"the table of stores cannot be understood: {error}", target="stores/aws.yaml") from error


def _kind(said: dict[str, Any]) -> Kind:
    service, store = said["service"], tuple(said.get("store", ()))
    reads = tuple(_read(each, service, store) for each in said.get("reads", ()))
    steps = tuple(_step(each, service, store) for each in said.get("steps", ()))
    services = tuple(sorted({service, *(each.service for each in reads), *(each.service for each in steps)}))
    return Kind(
        said["kind"],
        said["title"],
        service,
        store,
        said["recorded"],
        said.get("same"),
        tuple(said.get("touched", ())),
        reads,
        steps,
        services,
        said.get("note"),
    )


def _read(said: dict[str, Any], service: str, store: tuple[str, ...]) -> Read:
    return Read(
        service=said.get("service", service),
        calls=tuple(said["calls"]),
        store=tuple(said.get("store", store)),
        objects=tuple(said.get("objects", ())),
        bytes=said.get("bytes", False),
        counted=said.get("counted", True),
        copied_from=said.get("copied_from"),
        to=tuple(said.get("to", ())),
        where=said.get("where", {}),
    )


def _step(said: dict[str, Any], service: str, store: tuple[str, ...]) -> Step:
    back = said.get("back", {})
    return Step(
        service=said.get("service", service),
        calls=tuple(said["calls"]),
        store=tuple(said.get("store", store)),
        does=said["does"],
        to=tuple(said.get("to", ())),
        only=said.get("only"),
        policy=said.get("policy"),
        public=tuple(said.get("public", ())),
        unmapped=said.get("in") == "unmapped",
        answered=said.get("answered", False),
        back=tuple(back.get("calls", ())),
        back_only=back.get("only"),
    )
