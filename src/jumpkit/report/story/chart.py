"""The timeline as a picture: calls, findings by tactic, and gaps on one axis; geometry only, no markup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from jumpkit.report.content import tactic_name, tactic_order
from jumpkit.report.story.rows import counted, heaviest, moment, weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jumpkit.model.finding import BlindSpot, Finding
    from jumpkit.report.material import Material, Row

WIDTH, LEFT, RIGHT = 1000, 168, 30
BARS_TOP, BARS_HEIGHT, LANE, AXIS = 26, 56, 26, 40
_BIN = 9  # width in which marks of one lane are drawn as one
_MOST_BARS = 240
_STEPS = tuple(
    timedelta(minutes=each)
    for each in (1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7 * 1440, 14 * 1440, 30 * 1440, 91 * 1440)
)
_MOST_TICKS = 8
_STANDING = ("no_", "regions_")  # kinds that hold for the whole period: told under Limits, nothing to draw
_SILENT = frozenset({"gap", "feed_begins_late", "feed_ends_early"})  # no record at all
_CLOSER = 0.2  # findings within this share of the whole are drawn again on their own


_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bar:
    """Calls within a span: where, how high, and how much of it was refused."""

    x: float
    width: float
    y: float
    height: float
    refused_y: float
    refused_height: float
    said: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One or more findings of a lane that begin at about the same place."""

    x: float
    end: float
    y: float
    severity: str
    said: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A span for which records are missing or doubtful; `everywhere` where it concerns all accounts and regions."""

    x: float
    width: float
    everywhere: bool
    said: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled moment on the axis; `day` where the date is said too."""

    x: float
    label: str
    day: str | None


@dataclass(frozen=True, slots=True)
class Chart:
    """A timeline's geometry in a box of `WIDTH` by `height`, and the same in a sentence."""

    name: str
    title: str
    said: str
    height: float
    bars: tuple[Bar, ...]
    lanes: tuple[tuple[str, float], ...]
    marks: tuple[Mark, ...]
    gaps: tuple[Gap, ...]
    ticks: tuple[Tick, ...]
    gap_y: float | None
    most: int


@dataclass(frozen=True, slots=True)
class _Window:
    since: datetime
    until: datetime

    def x(self, at: datetime) -> float:
        share = (at - self.since) / (self.until - self.since)
        return round(LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT - RIGHT), 1)

    def holds(self, since: datetime, until: datetime) -> bool:
        return until >= self.since and since <= self.until


def charts(material: Material) -> list[Chart]:
    """Return the picture of the whole period, and a closer one where the findings fill only a small part of it."""
    whole = _whole(material)
    if whole is None:
        return []
    drawn = [_chart("whole", "The whole period", whole, material)]
    closer = _around(material.picture.findings)
    if closer and (closer.until - closer.since) < _CLOSER * (whole.until - whole.since):
        drawn.append(_chart("closer", "Closer: while findings occurred", closer, material))
    return drawn


def _whole(material: Material) -> _Window | None:
    moments = [each for finding in material.picture.findings for each in (finding.first, finding.last)]
    for row in material.activity:
        start = moment(row.get("hour"))
        if start:
            moments += [start, _plus(start, _length(row))]
    if not moments:
        return None
    return _padded(min(moments), max(moments), 0.0)


def _around(findings: Sequence[Finding]) -> _Window | None:
    serious = [each for each in findings if each.incident] or list(findings)
    if not serious:
        return None
    return _padded(min(each.first for each in serious), max(each.last for each in serious), 0.06)


def _padded(since: datetime, until: datetime, share: float) -> _Window:
    span = max(until - since, timedelta(minutes=2))
    return _Window(_plus(since, -span * share), _plus(since, span * (1 + share)))


def _plus(at: datetime, span: timedelta) -> datetime:
    """Return a moment moved by `span`, as far as there are dates: what a log says may lie at their very ends."""
    try:
        return at + span
    except OverflowError:
        return _LAST if span > timedelta() else _FIRST


def _length(row: Row) -> timedelta:
    seconds = row.get("seconds")
    return timedelta(seconds=seconds if isinstance(seconds, int | float) and seconds > 0 else 3600)


def _chart(name: str, title: str, window: _Window, material: Material) -> Chart:
    findings = [each for each in material.picture.findings if window.holds(each.first, each.last)]
    slugs = sorted({slug for each in findings for slug in each.tactics or ("other",)}, key=tactic_order)
    top = BARS_TOP + BARS_HEIGHT + 10
    lanes = {slug: top + LANE * (place + 0.5) for place, slug in enumerate(slugs)}
    accounts = {row.get("account") for row in material.activity}
    gaps = _gaps(material.picture.blind_spots, window, alone=len(accounts) < 2)  # noqa: PLR2004 -- no second account
    gap_y = top + LANE * len(lanes) if gaps else None
    bars, most = _bars(material.activity, window)
    return Chart(
        name=name,
        title=title,
        said=_said(window, findings, gaps),
        height=top + LANE * (len(lanes) + bool(gaps)) + AXIS,
        bars=bars,
        lanes=tuple((tactic_name(slug), y) for slug, y in lanes.items()),
        marks=_marks(findings, lanes, window),
        gaps=gaps,
        ticks=_ticks(window),
        gap_y=gap_y,
        most=most,
    )


