"""A log source as data: which fields a record has, which OCSF attribute each becomes, what is dropped and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jumpkit.kit import strictyaml
from jumpkit.kit.errors import NotFound, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    text: str | None = None  # as the log has it, where that is no JSON: a heading, if any, and the line


@dataclass(frozen=True, eq=False)
class Source:
    """One log source, as its YAML file tells it; `tables` holds the tables that decide rather than copy."""

    id: str
    kind: str  # cloudtrail, lines, json or parquet: how its records are cut
    title: str
    about: str
    logsource: Mapping[str, str]  # what rules call it
    logsources: tuple[Mapping[str, str], ...]  # the same and every other name that rules know it by
    fields: Mapping[str, tuple[str, ...]]  # how it is read → top-level fields
    mapping: Mapping[str, tuple[str, ...]]  # OCSF attribute → vendor paths, the first that holds a value counts
    decided: Mapping[str, Mapping[str, Any]]  # OCSF attribute → {from: fields, how: sentence}
    dropped: tuple[Dropped, ...]
    aliases: Mapping[str, str]  # a Sigma rule's name → the record's path
    wrappers: Mapping[str, str]  # key that holds records → list, object, text, or any (list or object)
    examples: tuple[Example, ...]
    tables: Mapping[str, Any]

    @property
    def known(self) -> frozenset[str]:
        """Return every top-level field that the file names."""
        return frozenset(name for names in self.fields.values() for name in names)


def _numbered(value: Any) -> Any:
    """Return the value with keys that are whole numbers as numbers: OCSF's classes and activities are named so."""
    if isinstance(value, dict):
        return {int(key) if key.isdecimal() else key: _numbered(item) for key, item in value.items()}
    return [_numbered(item) for item in value] if isinstance(value, list) else value


def parse_source(source: str, text: str) -> Source:
    """Return the source that `text` describes; Unreadable where it is no such file."""
    try:
        ((read, _, _),) = strictyaml.documents(text.encode())
        told = _numbered(read)
        named = told["logsource"]
        logsources = tuple(named) if isinstance(named, list) else (named,)
        return Source(
            id=source,
            kind=told["kind"],
            title=told["title"],
            about=told["about"],
            logsource=logsources[0],
            logsources=logsources,
            fields={how: tuple(names) for how, names in told["fields"].items()},
            mapping={name: tuple(paths) for name, paths in told["map"].items()},
            decided=told.get("decided", {}),
            dropped=tuple(Dropped(**each) for each in told.get("dropped", ())),
            aliases=told.get("aliases", {}),
            wrappers=told.get("wrappers", {}),
            examples=tuple(Example(**each) for each in told.get("examples", ())),
            tables=told,
        )
    except (strictyaml.BadYaml, KeyError, TypeError, AttributeError, ValueError) as error:
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
