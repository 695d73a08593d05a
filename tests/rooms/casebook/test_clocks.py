from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumpkit.app.casework import begin, enter_duties, join
from jumpkit.coordinate.clocks.calendars import Calendar
from jumpkit.coordinate.clocks.duties import Word
from jumpkit.coordinate.clocks.engine import After, Anchor, Capped, due_of
from jumpkit.coordinate.clocks.feed import feed, folded
from jumpkit.coordinate.clocks.rules import load
from jumpkit.coordinate.moments import KINDS, set_moment
from jumpkit.coordinate.movement import reclassify, reopen
from jumpkit.coordinate.registers import add_data
from jumpkit.coordinate.roles import ask_role
from jumpkit.kit.errors import BadUsage, NotFound, Refused

from .conftest import Hand, begun

if TYPE_CHECKING:
    from pathlib import Path

BOOK = load()
ZONES = st.sampled_from(sorted(available_timezones()))
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given apart
NAMED = {(rule.rule, spec.clock): (rule, spec) for rule in BOOK.rules for spec in rule.clocks}


def due(clock: str, reading: int | None = None, **anchors: str) -> str | None:
    """Return a clock's deadline in UTC, its moments given by kind; a mere day stands for itself."""
    found = BOOK.clock(clock)
    assert found is not None
    set_ = {name.replace("__", ":").replace("_of_", "-"): _anchor(text) for name, text in anchors.items()}
    expression = found[1].dues[None] if reading is None else found[1].others[reading][1]
    made = due_of(expression, set_, BOOK.calendars)
    return made.at.strftime("%Y-%m-%dT%H:%M:%SZ") if made else None


def _anchor(text: str) -> Anchor:
    at = datetime.fromisoformat(text)
    return Anchor(at, None) if at.tzinfo else Anchor(at.replace(tzinfo=UTC), at.date())


TABLE = [
    (
        "gdpr-authority",
        {"aware_personal_data": "2026-03-28T23:30+01:00"},
        "2026-03-31T22:30:00Z",
    ),  # over a change of hours
    ("gdpr-authority", {"aware_personal_data": "2026-10-24T12:00+02:00"}, "2026-10-27T10:00:00Z"),
    ("uk-gdpr-ico", {"aware_personal_data": "2026-03-28T23:30Z"}, "2026-03-31T23:30:00Z"),
    ("sec-8k", {"materiality_determined": "2025-11-26"}, "2025-12-04T04:59:59Z"),  # Thanksgiving
    ("sec-8k", {"materiality_determined": "2025-11-26T23:00-05:00"}, "2025-12-04T04:59:59Z"),  # another day in UTC
    ("sec-8k", {"materiality_determined": "2025-11-29T10:00-05:00"}, "2025-12-05T04:59:59Z"),  # a Saturday
    ("sec-8k", {"materiality_determined": "2026-06-30"}, "2026-07-08T03:59:59Z"),  # July 4 is kept on July 3
    (
        "sec-8k",
        {"materiality_determined": "2021-12-29"},
        "2022-01-06T04:59:59Z",
    ),  # January 1 on a Saturday, kept before
    ("nis2-early-warning", {"significant_determined": "2026-05-01T10:00Z"}, "2026-05-02T10:00:00Z"),
    ("nis2-notification", {"significant_determined": "2026-05-01T10:00Z"}, "2026-05-04T10:00:00Z"),
    ("nis2-final", {"submitted__nis2_of_notification": "2026-01-31T10:00Z"}, "2026-02-28T10:00:00Z"),  # month's end
    ("nis2-final", {"significant_determined": "2026-01-31T10:00Z"}, None),
    ("dora-initial", {"classified_major": "2026-05-01T10:00Z", "aware": "2026-05-01T08:00Z"}, "2026-05-01T14:00:00Z"),
    ("dora-initial", {"classified_major": "2026-05-02T06:00Z", "aware": "2026-05-01T08:00Z"}, "2026-05-02T08:00:00Z"),
    ("dora-initial", {"classified_major": "2026-05-03T10:00Z", "aware": "2026-05-01T08:00Z"}, "2026-05-03T14:00:00Z"),
    ("dora-initial", {"aware": "2026-05-01T08:00Z"}, "2026-05-02T08:00:00Z"),
    ("dora-intermediate", {"submitted__dora_of_initial": "2026-05-01T12:00Z"}, "2026-05-04T12:00:00Z"),
    ("hipaa-individuals", {"aware_health_data": "2026-01-01T12:00-05:00"}, "2026-03-03T04:59:59Z"),
    ("hipaa-hhs-small", {"aware_health_data": "2023-06-01"}, "2024-03-01T04:59:59Z"),  # a leap year
    ("hipaa-hhs-small", {"aware_health_data": "2024-06-01"}, "2025-03-02T04:59:59Z"),
    ("pci-visa-report", {"aware_cardholder_data": "2026-11-25"}, "2026-12-02T04:59:59Z"),
    ("nydfs-incident", {"declared": "2026-03-07T12:00-05:00"}, "2026-03-10T17:00:00Z"),
    ("california-individuals", {"aware_personal_data": "2026-02-14"}, "2026-03-17T06:59:59Z"),
    ("us-banks-notification", {"declared": "2026-03-07T12:00Z"}, "2026-03-09T00:00:00Z"),
    ("cert-in-report", {"detected": "2026-03-07T12:00Z", "reported": "2026-03-07T11:00Z"}, "2026-03-07T17:00:00Z"),
]


