"""What the case cannot say: blind spots, inputs and records left out, rules that did not run; grouped when many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.report.story.rows import counted, moment, when

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jumpkit.report.material import Material

MOST_SPOTS = 100
MOST_INPUTS = 40
MOST_GROUP = 4


@dataclass(frozen=True, slots=True)
class Group:
    """Things left out for one reason: how many, and the first few of them."""

    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Records at hand for one account and region."""

    account: str
    region: str
    first: str
    last: str
    hours: int
    events: int
    refused: int
    findings: int


def limits(material: Material) -> dict[str, Any]:
    """Return the limits by kind, each list bounded and with its whole number beside it."""
    spots = material.picture.blind_spots
    return {
        "spots": [_spot(each) for each in spots[:MOST_SPOTS]],
        "spots_all": len(spots),
        "rejected": _grouped(material.inputs.get("rejected"), "reason", "path"),
        "skipped": _grouped(material.inputs.get("skipped"), "reason", "path"),
        "rejects": _grouped(material.events.get("rejects"), "reason", None),
        "rules": _grouped(material.rules.get("not_runnable"), "reason", "rule"),
        "rules_all": len(_rows(material.rules.get("not_runnable"))),
        "guessed": material.estate is None,
        "estate": material.estate,
        "outside": material.events.get("outside") or 0,
    }


def coverage(activity: Iterable[Mapping[str, Any]]) -> list[Coverage]:
    """Return what records there are by account and region, the fullest first."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in activity:
        groups.setdefault((str(row.get("account") or "unknown"), str(row.get("region") or "none")), []).append(row)
    made = [_coverage(account, region, rows) for (account, region), rows in groups.items()]
    return sorted(made, key=lambda each: (-each.events, each.account, each.region))


def _coverage(account: str, region: str, rows: Sequence[Mapping[str, Any]]) -> Coverage:
    hours = {at for row in rows if (at := moment(row.get("hour")))}
    firsts = [at for row in rows if (at := moment(row.get("first") or row.get("hour")))]
    lasts = [at for row in rows if (at := moment(row.get("last") or row.get("hour")))]
    return Coverage(
        account=account,
        region=region,
        first=when(min(firsts)) if firsts else "unknown",
        last=when(max(lasts)) if lasts else "unknown",
        hours=len({(at.date(), at.hour) for at in hours}),
        events=sum(int(row.get("events") or 0) for row in rows),
        refused=sum(int(row.get("refused") or 0) for row in rows),
        findings=sum(int(row.get("findings") or 0) for row in rows),
    )


def _spot(spot: Any) -> dict[str, Any]:
    return {
        "kind": spot.kind.replace("_", " "),
        "where": " ".join(each for each in (spot.account, spot.region) if each) or "everywhere",
        "span": _span(spot.since, spot.until),
        "because": spot.because,
        "affects": spot.affects,
    }


def _span(since: object, until: object) -> str:
    if since is None and until is None:
        return "the whole period"
    return f"{when(since) if since else 'the beginning'} to {when(until) if until else 'the end'}"


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list | tuple) else []


def _grouped(value: Any, reason: str, name: str | None) -> list[Group]:
    groups: dict[str, list[str]] = {}
    for row in _rows(value):
        example = str(row.get(name)) if name else _record(row.get("record"))
        groups.setdefault(str(row.get(reason) or "no reason recorded"), []).append(example)
    made = [Group(reason=key, count=len(names), examples=tuple(names[:MOST_GROUP])) for key, names in groups.items()]
    return sorted(made, key=lambda each: (-each.count, each.reason))[:MOST_INPUTS]


def _record(value: Any) -> str:
    if not isinstance(value, dict):
        return "unknown record"
    place = f"{str(value.get('sha256'))[:12]}… record {value.get('index')}"
    return f"{place} of {value['member']}" if value.get("member") else place


def accounting(material: Material) -> list[tuple[str, str]]:
    """Return the sums by which nothing is lost in silence, as label and figure."""
    inputs, events, rules = material.inputs, material.events, material.rules
    pairs = [
        ("Files offered", inputs.get("files")),
        ("… sealed now", inputs.get("sealed")),
        ("… known from before", inputs.get("known")),
        ("… skipped, plainly no logs", len(_rows(inputs.get("skipped")))),
        ("… rejected", len(_rows(inputs.get("rejected")))),
        ("Records in", events.get("in")),
        ("… stored", events.get("stored")),
        ("… duplicate", events.get("duplicate")),
        ("… conflict, both kept", events.get("conflict")),
        ("… rejected", events.get("rejected")),
        ("… outside of what was asked", events.get("outside")),
        ("Rules loaded", rules.get("loaded")),
        ("… live", rules.get("live")),
        ("… not runnable", len(_rows(rules.get("not_runnable")))),
    ]
    return [(label, f"{value:,}") for label, value in pairs if isinstance(value, int)]


def sum_holds(events: Mapping[str, Any]) -> str | None:
    """Return the counting sum of records as a sentence, None where no records were counted."""
    parts = ("stored", "duplicate", "conflict", "rejected", "outside")
    figures = {name: value for name in parts if isinstance(value := events.get(name), int)}
    whole = events.get("in")
    if not isinstance(whole, int):
        return None
    said = " + ".join(f"{value:,} {name}" for name, value in figures.items())
    verdict = "the sum holds" if sum(figures.values()) == whole else "the sum does NOT hold; do not rely on the counts"
    return f"{counted(whole, 'record')} in = {said}: {verdict}."
