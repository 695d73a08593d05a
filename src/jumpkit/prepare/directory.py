"""The directory that a client keeps: read from a file, kept as rows of the book, and read back."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from jumpkit.kit import strictyaml
from jumpkit.kit.errors import BadUsage, Tampered
from jumpkit.model.escalation import Policy
from jumpkit.model.paths import Provider
from jumpkit.model.people import Contact, Needs, Rota, Service
from jumpkit.prepare.oncall import check_shifts
from jumpkit.store.book import WORKSPACE
from jumpkit.store.book.rows import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumpkit.store.book import Tx

# Section of the file → what each of its entries is.
SECTIONS: Mapping[str, type[Any]] = MappingProxyType(
    {
        "contacts": Contact,
        "rotas": Rota,
        "services": Service,
        "providers": Provider,
        "escalation": Policy,
    }
)
NEEDED = "roles/needed"
BASIC = ("manager", "communicator")  # roles that every case needs
_HINT = "docs/add/contact.md"


@dataclass(frozen=True, slots=True)
class Directory:
    """Everything that was written down before."""

    contacts: Mapping[str, Contact] = field(default_factory=dict)
    rotas: Mapping[str, Rota] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    providers: Mapping[str, Provider] = field(default_factory=dict)
    escalation: Mapping[str, Policy] = field(default_factory=dict)
    needed: tuple[str, ...] = BASIC


def read_entries(data: bytes, where: str) -> dict[str, dict[str, Any]]:
    """Return the entries of a file, `section/name` → body, each of which is understood.

    Raises:
        BadUsage: something is not; the message says which entry and what.

    """
    try:
        found = strictyaml.documents(data)
    except strictyaml.BadYaml as caught:
        raise BadUsage(f"the file is not understood: {caught}", target=where, hint=_HINT) from caught
    if len(found) != 1 or not isinstance(found[0][0], dict):
        raise BadUsage("the file is one map of sections", target=where, hint=_HINT)
    entries = dict(_entries(found[0][0], where))
    for entry, body in entries.items():
        shaped(entry, body)
    return entries


def _entries(body: dict[str, Any], where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    strange = sorted(set(body) - {*SECTIONS, "roles"})
    if strange:
        known = ", ".join([*SECTIONS, "roles"])
        raise BadUsage(f"there is no section {strange[0]}", target=where, hint=f"sections: {known}")
    for section, named in body.items():
        if section == "roles":
            yield NEEDED, {"roles": named}
        elif not isinstance(named, dict):
            raise BadUsage(f"{section} is a map, name → entry", target=where, hint=_HINT)
        else:
            yield from ((f"{section}/{name}", each) for name, each in named.items())


def shaped(entry: str, body: Any) -> Any:
    """Return an entry as its noun.

    Raises:
        BadUsage: it is not understood.

    """
    section, _, name = entry.partition("/")
    kind = Needs if section == "roles" else SECTIONS[section]
    try:
        if section != "roles":
            msgspec.convert({"on": [name]}, Service)  # the rule for names stands in the nouns
        made = msgspec.convert(body, kind)
    except msgspec.ValidationError as caught:
        raise BadUsage(f"{entry} is not understood: {caught}", target=entry, hint=_HINT) from caught
    for zone in _zones(made):
        _check_zone(entry, zone)
    if isinstance(made, Rota):
        check_shifts(made)
    return made


def _zones(made: Any) -> Iterator[str]:
    if isinstance(made, Contact | Rota) and made.zone is not None:
        yield made.zone
    if isinstance(made, Rota):
        yield from (layer.zone for layer in made.layers if layer.zone is not None)


def _check_zone(entry: str, zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as caught:
        hint = "such as Europe/Berlin"
        raise BadUsage(f"{entry}: there is no time zone {zone!r}", target=entry, hint=hint) from caught


def rows_of(entries: Mapping[str, dict[str, Any]], stamps: Mapping[str, str], source: str) -> list[dict[str, Any]]:
    """Return the rows that keep the entries."""
    return [
        {"case": WORKSPACE, "entry": entry, "section": entry.partition("/")[0], "body": to_json(body)}
        | {"source": source, **stamps}
        for entry, body in sorted(entries.items())
    ]


def directory_of(tx: Tx) -> Directory:
    """Return the directory that the book keeps.

    Raises:
        Tampered: a row is none that was ever taken in.

    """
    found: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    needed = BASIC
    for row in tx.rows("directory", case=WORKSPACE):
        section, _, name = row["entry"].partition("/")
        try:
            made = shaped(row["entry"], from_json(row["body"]))
        except (BadUsage, ValueError, KeyError, TypeError) as caught:
            raise Tampered("a row of the directory is not what was taken in", target=row["entry"]) from caught
        if section == "roles":
            needed = made.roles
        else:
            found[section][name] = made
    return Directory(**found, needed=needed)


def plain(noun: Any) -> Any:
    """Return a noun as JSON has it."""
    return msgspec.to_builtins(noun, str_keys=True)
