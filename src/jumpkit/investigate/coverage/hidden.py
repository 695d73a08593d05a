"""What a blind spot hides and what closing it takes: the table of the package, and the rules that would stay silent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.absent import DATA_CALLS
from jumpkit.kit import strictyaml
from jumpkit.kit.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_READS = ("get", "list", "describe", "head", "lookup", "search", "batchget", "scan", "query", "view")
_DATA = frozenset(call.lower() for calls in DATA_CALLS.values() for call in calls)


@dataclass(frozen=True, slots=True)
class Watch:
    """What one rule at hand reads, and what it would tell."""

    rule: str
    sources: tuple[str, ...]
    operations: frozenset[str]  # in small letters
    services: frozenset[str]
    attack: tuple[str, ...]

    @property
    def data(self) -> bool:
        """Return whether it reads nothing but calls on contents."""
        return bool(self.operations) and self.operations <= _DATA

    @property
    def reads(self) -> bool:
        """Return whether it reads nothing but reads."""
        return bool(self.operations) and all(call.startswith(_READS) for call in self.operations)


@dataclass(frozen=True, slots=True)
class Lack:
    """What is missing where, which answers that weakens, and why we know."""

    kind: str
    account: str | None
    region: str | None
    since: str | None
    until: str | None
    affects: tuple[str, ...]
    because: str
    source: str | None = None
    trail: str | None = None
    silenced: tuple[str, ...] | None = None  # which rules stay silent, where that is known better than by kind
    told_as: str | None = None  # the entry of the table, where it is another than `kind`


@cache
def _table() -> dict[str, Any]:
    data = files("jumpkit.content").joinpath("coverage", "aws.yaml").read_bytes()
    try:
        ((said, _, _),) = strictyaml.documents(data)
        return {"gaps": dict(said["gaps"]), "sources": dict(said["sources"])}
    except (strictyaml.BadYaml, KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"the table of coverage cannot be understood: {error}", target="coverage/aws.yaml") from error


def expected_sources() -> dict[str, dict[str, Any]]:
    """Return the sources beside CloudTrail that answers rest on: title, affects, hides, command."""
    sources: dict[str, dict[str, Any]] = _table()["sources"]
    return sources


_SILENT: dict[str, Callable[[Watch], bool]] = {
    "all": lambda watch: "aws/cloudtrail" in watch.sources,
    "data": lambda watch: watch.data,
    "reads": lambda watch: watch.reads,
    "writes": lambda watch: "aws/cloudtrail" in watch.sources and not watch.reads,
    "none": lambda _: False,
}


_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,127}")  # a log may name a trail as it likes
_NOTHING: dict[str, Any] = {"rules": "none", "hides": [], "closes": None, "command": None}


def _silent(word: str, watch: Watch) -> bool:
    """Return whether a rule stays silent; `word` is one of the table's, a service, or a source."""
    if word in _SILENT:
        return _SILENT[word](watch)
    return watch.services == {word} or set(watch.sources) == {word}


def limit_of(lack: Lack, watches: Iterable[Watch]) -> dict[str, Any]:
    """Return a lack as answers tell it: with what it weakens, hides, and what closing it takes."""
    if lack.kind == "no_source":
        said = expected_sources()[lack.source or ""]
        silent = [watch for watch in watches if watch.sources == (lack.source,)]
        closes = f"Record {said['title']} and bring them in."
    else:
        said = _table()["gaps"].get(lack.told_as or lack.kind, _NOTHING)
        words = lack.silenced if lack.silenced is not None else (said["rules"],)
        silent = [watch for watch in watches if any(_silent(word, watch) for word in words)]
        closes = said["closes"]
    command = said["command"]
    if command and _PLAIN.fullmatch(lack.trail or ""):
        command = command.replace("--trail-name TRAIL", f"--trail-name {lack.trail}")
        command = command.replace("--name TRAIL", f"--name {lack.trail}")
    return {
        "what": " ".join(
            filter(None, (lack.kind.replace("_", " "), lack.source, lack.account, lack.region, lack.trail))
        ),
        "because": lack.because,
        "kind": lack.kind,
        "account": lack.account,
        "region": lack.region,
        "source": lack.source,
        "from": lack.since,
        "to": lack.until,
        "affects": list(lack.affects),
        "hides": sorted({*said["hides"], *(technique for watch in silent for technique in watch.attack)}),
        "silent_rules": len(silent),
        "closing": closes,
        "command": command,
    }
