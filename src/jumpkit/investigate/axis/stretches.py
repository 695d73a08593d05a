"""Which blind spots are drawn on an axis of time: stretches without records, and changes of what is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.model.finding import BlindSpot, Picture

_GAPS = frozenset({"gap", "logging_off", "feed_begins_late", "feed_ends_early"})
_MARKS = frozenset({"logging_changed", "excluded_events"})


def stretches(picture: Picture) -> Iterator[tuple[str, str, BlindSpot, dict[str, Any]]]:
    """Yield `gap` or `mark`, when it begins, the blind spot, and the fields that a row of any axis tells of it."""
    for spot in picture.blind_spots:
        if spot.since is None or spot.kind not in _GAPS | _MARKS:
            continue
        until = None if spot.until is None else stamp(spot.until)
        told = {"until": until, "account": spot.account, "region": spot.region, "text": spot.because}
        yield "gap" if spot.kind in _GAPS else "mark", stamp(spot.since), spot, told