@pytest.mark.parametrize(("clock", "anchors", "wanted"), TABLE)
def test_deadlines_are_exact(clock: str, anchors: dict[str, str], wanted: str | None) -> None:
    """G-15: the table of duties, over zones, months, weekends and holidays."""
    assert due(clock, **anchors) == wanted


def test_another_reading_is_another_deadline() -> None:
    # a Saturday: by the reading that is contested, the period runs to the end of the next day of work
    assert due("gdpr-authority", 0, aware_personal_data="2026-05-06T10:00Z") == "2026-05-11T21:59:59Z"


@given(TIMES, st.integers(1, 2000), ZONES)
def test_hours_are_hours_in_every_zone(at: datetime, hours: int, zone: str) -> None:
    made = due_of(After(("aware",), "hours", hours, zone), {"aware": Anchor(at)}, BOOK.calendars)
    assert made is not None
    assert made.at - at == timedelta(hours=hours)


@given(TIMES, st.integers(1, 400), ZONES)
def test_days_end_with_a_day_of_the_zone(at: datetime, days: int, zone: str) -> None:
    made = due_of(After(("aware",), "days", days, zone), {"aware": Anchor(at)}, BOOK.calendars)
    assert made is not None
    local, began = made.at.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(zone))
    assert abs((local.date() - began.date()).days - days) <= (zone in SKIPPED)
    assert made.at > at


SKIPPED = {
    zone for zone in available_timezones() if zone.startswith(("Pacific", "Antarctica", "Asia/Manila", "Kwajalein"))
}


@given(TIMES, st.integers(1, 60))
def test_months_keep_the_day_or_end_with_the_month(at: datetime, months: int) -> None:
    made = due_of(After(("aware",), "months", months, whole_days=False), {"aware": Anchor(at)}, BOOK.calendars)
    assert made is not None
    assert (made.at.year * 12 + made.at.month) - (at.year * 12 + at.month) == months
    assert made.at.time() == at.time()
    assert made.at.day == at.day or (made.at.day < at.day and (made.at + timedelta(days=1)).day == 1)


@given(TIMES, st.integers(1, 30), st.sampled_from(sorted(BOOK.calendars)), ZONES)
def test_business_days_are_counted_one_by_one(at: datetime, count: int, name: str, zone: str) -> None:
    calendar = BOOK.calendars[name]
    rule = After(("aware",), "business_days", count, zone, name)
    made = due_of(rule, {"aware": Anchor(at)}, BOOK.calendars)
    assert made is not None
    began, last = at.astimezone(ZoneInfo(zone)).date(), made.at.astimezone(ZoneInfo(zone)).date()
    days = [began + timedelta(days=ahead) for ahead in range(1, (last - began).days + 1)]
    if zone not in SKIPPED:
        assert sum(map(calendar.is_business, days)) == count
        assert calendar.is_business(last)


@given(TIMES, TIMES)
def test_a_cap_is_kept_unless_the_first_came_after_it(first: datetime, cap: datetime) -> None:
    rule = Capped(After(("classified_major",), "hours", 4), After(("aware",), "hours", 24))
    anchors = {"classified_major": Anchor(first), "aware": Anchor(cap)}
    made = due_of(rule, anchors, BOOK.calendars)
    assert made is not None
    limit = cap + timedelta(hours=24)
    assert made.at == (first + timedelta(hours=4) if first > limit else min(first + timedelta(hours=4), limit))


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2021, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31"),
        (2025, "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25"),
        (2026, "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25"),
    ],
)
def test_federal_holidays(year: int, days: str) -> None:
    kept = BOOK.calendars["us-federal"].off(year)
    assert sorted(kept) == [date.fromisoformat(f"{year}-{day}") for day in days.split()]


def test_a_calendar_without_a_day_of_work_is_no_endless_loop() -> None:
    with pytest.raises(ValueError, match="no business day"):
        Calendar("never", frozenset(range(1, 8))).after(date(2026, 1, 1), 1)


