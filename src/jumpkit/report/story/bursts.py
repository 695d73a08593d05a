"""The timeline as a person reads it: calls that say the same within half an hour are one row."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.model.finding import SEVERITIES
from jumpkit.report.story.rows import listed, moment, named, series, weight, when

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.model.finding import Finding
    from jumpkit.report.material import Material, Row

MOST_MOMENTS = 150
_QUIET = timedelta(minutes=30)  # without a call of its kind, a burst is over
_MOST_CALLS = 4
_DAY = 11  # characters of a day and the space behind it


def told_moments(material: Material) -> list[dict[str, Any]]:
    """Return the rows to list: where they are too many, gaps, marks and the heaviest, put in order of time again."""
    findings = {each.finding: each for each in material.picture.findings}
    rows = [_told(each) for each in _bursts(material, findings)]
    if len(rows) > MOST_MOMENTS:
        heaviest = sorted(range(len(rows)), key=lambda place: (-_pressing(rows[place]), place))[:MOST_MOMENTS]
        rows = [rows[place] for place in sorted(heaviest)]
    return rows


def _bursts(material: Material, findings: Mapping[str, Finding]) -> list[dict[str, Any]]:
    """Return a row for each burst, in the order in which they begin."""
    made: list[dict[str, Any]] = []
    running: dict[tuple[str | None, ...], dict[str, Any]] = {}
    for row in material.timeline:
        fresh = _fresh(row, findings)
        before = running.get(fresh["same"])
        if before is not None and row.get("kind") == "event" and _soon(before["end"], fresh["start"]):
            before["calls"] += fresh["calls"]
            before["outcomes"] += fresh["outcomes"]
            before["times"] += 1
            before["end"] = fresh["start"]
        else:
            made.append(fresh)
            running[fresh["same"]] = fresh
    return made


def _soon(before: Any, after: Any) -> bool:
    first, then = moment(before), moment(after)
    return first is not None and then is not None and then - first <= _QUIET


def _fresh(row: Row, findings: Mapping[str, Finding]) -> dict[str, Any]:
    known = [findings[each] for each in listed(row.get("findings")) if each in findings]
    lead = max(known, key=lambda each: (weight(each.severity), each.finding)) if known else None
    text = row.get("text") or (lead.title if lead else None)
    operation = named(row.get("operation"))
    who = None if row.get("kind") == "context" else named(row.get("principal"))  # a context's text names them already
    address = named(row.get("address"))
    place = " ".join(str(each) for each in (row.get("account"), row.get("region")) if each)
    return {
        "same": (str(row.get("kind")), lead.finding if lead else operation, text, who, address, place),
        "kind": str(row.get("kind") or "event"),
        "severity": lead.severity if lead else None,
        "text": text,
        "calls": Counter([operation] if operation else []),
        "outcomes": Counter([str(row["outcome"])] if row.get("outcome") else []),
        "principal": who,
        "address": address,
        "place": place,
        "start": row.get("time"),
        "end": row.get("until") or row.get("time"),
        "original": row.get("original_time"),
        "times": 1,
    }


def _told(burst: dict[str, Any]) -> dict[str, Any]:
    """Return a burst in words."""
    calls = [f"{name} × {count:,}" if count > 1 else name for name, count in burst["calls"].most_common()]  # noqa: RUF001 -- a sign for times
    outcomes = burst["outcomes"]
    said = [f"{count:,} {name}" if len(outcomes) > 1 else name for name, count in outcomes.most_common(3)]
    start, end = when(burst["start"]), when(burst["end"])
    original = burst["original"]
    return burst | {
        "time": start,
        "until": (end[_DAY:] if end[:_DAY] == start[:_DAY] else end) if end != start else None,
        "calls": series(calls, _MOST_CALLS) if calls else None,
        "outcome": ", ".join(said) or None,
        "original": None if original is None or when(original) == start else str(original),
    }


def _pressing(row: Mapping[str, Any]) -> int:
    return len(SEVERITIES) if row["kind"] in {"gap", "mark"} else weight(row["severity"])
