"""Settings and where each came from: flag, environment, the workspace's config.toml, default, in that order."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import BadUsage

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its kind, its default, and what it is for."""

    kind: type[int | str]
    default: int | str | None
    about: str


KNOWN: dict[str, Setting] = {
    "actor": Setting(str, None, "who is written into the ledger; the system's user name by default"),
    "workers": Setting(int, None, "processes that read logs; as many as there are cores by default"),
    "max_inflated": Setting(int, 64 << 30, "bytes one input may inflate to before it is rejected as a bomb"),
    "estate": Setting(str, None, "estate file that turns guesses into statements"),
    "memory": Setting(str, "256MB", "memory that a question to the lake may use"),
    "threads": Setting(int, None, "threads that a question to the lake may use; one a core by default"),
    "book": Setting(str, None, "URL of the PostgreSQL database that the book lies in; a SQLite file by default"),
    "tsa": Setting(str, None, "URL of the time-stamping authority (RFC 3161) that vouches for bundles"),
    "tsa_roots": Setting(str, None, "PEM file with that authority's root certificates"),
    "clocks": Setting(str, None, "folder of rules of deadlines that stand beside our own"),
    "owner_tags": Setting(str, "owner,team,service-owner,contact", "tags that say who owns a thing, the first decides"),
    "criticality_tags": Setting(str, "criticality,tier,business-impact", "tags that say how much hangs on a thing"),
    "data_tags": Setting(str, "data-class,data-classification,data", "tags that say which data lies in a thing"),
    "timeout": Setting(int, 60, "seconds that a hunt may take"),
}


OIDC = "oidc"  # a table too: who vouches for people, see `table_of`
CHANNELS = "channels"  # a table of its own in config.toml: where messages go
WITNESSES = "witnesses"  # another: who is shown the ledger's checkpoints


@dataclass(frozen=True, slots=True)
class Settled:
    """A setting's value and where it came from."""

    value: Any
    origin: str


def default_home(environment: Mapping[str, str]) -> Path:
    """Return the platform's user data folder for jumpkit."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "jumpkit"
    base = environment.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "jumpkit"


def settle_home(flag: Path | None, environment: Mapping[str, str] | None = None) -> Settled:
    """Return the workspace folder, as an absolute path."""
    environment = os.environ if environment is None else environment
    if flag is not None:
        return Settled(flag.expanduser().absolute(), "--home")
    if named := environment.get("JUMPKIT_HOME"):
        return Settled(Path(named).expanduser().absolute(), "JUMPKIT_HOME")
    return Settled(default_home(environment), "default")


def settle(home: Path, environment: Mapping[str, str] | None = None, **flags: Any) -> dict[str, Settled]:
    """Return every known setting by name; `flags` that are None were not given.

    Raises BadUsage for a config.toml that cannot be read, or for a name or value that it cannot hold.
    """
    environment = os.environ if environment is None else environment
    written = _config(home / "config.toml")
    settled: dict[str, Settled] = {}
    for name, setting in KNOWN.items():
        variable = f"JUMPKIT_{name.upper()}"
        if flags.get(name) is not None:
            settled[name] = Settled(flags[name], f"--{name.replace('_', '-')}")
        elif variable in environment:
            settled[name] = Settled(_typed(setting, environment[variable], variable), variable)
        elif name in written:
            settled[name] = Settled(_typed(setting, written[name], f"config.toml: {name}"), "config.toml")
        else:
            settled[name] = Settled(setting.default, "default")
    return settled


def without_password(settled: Settled) -> Settled:
    """Return the setting with the password of a URL left out."""
    if not isinstance(settled.value, str):
        return settled
    return Settled(re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", settled.value), settled.origin)


def table_of(home: Path, name: str) -> dict[str, Any] | None:
    """Return a table of config.toml, None where it is not there.

    Raises:
        BadUsage: it is no table, or the file cannot be read.

    """
    found = _config(home / "config.toml").get(name)
    if found is not None and not isinstance(found, dict):
        raise BadUsage(f"{name} is no table", target=str(home / "config.toml"), hint=f"[{name}]")
    return found


def _config(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            written = tomllib.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:  # not TOML, or not text
        raise BadUsage(
            f"the settings cannot be read: {error}", target=str(path), hint="mend or remove the file"
        ) from error
    unknown = sorted(set(written) - set(KNOWN) - {CHANNELS, WITNESSES, OIDC})
    if unknown:
        raise BadUsage(f"unknown settings: {', '.join(unknown)}", target=str(path), hint=f"known: {', '.join(KNOWN)}")
    return written


def _typed(setting: Setting, value: Any, where: str) -> int | str:
    try:
        return setting.kind(value)
    except (TypeError, ValueError) as error:
        hint = f"{where} takes a value of type {setting.kind.__name__}"
        raise BadUsage(f"cannot use {value!r}", target=where, hint=hint) from error
