"""What a report is made of: everything app knows of a case, in plain values; no room is asked for more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from jumpkit.kit.masking import mask

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from jumpkit.model.finding import Picture
    from jumpkit.model.rule import RuleInfo

Row = Mapping[str, Any]


def _none_later(_operations: Collection[str]) -> Iterable[Row]:
    return ()


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over all events that findings rest on, taken by whoever can count faster than row by row."""

    events: int
    refused: int
    tallies: Mapping[str, Mapping[str, int]]  # address, agent, region, account, operation → events by value


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a report needs to say about one case, as it stood at `generated`."""

    case: Row  # case, title, state, severity, severity_basis, created (RFC 3339)
    picture: Picture
    generated: datetime
    version: str  # jumpkit's own
    timeline: Sequence[Row] = ()  # sorted by time; see story.rows for the keys
    activity: Sequence[
        Row
    ] = ()  # hour (RFC 3339), account, region, events, refused, findings; `seconds` where not 3600
    inputs: Row = field(default_factory=dict)  # as in triage/1
    events: Row = field(default_factory=dict)  # as in triage/1
    rules: Row = field(default_factory=dict)  # as in triage/1
    infos: Mapping[str, RuleInfo] = field(default_factory=dict)
    ledger: Row = field(default_factory=dict)  # size, root, key (fingerprint)
    artifacts: Sequence[Row] = ()  # name, sha256, size
    estate: str | None = None  # sha256 of the estate file, None where none was given
    solo: bool = False  # declared: one person alone, no second pair of eyes
    unmasked: bool = False  # secrets are shown; said on every page
    tlp: str = "amber+strict"  # TLP 2.0
    totals: Totals | None = None  # None: counted from `rows`
    cited: Callable[[frozenset[str]], Iterable[Row]] | None = None  # the events of these ids; None: picked from `rows`
    rows: Callable[[], Iterable[Row]] = tuple  # events of findings: OCSF, with `record` and, where known, `findings`
    later: Callable[[Collection[str]], Iterable[Row]] = _none_later  # successful calls of these operations, by time


@dataclass(frozen=True, slots=True)
class Loss:
    """What a format could not carry, how many of it (None where it is a kind, not a number), and why."""

    what: str
    count: int | None
    because: str


@dataclass(frozen=True, slots=True)
class Written:
    """A report that was written: where (None for a stream), its SHA-256, its bytes, and what it leaves out."""

    path: Path | None
    sha256: str
    size: int
    losses: tuple[Loss, ...]


def guarded(material: Material) -> Material:
    """Return the material with the secrets in whatever logs wrote masked, unless it was said to show them."""
    if material.unmasked:
        return material
    rows = material.rows

    cited = material.cited

    def masked_rows() -> Iterator[Row]:
        return (mask(dict(row)) for row in rows())

    def masked_cited(uids: frozenset[str]) -> Iterator[Row]:
        return (mask(dict(row)) for row in (cited(uids) if cited is not None else ()))

    principals = tuple(mask(dict(each)) for each in material.picture.principals)
    return replace(
        material,
        case=mask(dict(material.case)),
        picture=replace(material.picture, principals=principals),
        timeline=[mask(dict(row)) for row in material.timeline],
        inputs=mask(dict(material.inputs)),
        events=mask(dict(material.events)),
        rows=masked_rows,
        cited=None if cited is None else masked_cited,
    )
