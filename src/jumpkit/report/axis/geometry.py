"""Where everything of a timeline's picture lies when all of it is shown; geometry only, no markup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.report.content import tactic_name
from jumpkit.report.story.rows import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

WIDTH, LEFT, RIGHT = 1220, 178, 1180
TOP, BARS, LANE, AXIS = 14, 58, 24, 30
_TONES = 5
_TICKS = 9
_STEPS = (  # seconds
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200),
    *(86400, 172800, 604800, 1209600, 2592000, 7776000),
)
_FURTHER = {"reported": "Provider's detectors", "network": "Network", "event": "Other events"}
_BESIDE = "Notes and marks"
_GAPS = "Gaps"

Row = dict[str, Any]


_FIRST, _LAST = -62_135_596_800_000, 253_402_300_799_000  # ms of the first and last dates that there are


@dataclass(frozen=True, slots=True)
class Window:
    """The whole stretch of time; ms."""

    since: int
    until: int

    def x(self, at: int) -> float:
        """Return where a moment lies."""
        share = (at - self.since) / (self.until - self.since)
        return round(LEFT + min(1.0, max(0.0, share)) * (RIGHT - LEFT), 1)


def window(rows: Iterable[Mapping[str, Any]], activity: Iterable[Mapping[str, Any]]) -> Window:
    """Return the stretch that holds everything, with a little room."""
    moments = [each for row in rows for each in (_ms(row["at"]), _ms(row["ends"]))]
    moments += [each for bar in activity for each in (bar["at"], bar["at"] + bar["width"])]
    first, last = (min(moments), max(moments)) if moments else (0, 1000)
    room = max((last - first) // 60, 1000)
    return Window(max(first - room, _FIRST), min(last + room, _LAST))


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def lanes(rows: Sequence[Mapping[str, Any]], phases: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return the height of each lane, by its key, from top to bottom: tactics as they began, then what is beside."""
    here = {lane for row in rows for lane in lanes_of(row)}
    order = [str(phase["tactic"]) for phase in phases]
    order += sorted(here - set(order) - set(_FURTHER) - {_BESIDE, _GAPS})
    keys = [key for key in (*order, *_FURTHER, _BESIDE, _GAPS) if key in here]
    return {key: TOP + BARS + 8 + LANE * (place + 0.5) for place, key in enumerate(keys)}


def lanes_of(row: Mapping[str, Any]) -> list[str]:
    """Return the keys of a row's lanes: an event is in each tactic that its findings name."""
    if row["kind"] == "gap":
        return [_GAPS]
    if row["kind"] == "event":
        return [str(tactic) for tactic in row["tactics"]] or ["event"]
    return [str(row["kind"]) if row["kind"] in _FURTHER else _BESIDE]


def lane_name(key: str) -> str:
    """Return what a lane is called."""
    return _FURTHER.get(key) or (key if key in (_BESIDE, _GAPS) else tactic_name(key))


def marks(rows: Sequence[Mapping[str, Any]], heights: Mapping[str, float], whole: Window) -> list[Row]:
    """Return the marks of all rows but gaps, the heaviest drawn last."""
    found = []
    for place, row in enumerate(rows):
        if row["kind"] == "gap":
            continue
        since, until = _ms(row["at"]), _ms(row["ends"])
        beside = row["kind"] in ("mark", "note", "moment", "context")
        other = "network" if row["kind"] == "network" else "informational"
        tone = "note" if beside else row["severity"] or other
        times = f" ({row['count']} times)" if row["count"] > 1 else ""
        said = f"{row['time']} {row['severity'] or row['kind']}: {words(row)}{times}"
        mark = {"row": f"r{place}", "since": since, "until": until, "x": whole.x(since), "end": whole.x(until)}
        found += [mark | {"y": heights[lane], "tone": tone, "said": said} for lane in lanes_of(row)]
    weight = ("note", "network", "informational", "low", "medium", "high", "critical")
    return sorted(found, key=lambda mark: (weight.index(mark["tone"]), mark["since"], mark["row"]))


def words(row: Mapping[str, Any]) -> str:
    """Return what a row says: its own words, else the call."""
    return str(row["text"] or row["operation"] or row["kind"])


def gaps(rows: Sequence[Mapping[str, Any]], heights: Mapping[str, float], whole: Window) -> list[Row]:
    """Return the stretches without records; those of no one region are drawn over everything."""
    found = []
    for place, row in enumerate(rows):
        if row["kind"] != "gap":
            continue
        since, until = _ms(row["at"]), whole.until if row["open"] else _ms(row["ends"])
        left, right = whole.x(since), whole.x(until)
        found.append(
            {
                "row": f"r{place}",
                "since": since,
                "until": until,
                "x": left,
                "width": max(round(right - left, 1), 3.0),
                "y": heights[_GAPS],
                "wide": row["region"] is None and row["why"] == "gap",
                "said": f"{row['time']} to {row['until'] or 'the end'}: {row['text']}",
            }
        )
    return found


def bars(activity: Sequence[Mapping[str, Any]], whole: Window) -> tuple[list[Row], list[Row], int]:
    """Return the records by time as bars that stand on one another by source, the sources, and the highest count."""
    sources = sorted({str(bar["source"]) for bar in activity})
    tones = {source: place % _TONES for place, source in enumerate(sources)}
    totals: dict[int, int] = {}
    for bar in activity:
        totals[bar["at"]] = totals.get(bar["at"], 0) + bar["events"]
    most = max(totals.values(), default=0)
    stacked: dict[int, int] = {}
    found = []
    for bar in activity:
        below = stacked.get(bar["at"], 0)
        stacked[bar["at"]] = below + bar["events"]
        scale = BARS / max(most, 1)
        left, right = whole.x(bar["at"]), whole.x(bar["at"] + bar["width"])
        at = datetime.fromtimestamp(bar["at"] / 1000, UTC)
        found.append(
            {
                "since": bar["at"],
                "until": bar["at"] + bar["width"],
                "x": left,
                "width": max(round(right - left - 0.6, 1), 1.0),
                "y": round(TOP + BARS - (below + bar["events"]) * scale, 1),
                "height": max(round(bar["events"] * scale, 1), 0.8),
                "tone": tones[str(bar["source"])],
                "said": f"{at:%Y-%m-%d %H:%M:%S}, {bar['source']}: {counted(bar['events'], 'record')}",
            }
        )
    return found, [{"name": source, "tone": tone} for source, tone in tones.items()], most


def ticks(whole: Window) -> list[Row]:
    """Return the labelled moments when everything is shown."""
    span = (whole.until - whole.since) / 1000
    step = next((each for each in _STEPS if span / each <= _TICKS), _STEPS[-1])
    at = -(-whole.since // (step * 1000)) * step * 1000
    found = []
    while at <= whole.until:
        told = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)
        clock = f"{told:%H:%M}" if step >= 60 else f"{told:%H:%M:%S}"  # noqa: PLR2004 - a minute
        day = step >= 86400 or clock == "00:00"  # noqa: PLR2004 - a day
        found.append({"x": whole.x(at), "label": f"{told:%Y-%m-%d}" if day else clock})
        at += step * 1000
    return found
