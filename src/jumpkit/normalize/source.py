"""A log source as data: which fields a record has, which OCSF attribute each becomes, what is dropped and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from jumpkit.kit.errors import NotFound, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 1 << 20  # bytes of one source's file; more is no mapping
_SUFFIX = ".yaml"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A vendor's field that the mapping leaves behind, and why that is borne."""

    field: str
    why: str


@dataclass(frozen=True, slots=True)
class Example:
    """A raw record beside the OCSF attributes that it must become."""

    title: str
    raw: Mapping[str, Any]
    event: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Source:
    """One log source, as its YAML file tells it; `tables` holds the tables that decide rather than copy."""

    id: str
    title: str
    about: str
    logsource: Mapping[str, str]
    fields: Mapping[str, tuple[str, ...]]  # how it is read → top-level fields
    mapping: Mapping[str, tuple[str, ...]]  # OCSF attribute → vendor paths, the first that holds a value counts
    decided: Mapping[str, Mapping[str, Any]]  # OCSF attribute → {from: fields, how: sentence}
    dropped: tuple[Dropped, ...]
    aliases: Mapping[str, str]  # a Sigma rule's name → the record's path
    wrappers: Mapping[str, str]  # key that holds records → list, object or text
    examples: tuple[Example, ...]
    tables: Mapping[str, Any]

    @property
    def known(self) -> frozenset[str]:
        """Return every top-level field that the file names."""
        return frozenset(name for names in self.fields.values() for name in names)


class _Strict(yaml.SafeLoader):
    """YAML without aliases and without repeated keys."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse an alias, which could make a small file large."""
        if self.check_event(yaml.AliasEvent):
            raise Unreadable("an alias stands in a source file", hint="write the value out")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 (PyYAML's own signature)
        """Refuse a key that stands twice."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise Unreadable(f"the key {key!r} stands twice in a source file", hint="keep one of them")
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def parse_source(source: str, text: str) -> Source:
    """Return the source that `text` describes; Unreadable where it is no such file."""
    if len(text) > LARGEST:
        raise Unreadable(f"the source file is larger than {LARGEST} bytes", target=source)
    try:
        told = yaml.load(text, _Strict)  # noqa: S506 (a SafeLoader with more refusals)
        return Source(
            id=source,
            title=told["title"],
            about=told["about"],
            logsource=told["logsource"],
            fields={how: tuple(names) for how, names in told["fields"].items()},
            mapping={name: tuple(paths) for name, paths in told["map"].items()},
            decided=told["decided"],
            dropped=tuple(Dropped(**each) for each in told["dropped"]),
            aliases=told["aliases"],
            wrappers=told["wrappers"],
            examples=tuple(Example(**each) for each in told.get("examples", ())),
            tables=told,
        )
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"the source file cannot be understood: {error}", target=source) from error


def list_sources() -> list[str]:
    """Return the ids of all sources that ship with the package, sorted."""
    root = files("jumpkit.content").joinpath("sources")
    found = []
    for cloud in root.iterdir():
        if cloud.is_dir():
            found += [
                f"{cloud.name}/{each.name.removesuffix(_SUFFIX)}"
                for each in cloud.iterdir()
                if each.name.endswith(_SUFFIX)
            ]
    return sorted(found)


@cache
def load_source(source: str) -> Source:
    """Return the source with this id, such as `aws/cloudtrail`; NotFound where there is none."""
    if source not in list_sources():
        raise NotFound(
            f"there is no log source {source!r}", target=source, hint=f"there are: {', '.join(list_sources())}"
        )
    path = files("jumpkit.content").joinpath("sources", source + _SUFFIX)
    return parse_source(source, path.read_text("utf-8"))
