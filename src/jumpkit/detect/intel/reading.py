"""From the bytes of a file to indicators, by what the file holds, not by its name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jumpkit.detect.intel.listing import from_csv
from jumpkit.detect.intel.misp import from_event
from jumpkit.detect.intel.stix import from_bundle
from jumpkit.kit.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.model.indicator import Indicator

_LARGEST = 512 << 20
_HINT = "STIX 2.1 bundles, MISP events, and CSV with the columns type,value are understood"


def read_indicators(data: bytes, name: str) -> tuple[str, list[Indicator]]:
    """Return the format and all indicators of a file; `name` is the source where the file names none.

    Raises:
        Unreadable: it is none of the formats, or broken.

    """
    if len(data) > _LARGEST:
        raise Unreadable(f"{len(data):,} bytes are more than a list of indicators has", target=name, hint=_HINT)
    try:
        text = data.decode("utf-8-sig")
        if text.lstrip()[:1] in ("{", "["):
            kind, found = _of_json(json.loads(text), name)
        else:
            kind, found = "csv", from_csv(text, name)
        return kind, list(found)
    except (ValueError, RecursionError, AttributeError, TypeError) as error:
        raise Unreadable(f"it cannot be read as a list of indicators: {error}", target=name, hint=_HINT) from error


def _of_json(value: Any, name: str) -> tuple[str, Iterator[Indicator]]:
    if isinstance(value, dict) and isinstance(value.get("objects"), list):
        return "stix", from_bundle(value, name)
    events = _events(value)
    if events:
        return "misp", (indicator for event in events for indicator in from_event(event, name))
    if isinstance(value, dict) and all(isinstance(item, dict) and "info" in item for item in value.values()):
        raise ValueError("a MISP feed's manifest names events and holds none; give the event files beside it")
    raise ValueError("it is JSON, and neither a STIX bundle nor a MISP event")


def _events(value: Any) -> list[dict[str, Any]]:
    """Return the MISP events of a document, whatever it wraps them in."""
    if isinstance(value, dict) and isinstance(value.get("response"), list | dict):
        return _events(value["response"])
    if isinstance(value, dict) and isinstance(value.get("Event"), dict):
        return [value["Event"]]
    if isinstance(value, list):
        return [event for item in value for event in _events(item)]
    return []
