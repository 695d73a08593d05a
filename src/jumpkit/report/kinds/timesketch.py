"""The timeline for Timesketch: JSON Lines with message, datetime, timestamp and timestamp_desc."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.kit.text import clip, mask_text
from jumpkit.report.material import Loss
from jumpkit.report.moments import LONGEST, every_moment
from jumpkit.report.plain import line
from jumpkit.report.story.rows import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jumpkit.report.material import Material

TITLE = "timeline for Timesketch, JSON Lines"
FILE = "timeline.timesketch.jsonl"
_SAYS = {"event": "Event Logged", "finding": "Finding First Seen", "gap": "Gap Begins", "mark": "Noted"}
_FIELDS = (
    *("original_time", "until", "kind", "severity", "principal", "origin", "operation", "service", "outcome"),
    *(
        "address",
        "agent",
        "region",
        "account",
        "source",
        "event",
        "events",
        "findings",
        "rules",
        "techniques",
        "tactics",
    ),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def write(material: Material, put: Callable[[str], None]) -> Sequence[Loss]:
    """Put a line out for each moment whose time is known."""
    timeless = 0
    case = material.case.get("case")
    for row in every_moment(material):
        at = moment(row["time"])
        if at is None:
            timeless += 1
            continue
        put(line(_treated(_sketch(row, at, case), masked=not material.unmasked)) + "\n")
    spans = Loss("spans", None, "Timesketch knows points in time; a gap or a finding stands where it begins.")
    return [spans, *([Loss("moments", timeless, "Their time is not known.")] if timeless else [])]


def _sketch(row: dict[str, Any], at: datetime, case: object) -> dict[str, Any]:
    record = row["record"] or {}
    return {
        "message": _message(row),
        "datetime": at.isoformat(timespec="microseconds"),
        "timestamp": (at - _EPOCH) // timedelta(microseconds=1),
        "timestamp_desc": _SAYS.get(row["kind"], "Event Logged"),
        "data_type": f"jumpkit:{row['kind']}",
        "case": case,
        **{name: row[name] for name in _FIELDS if row[name] not in (None, [])},
        **{f"record_{name}": value for name, value in record.items()},
        "tag": [each for each in (row["severity"], *row["techniques"]) if each],
    }


def _message(row: dict[str, Any]) -> str:
    parts = [str(row["text"] or row["operation"] or row["kind"])]
    if row["kind"] == "event":
        parts.append(
            f"{row['operation'] or 'unknown call'} by {row['principal'] or 'unknown'}: {row['outcome'] or 'unknown'}"
        )
    return "; ".join(dict.fromkeys(parts))


def _treated(fields: dict[str, Any], *, masked: bool) -> dict[str, Any]:
    return {
        name: clip(mask_text(value) if masked else value, LONGEST) if isinstance(value, str) else value
        for name, value in fields.items()
    }