def _bars(activity: Iterable[Row], window: _Window) -> tuple[tuple[Bar, ...], int]:
    """Return bars of equal width, as many as the rows' own buckets or fewer, and the highest count."""
    held = [(start, row) for row in activity if (start := moment(row.get("hour")))]
    if not held:
        return (), 0
    span = window.until - window.since
    width = max(min(_length(row) for _, row in held), span / _MOST_BARS)
    sums: dict[int, list[int]] = {}
    origin = min(start for start, _ in held)
    for start, row in held:
        place = sums.setdefault(int((start - origin) / width), [0, 0])
        place[0] += int(row.get("events") or 0)
        place[1] += int(row.get("refused") or 0)
    begin = {n: _plus(origin, n * width) for n in sums}
    inside = {n: each for n, each in sums.items() if window.holds(begin[n], _plus(begin[n], width))}
    most = max((each[0] for each in inside.values()), default=0)
    return tuple(_bar(begin[n], width, inside[n], most, window) for n in sorted(inside)), most


def _bar(start: datetime, width: timedelta, counts: list[int], most: int, window: _Window) -> Bar:
    left, right = window.x(start), window.x(_plus(start, width))
    scale = BARS_HEIGHT / max(most, 1)
    height, refused = (round(max(each * scale, 1.0 if each else 0.0), 1) for each in counts)
    base = BARS_TOP + BARS_HEIGHT
    return Bar(
        x=left,
        width=round(max(right - left - 1, 1.5), 1),
        y=round(base - height, 1),
        height=height,
        refused_y=round(base - refused, 1),
        refused_height=refused,
        said=f"{start:%Y-%m-%d %H:%M}: {counted(counts[0], 'call')}, {counts[1]:,} refused",
    )


def _marks(findings: Iterable[Finding], lanes: dict[str, float], window: _Window) -> tuple[Mark, ...]:
    bins: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        place = int(window.x(finding.first) / _BIN)
        for slug in finding.tactics or ("other",):
            bins.setdefault((slug, place), []).append(finding)
    return tuple(
        _mark(group, lanes[slug], window) for (slug, _), group in sorted(bins.items(), key=lambda each: each[0])
    )


def _mark(group: list[Finding], y: float, window: _Window) -> Mark:
    first = max(group, key=lambda each: (weight(each.severity), each.finding))
    more = f", and {counted(len(group) - 1, 'other finding')}" if len(group) > 1 else ""
    x = window.x(first.first)
    return Mark(
        x=min(max(x, LEFT + 6), WIDTH - RIGHT - 6),
        end=window.x(max(each.last for each in group)),
        y=y,
        severity=heaviest(each.severity for each in group),
        said=f"{first.first:%Y-%m-%d %H:%M:%S} {first.severity}: {first.title}{more}",
    )


def _gaps(spots: Iterable[BlindSpot], window: _Window, *, alone: bool) -> tuple[Gap, ...]:
    drawn = []
    for spot in spots:
        until = spot.until or window.until
        if spot.since is None or spot.kind.startswith(_STANDING) or not window.holds(spot.since, until):
            continue
        left, right = window.x(spot.since), window.x(until)
        everywhere = spot.kind in _SILENT and spot.region is None and (alone or spot.account is None)
        place = " ".join(each for each in (spot.account, spot.region) if each) or "all accounts and regions"
        end = f"{spot.until:%Y-%m-%d %H:%M}" if spot.until else "the end"
        said = f"{spot.since:%Y-%m-%d %H:%M} to {end}, {place}: {spot.because}"
        drawn.append(Gap(x=left, width=max(round(right - left, 1), 3.0), everywhere=everywhere, said=said))
    return tuple(drawn[:200])


def _ticks(window: _Window) -> tuple[Tick, ...]:
    span = window.until - window.since
    step = next((each for each in _STEPS if span / each <= _MOST_TICKS), span / _MOST_TICKS)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    at = _plus(epoch, step * -(-(window.since - epoch) // step))
    ticks: list[Tick] = []
    day = None
    while at <= window.until and at < _LAST:
        today = f"{at:%Y-%m-%d}"
        label = f"{at:%H:%M}" if step < timedelta(days=1) else f"{at:%d %b}"
        ticks.append(
            Tick(x=window.x(at), label=label, day=today if today != day and step < timedelta(days=1) else None)
        )
        day = today
        at = _plus(at, step)
    return tuple(ticks)


def _said(window: _Window, findings: Sequence[Finding], gaps: Sequence[Gap]) -> str:
    return (
        f"From {window.since:%Y-%m-%d %H:%M} to {window.until:%Y-%m-%d %H:%M} UTC: "
        f"{counted(len(findings), 'finding')}, {counted(len(gaps), 'gap')}. The tables below say the same in words."
    )
