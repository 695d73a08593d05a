"""On-call over zones and changes of the clocks: a reading of its own decides who it must be."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from jumpkit.model.people import Hours, Layer, Rota, Shift
from jumpkit.prepare.oncall import gaps, on_call, overlaps, stints

ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "America/St_Johns",
        "Pacific/Chatham",
        "Africa/Casablanca",
        "America/Havana",
        "Asia/Kathmandu",
    ]
)
CLOCKS = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
DATES = st.dates(date(2024, 1, 1), date(2026, 12, 31))
MOMENTS = st.datetimes(datetime(2024, 2, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - made UTC here
PEOPLE = st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True).map(tuple)


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    return Layer(
        people=draw(PEOPLE), starts=date(2024, 1, 1), handover=draw(CLOCKS), every_days=draw(st.integers(1, 30))
    )


@given(layers(), ZONES, MOMENTS)
def test_turns_leave_no_hole_and_are_whose_the_wall_clock_says(layer: Layer, zone: str, at: datetime) -> None:
    rota = Rota(zone=zone, layers=(layer,))
    (person,) = on_call(rota, at)
    # The last handover at or before the moment, found by trying the days around it on the wall's clock.
    clock, there = time.fromisoformat(layer.handover), at.astimezone(ZoneInfo(zone)).date()
    begun = [
        day
        for day in (there + timedelta(days=n) for n in (-2, -1, 0, 1))
        if datetime.combine(day, clock, ZoneInfo(zone)).timestamp() <= at.timestamp()
    ]
    turn = (begun[-1] - layer.starts).days // layer.every_days
    assert person == layer.people[turn % len(layer.people)]
    until = at + timedelta(days=70)
    assert gaps(rota, at, until) == []
    assert overlaps(rota, at, until) == []
    there_is = stints(rota, at, until)
    assert (there_is[0].start, there_is[-1].end) == (at, until)
    assert all(one.end == two.start for one, two in pairwise(there_is))


@given(ZONES, MOMENTS, CLOCKS, CLOCKS, st.lists(MOMENTS, min_size=2, max_size=2, unique=True))
def test_gaps_and_people_never_hold_at_once(
    zone: str, since: datetime, start: str, end: str, swap: list[datetime]
) -> None:
    begins, ends = sorted(swap)
    rota = Rota(
        zone=zone,
        layers=(
            Layer(people=("a", "b"), starts=date(2024, 1, 1), hours=Hours(start=start, end=end)),
            Layer(people=("c",), starts=date(2024, 1, 1), hours=Hours(start=end, end=start), zone="Asia/Tokyo"),
        ),
        swaps=(Shift(person="d", start=begins.isoformat(), end=ends.isoformat()),),
    )
    until = since + timedelta(days=9)
    holes, doubles = gaps(rota, since, until), overlaps(rota, since, until)
    edges = {edge for span in (*holes, *doubles) for edge in (span.start, span.end)}
    probes = {edge + timedelta(seconds=step) for edge in edges for step in (-1, 0, 1)} | {since}
    for at in (probe for probe in probes if since <= probe < until):
        people = set(on_call(rota, at))
        assert (not people) == any(span.start <= at < span.end for span in holes)
        assert (len(people) > 1) == any(span.start <= at < span.end for span in doubles)
        if begins <= at < ends:
            assert people == {"d"}, "a swap stands before turns"


def test_the_hours_of_the_sun_are_followed_through_the_change_of_the_clocks() -> None:
    """Berlin by day, New York by night: for two weeks a year the change comes apart, and the hole is found."""
    rota = Rota(
        zone="Europe/Berlin",
        layers=(
            Layer(people=("berlin",), starts=date(2026, 1, 1), hours=Hours(start="08:00", end="20:00")),
            Layer(
                people=("york",),
                starts=date(2026, 1, 1),
                zone="America/New_York",
                hours=Hours(start="14:00", end="02:00"),
            ),
        ),
    )
    at = datetime(2026, 3, 1, tzinfo=UTC)
    found = gaps(rota, at, at + timedelta(days=45))
    assert {(gap.start.hour, gap.end.hour) for gap in found} == {(6, 7)}
    assert [gap.start.date() for gap in found] == [date(2026, 3, day) for day in range(9, 29)]
    assert {span.start.date() for span in overlaps(rota, at, at + timedelta(days=45))} == {
        date(2026, 3, day) for day in range(8, 29)
    }
