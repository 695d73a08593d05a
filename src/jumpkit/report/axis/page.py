"""The timeline's page: picture, limits and rows, with nothing from outside and nothing of a log left untreated."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from jumpkit import __version__
from jumpkit.report.axis import geometry as drawn
from jumpkit.report.page import environment, style
from jumpkit.report.story.rows import counted, when

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def page(answer: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], at: str) -> str:
    """Return a timeline as HTML; `rows` are its rows as readers have them (folded), `at` is when it is written."""
    whole = drawn.window(rows, answer["activity"])
    heights = drawn.lanes(rows, answer["phases"])
    bars, sources, most = drawn.bars(answer["activity"], whole)
    sheet, style_source = style(_text("timeline.css"))
    script = _text("timeline.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    foot = drawn.TOP + drawn.BARS + 8 + drawn.LANE * len(heights) + 4
    measures = _measures(whole, foot)
    template = environment(masked=True, html=True).from_string(_text("timeline.html.j2"))
    return template.render(
        case=answer["case"],
        said=_said(answer, rows),
        folded=_folded(answer, rows),
        m=measures,
        sheet=sheet,
        style_source=style_source,
        script=Markup(script),  # noqa: S704 -- the script ships with the package
        script_source=Markup(f"'sha256-{digest}'"),  # noqa: S704 -- a digest
        lanes=[{"name": drawn.lane_name(key), "y": y} for key, y in heights.items()],
        marks=drawn.marks(rows, heights, whole),
        gaps=drawn.gaps(rows, heights, whole),
        bars=bars,
        sources=sources,
        most=f"{most:,}" if most else "",
        ticks=drawn.ticks(whole),
        rows=[_row(place, row, whole) for place, row in enumerate(rows)],
        limits=answer["limits"],
        clocks=[_clock(each) for each in answer["clocks"]],
        version=__version__,
        at=at,
    )


def _measures(whole: drawn.Window, foot: float) -> dict[str, float]:
    return {
        "width": drawn.WIDTH,
        "height": foot + drawn.AXIS,
        "left": drawn.LEFT,
        "right": drawn.RIGHT,
        "top": drawn.TOP - 6,
        "base": drawn.TOP + drawn.BARS,
        "foot": foot,
        "since": whole.since,
        "until": whole.until,
    }


def _text(name: str) -> str:
    return files("jumpkit.content").joinpath("pictures", name).read_text("utf-8")


def _row(place: int, row: Mapping[str, Any], whole: drawn.Window) -> dict[str, Any]:
    """Return a row of the table; a gap without an end goes on to the end of the picture."""
    since, until = (round(row[name].timestamp() * 1000) for name in ("at", "ends"))
    principal = row["principal"] or {}
    call = ":".join(each for each in (row["service"], row["operation"]) if each)
    ends = "the end of the records" if row["open"] else when(row["ends"]) if until > since else None
    return {
        "id": f"r{place}",
        "kind": row["kind"],
        "since": since,
        "until": whole.until if row["open"] else until,
        "time": when(row["at"]),
        "ends": ends,
        "severity": row["severity"],
        "what": drawn.words(row),
        "call": call if call != drawn.words(row) else None,
        "outcome": row["outcome"],
        "count": row["count"],
        "uid": row["uids"][0] + (f" and {len(row['uids']) - 1:,} more" if row["count"] > 1 else ""),
        "who": principal.get("name") or principal.get("uid"),
        "address": row["address"],
    }


def _said(answer: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the picture in a sentence."""
    if not rows:
        return "Nothing was asked for that has a place in time."
    tactics = ", ".join(phase["tactic"].replace("-", " ") for phase in answer["phases"])
    gaps = sum(row["kind"] == "gap" for row in rows)
    first, last = min(row["at"] for row in rows), max(row["ends"] for row in rows)
    return (
        f"From {when(first)} to {when(last)} UTC: {counted(len(answer['items']), 'row')} of "
        f"{counted(len(answer['clocks']), 'source')}, {counted(gaps, 'stretch', 'stretches')} without records"
        + (f"; tactics as they began: {tactics}." if tactics else "; no tactic is named by any rule.")
    )


def _folded(answer: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    more = f" {answer['more']:,} further events were left out of the picture." if answer["more"] else ""
    return (
        f"{counted(len(answer['items']), 'row')}, those that say the same within ten minutes as one: {len(rows):,} "
        f"here. jumpkit timeline {answer['case']} --jsonl lists every one with the address of its record.{more}"
    )


def _clock(each: Mapping[str, Any]) -> dict[str, str]:
    apart = "unknown" if each["value_s"] is None else f"{each['value_s']:+g} s, spread {each['spread_s']:g} s"
    return {"source": each["source"], "said": f"{apart}; {each['because']}"}
