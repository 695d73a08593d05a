"""Reads the estate file, in which a client says what is its own."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jumpkit.kit import strictyaml
from jumpkit.kit.digest import sha256_hex
from jumpkit.kit.errors import BadUsage
from jumpkit.model.estate import Estate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class _NoMeaningError(Exception):
    """A value that the estate file cannot hold."""


NOTHING_SAID = Estate({}, (), (), (), {}, (), None, None)


def load_estate(path: Path | None) -> Estate:
    """Return what the file says, or an estate of which nothing is known where there is no file.

    Keys: accounts {id: name}, networks [CIDR], automation [ARN glob], people [ARN glob], regions [name],
    data_classes {class: [bucket or ARN glob]}, working_hours {zone, from, to, days}.

    Raises:
        BadUsage: the file cannot be read, or says something that has no meaning here; the message says where.

    """
    if path is None:
        return NOTHING_SAID
    said, digest = _read(path)
    readers: dict[str, Callable[[Any], Any]] = {
        "accounts": _accounts,
        "networks": _networks,
        "automation": _names,
        "people": _names,
        "data_classes": _classes,
        "regions": _names,
        "working_hours": _hours,
    }
    unknown = sorted(str(key) for key in set(said) - set(readers))
    if unknown:
        raise _bad(path, f"it knows no {', '.join(unknown)}; it knows {', '.join(readers)}")
    values: dict[str, Any] = {name: getattr(NOTHING_SAID, name) for name in readers}
    for name, value in said.items():
        try:
            values[name] = readers[name](value)
        except (_NoMeaningError, ValueError) as error:
            raise _bad(path, f"{name}: {error}") from error
    return Estate(**values, digest=digest)


def _read(path: Path) -> tuple[dict[str, Any], str]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _bad(path, f"it cannot be read ({error.strerror})") from error
    try:
        documents = strictyaml.documents(data)
    except strictyaml.BadYaml as error:
        raise _bad(path, str(error)) from error
    said = documents[0][0] if documents else {}
    if len(documents) > 1 or not isinstance(said, dict):
        raise _bad(path, "it must be one mapping")
    return said, sha256_hex(data)


def _bad(path: Path, why: str) -> BadUsage:
    return BadUsage(f"the estate file cannot be used: {why}", target=str(path), hint="docs/start.md shows an example")


def _accounts(value: Any) -> dict[str, str]:
    if isinstance(value, list):
        value = {str(item): "" for item in value}
    if not isinstance(value, dict):
        raise _NoMeaningError("a mapping of account id to name")
    accounts = {str(key).zfill(12): str(name or "") for key, name in value.items()}
    wrong = [key for key in accounts if not re.fullmatch(r"\d{12}", key)]
    if wrong:
        raise _NoMeaningError(f"{wrong[0]} is no account id of 12 digits")
    return accounts


def _networks(value: Any) -> tuple[str, ...]:
    return tuple(str(ipaddress.ip_network(item, strict=False)) for item in _names(value))


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _NoMeaningError("a list of texts")
    return tuple(value)


def _classes(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise _NoMeaningError("a mapping of data class to a list of names")
    return {str(key): _names(names) for key, names in value.items()}


def _hours(value: Any) -> tuple[str, str, str, tuple[int, ...]]:
    if not isinstance(value, dict) or not {"zone", "from", "to"} <= set(value):
        raise _NoMeaningError("zone, from, to and days, such as {zone: Europe/Berlin, from: '08:00', to: '19:00'}")
    try:
        ZoneInfo(str(value["zone"]))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise _NoMeaningError(f"no time zone is called {value['zone']}") from error
    for name in ("from", "to"):
        if not isinstance(value[name], str) or not _CLOCK.fullmatch(value[name]):
            raise _NoMeaningError(f"{name} must be a quoted HH:MM")
    days = value.get("days", list(_DAYS[:5]))
    if not isinstance(days, list) or not all(str(day)[:3].lower() in _DAYS for day in days):
        raise _NoMeaningError(f"days are a list of {', '.join(_DAYS)}")
    numbers = tuple(sorted({_DAYS.index(str(day)[:3].lower()) + 1 for day in days}))
    return str(value["zone"]), value["from"], value["to"], numbers