@pytest.mark.parametrize(("rule", "clock"), sorted(NAMED))
def test_every_rule_says_whether_it_was_checked(rule: str, clock: str) -> None:
    made, spec = NAMED[rule, clock]
    assert clock.startswith(rule)
    assert (made.checked is None) != (made.unverified is None)
    assert made.checked is None or date.fromisoformat(made.checked)
    assert all(name in KINDS or name.startswith("submitted:") for name in spec.anchors())


WRONG = [
    "rule: a\n",
    "- 1\n",
    "rule: [\n",
    "rule: a\ntitle: t\nversion: v\nkind: law\nbasis: b\nunverified: u\nclocks: [{clock: b-1, title: t, to: x}]\n",
    (
        "rule: a\ntitle: t\nversion: v\nkind: law\nbasis: b\nunverified: u\n"
        "clocks: [{clock: a-1, title: t, to: x, due: {after: lunch, hours: 1}}]\n"
    ),
    (
        "rule: a\ntitle: t\nversion: v\nkind: law\nbasis: b\nunverified: u\n"
        "clocks: [{clock: a-1, title: t, to: x, due: {after: aware, hours: 1, days: 2}}]\n"
    ),
    (
        "rule: a\ntitle: t\nversion: v\nkind: law\nbasis: b\nunverified: u\nzone: Mars/Olympus\n"
        "clocks: [{clock: a-1, title: t, to: x, due: {after: aware, hours: 1}}]\n"
    ),
    (
        "rule: a\ntitle: t\nversion: v\nkind: law\nbasis: b\nunverified: u\n"
        "clocks: [{clock: a-1, title: t, to: x, due: {after: 'submitted:nobody', hours: 1}}]\n"
    ),
]


@pytest.mark.parametrize("text", WRONG)
def test_rules_that_are_not_understood_are_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(BadUsage):
        load(tmp_path)


def test_a_clients_own_rule_stands_beside_ours(tmp_path: Path) -> None:
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "acme.yaml").write_text("calendar: acme\nholidays: [{name: x, date: 2026-05-04}]\n")
    (tmp_path / "mine.yaml").write_text(
        "rule: acme\ntitle: t\nversion: '1'\nkind: contract\nbasis: b\nchecked: '2026-11-01'\n"
        "clocks: [{clock: acme-1, title: t, to: x, due: {after: aware, business_days: 1, calendar: acme}}]\n"
    )
    found = load(tmp_path)
    made = due_of(found.clock("acme-1")[1].dues[None], {"aware": _anchor("2026-05-01T10:00Z")}, found.calendars)  # type: ignore[index]  # it is there
    assert made is not None
    assert made.at.date() == date(2026, 5, 5)


def test_clocks_start_warn_and_breach_by_themselves(hand: Hand) -> None:
    """G-05: fifteen minutes warn at twelve and breach at fifteen; what stops them is a deed."""
    hand.do(reclassify, {"severity": "critical"}, "a key was used")
    hand.do(set_moment, "detected", "2026-03-02T10:00Z")

    def state(at: str) -> str:
        return str(hand.clocks(at)["internal-acknowledge"]["state"])

    assert [state(f"2026-03-02T10:{minute}Z") for minute in ("11:59", "12:00", "15:00", "15:01")] == [
        "running",
        "warning",
        "warning",
        "breached",
    ]
    hand.do(ask_role, "manager", "ann", accepted=True)
    assert state("2026-03-02T11:00Z") == "met", "acknowledged at nine, by the clock of this test"


def test_a_cadence_ends_with_the_case_and_begins_again_with_it(hand: Hand) -> None:
    hand.do(reclassify, {"severity": "high"}, "a key was used")
    hand.do(set_moment, "status_told", "2026-03-02T08:00Z")
    other = begin(hand.opening, "the same again", "high", None)["case"]
    join(hand.opening, hand.case, other, "one intruder")
    assert hand.clocks("2026-03-09T08:00Z")["internal-status"]["state"] == "met"
    hand.do(reopen, "it was none")
    assert hand.clocks("2026-03-09T08:00Z")["internal-status"]["state"] == "breached"
    hand.do(set_moment, "status_told", "2026-03-09T07:00Z")
    assert hand.clocks("2026-03-09T08:00Z")["internal-status"]["state"] == "running"


def test_on_hold_stops_our_targets_and_no_law(hand: Hand) -> None:
    hand.do(set_moment, "declared", "2026-03-02T08:00Z")
    hand.go("triage")
    before = hand.clocks()
    hand.go("on_hold", "waiting for the provider")
    held = hand.clocks("2026-03-05T08:00Z")
    assert held["internal-contain"]["state"] == "held"
    assert held["internal-contain"]["due"] > before["internal-contain"]["due"]
    assert held["nydfs-incident"]["due"] == before["nydfs-incident"]["due"] == "2026-03-05T08:00:00Z"


