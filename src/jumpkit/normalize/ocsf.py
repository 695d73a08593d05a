"""One row of the lake as the OCSF event that is shown, hunted by and exported."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp
from jumpkit.normalize.values import decoded, path_value

if TYPE_CHECKING:
    from collections.abc import Mapping

_OURS = frozenset({"principal", "record", "conflict"})  # jumpkit's own columns, no part of OCSF
_SEVERITIES = {1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical", 6: "Fatal"}
_JSON = (
    ("unmapped",),
    ("observables",),
    ("answers",),
    ("resource", "data"),
    ("api", "request", "data"),
    ("api", "response", "data"),
)


def ocsf(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested OCSF JSON for one row of the lake's table: nothing that is null, JSON text as what it says."""
    event = {name: _told(value) for name, value in row.items() if name not in _OURS}
    event = {name: value for name, value in event.items() if value not in (None, {})}
    for *above, last in _JSON:
        holder = path_value(event, tuple(above))
        if holder and last in holder:
            holder[last] = _parsed(holder[last])
    _as_lists(event)
    if "class_name" in event and "activity_name" in event:
        event["type_name"] = f"{event['class_name']}: {event['activity_name']}"
    if event.get("severity_id") in _SEVERITIES:
        event["severity"] = _SEVERITIES[event["severity_id"]]
    return event


def _as_lists(event: dict[str, Any]) -> None:
    """Give two attributes the shape that OCSF has for them; the lake keeps one text of each."""
    if isinstance(event.get("answers"), list):
        event["answers"] = [{"rdata": each} for each in event["answers"]]
    if "types" in event.get("finding_info", {}):
        event["finding_info"]["types"] = [event["finding_info"]["types"]]


def _told(value: Any) -> Any:
    """Return a value without its nulls; an object of nothing but nulls is empty."""
    if isinstance(value, dict):
        inner = {name: _told(each) for name, each in value.items()}
        return {name: each for name, each in inner.items() if each not in (None, {})}
    return stamp(value) if isinstance(value, datetime) else value


def _parsed(text: Any) -> Any:
    """Return what a JSON text says, the text itself where it says nothing."""
    value = decoded(text) if isinstance(text, str) else text
    return text if value is None else value
