"""The axis of a case: rows in order of time, phases, clocks, pivots and limits; whole, or as a stream."""

from __future__ import annotations

from dataclasses import replace
from heapq import merge
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.axis.around import context, flows, gaps, phases, pivots, stated
from jumpkit.investigate.axis.events import events, number
from jumpkit.investigate.axis.rows import place
from jumpkit.investigate.axis.skew import skews
from jumpkit.investigate.concern import concern
from jumpkit.investigate.moments import moment
from jumpkit.investigate.network import network

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jumpkit.investigate.axis.asked import Asked
    from jumpkit.investigate.axis.rows import Row
    from jumpkit.investigate.concern import Concern
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import Finding, Picture
    from jumpkit.store.lake.read import Lake

_ACTIVITY = """
WITH span AS (SELECT min(time) AS first, greatest((max(time) - min(time)) // 200, 1000) AS width FROM events)
SELECT metadata.log_name, first + (time - first) // width * width, any_value(width), count(*) FROM events, span
WHERE time IS NOT NULL GROUP BY 1, 2 ORDER BY 2, 1
"""
_HAS_FLOWS = "SELECT count(*) FROM (SELECT 1 FROM events WHERE class_uid = 4001 LIMIT 1)"


def axis(lake: Lake, picture: Picture, estate: Estate, asked: Asked, said: Sequence[Mapping[str, Any]] = ()) -> Row:
    """Return the rows wanted as `items`, `more` events beyond them, phases, clocks, pivots and limits.

    `said` is what people entered: kind (note, moment), time, text, why.
    """
    asked = _wide(asked, picture)
    known = concern(lake, picture)
    clocks = skews(lake)
    rows = list(_rows(lake, (picture, known), estate, asked, (said, clocks)))
    shown = sum(row["kind"] in ("event", "reported") for row in rows)
    more = number(lake, asked, picture, known) - shown
    names = ("source", "at", "width", "events")
    return {
        "items": rows,
        "more": more,
        "phases": phases(_inside(picture.findings, asked)),
        "clocks": clocks,
        "pivots": pivots(lake.case, rows),
        "activity": [dict(zip(names, values, strict=True)) for values in lake.query(_ACTIVITY)],
        "limits": [*_beyond(lake, asked, picture, shown + more), *_limits(picture, clocks, rows, more)],
    }


def stream(
    lake: Lake, picture: Picture, estate: Estate, asked: Asked, said: Sequence[Mapping[str, Any]] = ()
) -> Iterator[Row]:
    """Yield the rows one by one in order, and last an object with `total` and `limits`."""
    asked = _wide(asked, picture)
    known = concern(lake, picture)
    clocks = skews(lake)
    total = events_told = 0
    for row in _rows(lake, (picture, known), estate, asked, (said, clocks)):
        total += 1
        events_told += row["kind"] in ("event", "reported")
        yield row
    limits = [*_beyond(lake, asked, picture, events_told), *_limits(picture, clocks, (), 0)]
    yield {"total": total, "limits": limits}


def _wide(asked: Asked, picture: Picture) -> Asked:
    """Return what is asked for; where no rule found anything, every event, since none could be chosen."""
    return asked if picture.findings else replace(asked, every=True)


def _beyond(lake: Lake, asked: Asked, picture: Picture, told: int) -> list[dict[str, str]]:
    """Return how many events nobody asked for, as a limit."""
    if not picture.findings:
        return [
            {
                "what": "what matters",
                "because": "no rule found anything in this case, so no event is chosen from others",
            }
        ]
    if asked.every or asked.pivot:
        return []
    ((every,),) = lake.query("SELECT count(*) FROM events")
    because = f"{every - told:,} of {every:,} events are named by no finding, nor near one: --every takes them in"
    return [{"what": "other events", "because": because}] if every > told else []


def _rows(
    lake: Lake,
    about: tuple[Picture, Concern],
    estate: Estate,
    asked: Asked,
    beside: tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]],
) -> Iterator[Row]:
    """Yield all rows wanted in order of time."""
    picture, known = about
    said, clocks = beside
    others = [*gaps(picture), *context(picture), *stated(said)]
    ((flowing,),) = lake.query(_HAS_FLOWS)
    if flowing and asked.wants("network"):
        others += flows(network(lake, picture, estate)["items"])
    wanted = sorted((row for row in others if asked.holds(row)), key=place)
    skew = {each["source"]: {key: each[key] for key in ("value_s", "spread_s", "pairs", "because")} for each in clocks}
    for row in merge(events(lake, asked, picture, known), wanted, key=place):
        row["clock_skew"] = skew.get(row["source"] or "")
        del row["names"], row["at"]
        yield row


def _inside(findings: Iterable[Finding], asked: Asked) -> list[Finding]:
    """Return the findings within the time asked for, and of the principal asked for."""
    return [
        finding
        for finding in findings
        if (asked.since is None or finding.last >= moment(asked.since))
        and (asked.until is None or finding.first < moment(asked.until))
        and (asked.principal is None or asked.principal in _names(finding))
    ]


def _names(finding: Finding) -> set[str | None]:
    return {finding.principal.uid, finding.principal.name, finding.origin.uid, finding.origin.name}


def _limits(
    picture: Picture, clocks: Sequence[Mapping[str, Any]], rows: Sequence[Row], more: int
) -> list[dict[str, str]]:
    """Return what this axis cannot show."""
    limits = []
    if more > 0:
        because = f"{more:,} further events are not among these rows: --jsonl writes all, --from and --to narrow"
        limits.append({"what": "events not shown", "because": because})
    compared = [each for each in clocks if each["value_s"] is not None]
    apart = [each for each in clocks if each["value_s"] is None]
    if len(clocks) < 2:  # noqa: PLR2004 - one source has nothing to compare with
        because = "all events are of one source, so its clock cannot be compared with another"
        limits.append({"what": "clock skew", "because": because})
    elif not compared or len(apart) > 1:
        names = "; ".join(f"{each['source']}: {each['because']}" for each in apart)
        limits.append({"what": "clock skew of some sources", "because": names})
    drawn = {row["why"] for row in rows if row["kind"] in ("gap", "mark")}
    limits += [
        {"what": spot.kind.replace("_", " "), "because": spot.because}
        for spot in picture.blind_spots
        if "timeline" in spot.affects and spot.since is None and spot.kind not in drawn
    ]
    return limits