def test_duties_are_met_held_and_signed_away(hand: Hand) -> None:
    hand.do(set_moment, "materiality_determined", "2026-03-02")
    hand.do(set_moment, "aware_personal_data", "2026-03-02T08:00Z")

    def say(clock: str, *said: str | None) -> None:
        enter_duties(hand.opening, hand.case, [clock], Word(*said))

    with pytest.raises(Refused, match="no delay"):
        say("gdpr-authority", "held", "2026-04-01", "counsel", "police")
    with pytest.raises(BadUsage):
        say("gdpr-authority", "not_applicable", None, None, "no risk")
    with pytest.raises(NotFound):
        say("no-such-clock", "submitted", "now")
    with pytest.raises(Refused):
        say("internal-contain", "not_applicable", None, "ann", "I do not like it")
    say("sec-8k", "held", "2026-04-01T00:00Z", "Attorney General", "national security")
    say("gdpr-authority", "submitted", "2026-03-03T08:00Z", None, None, "ref 7")
    say("hipaa-individuals", "not_applicable", None, "counsel", "no health data")
    say("california-individuals", "submitted", "2026-03-05T00:00Z")
    found = hand.clocks("2026-03-20T00:00Z")
    states = {name: found[name]["state"] for name in ("sec-8k", "gdpr-authority", "hipaa-individuals", "uk-gdpr-ico")}
    assert states == {"sec-8k": "held", "gdpr-authority": "met", "hipaa-individuals": "not_applicable"} | {
        "uk-gdpr-ico": "breached"
    }
    assert found["sec-8k"]["due"] == "2026-04-01T00:00:00Z"
    assert found["california-attorney-general"]["due"] == "2026-03-20T06:59:59Z", (
        "counted from the notice, March 4 there"
    )
    say("sec-8k", "released", None, "Attorney General", "no longer")
    assert hand.clocks("2026-03-20T00:00Z")["sec-8k"]["due"] == "2026-03-07T04:59:59Z"


def test_a_data_class_says_whose_duty_it_is(tmp_path: Path) -> None:
    """G-15: adding a data class adds the duty."""
    hand = begun(tmp_path / "home", None)
    hand.do(set_moment, "aware_personal_data", "2026-03-02T08:00Z")
    assert hand.clocks()["gdpr-authority"]["applies"] == "unknown"
    hand.do(add_data, "pii", "eu")
    found = hand.clocks()
    assert (found["gdpr-authority"]["applies"], found["uk-gdpr-ico"]["applies"]) == ("yes", "unknown")
    assert all(each["due"] or each["because"] for each in found.values())


def test_a_rule_that_is_not_in_force_says_so(tmp_path: Path) -> None:
    hand = begun(tmp_path / "home", None)
    hand.do(set_moment, "aware_vulnerability", "2026-09-10T00:00Z")
    hand.do(set_moment, "declared", "2026-09-10T00:00Z")
    found = hand.clocks()
    assert found["cra-early-warning"]["state"] == found["circia-incident"]["state"] == "not_in_force"
    hand.do(set_moment, "aware_vulnerability", "2026-09-12T00:00Z")
    assert hand.clocks("2026-09-12T01:00Z")["cra-early-warning"]["state"] == "running"


@given(st.text(max_size=400))
def test_a_folded_line_unfolds_and_fits(text: str) -> None:
    line = "SUMMARY:" + "".join(char for char in text if char not in "\r\n" and not "\ud800" <= char <= "\udfff")
    made = folded(line)
    assert made.replace("\r\n ", "") == line
    assert all(len(piece.encode()) <= 75 for piece in made.split("\r\n"))


@given(st.text(max_size=200))
def test_no_title_breaks_out_of_the_feed(title: str) -> None:
    clock = {"clock": "gdpr-authority", "due": "2026-03-31T22:30:00Z", "title": title, "to": title, "basis": title}
    clock |= {"checked": None, "unverified": title, "readings": [], "state": "running", "warns": "2026-03-30T00:00:00Z"}
    made = feed({"case": "C-2026-0001", "title": title}, [clock], datetime(2026, 3, 1, tzinfo=UTC))
    assert made.endswith("END:VCALENDAR\r\n")
    lines = made.replace("\r\n ", "").split("\r\n")[:-1]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
    assert all(re.match(r"[A-Z-]+:", line) for line in lines)
    assert "DTSTART:20260331T223000Z" in lines
