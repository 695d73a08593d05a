"""Blind spots: holes in busy feeds, classes and regions never seen, logging switched off, accounts without logs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from jumpkit.investigate import investigate
from jumpkit.investigate.gaps import Feed, holes
from jumpkit.investigate.moments import MINUTE_MS
from jumpkit.model.estate import Estate

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.model.finding import BlindSpot
    from jumpkit.store.lake.read import Lake

Record = dict[str, Any]
A, B, C = "111122223333", "444455556666", "777788889999"
BEGIN = datetime(2024, 5, 13, tzinfo=UTC)  # a Monday


@pytest.fixture
def spots(make_lake: Callable[..., Lake], three_accounts: list[Record], nobody_said: Estate) -> tuple[BlindSpot, ...]:
    return investigate(make_lake(three_accounts), {}, nobody_said, "case").blind_spots


def of(spots: tuple[BlindSpot, ...], kind: str) -> list[BlindSpot]:
    return [spot for spot in spots if spot.kind == kind]


def test_a_trail_that_was_stopped_is_a_stretch_with_both_ends(spots: tuple[BlindSpot, ...]) -> None:
    (off,) = of(spots, "logging_off")
    assert off.account == C
    assert (off.since, off.until) == (
        datetime(2024, 5, 14, 9, 7, tzinfo=UTC),
        datetime(2024, 5, 14, 9, 47, tzinfo=UTC),
    )
    assert "StopLogging by security-audit" in off.because


def test_what_selectors_leave_out_is_said(spots: tuple[BlindSpot, ...]) -> None:
    left_out = " ".join(spot.because for spot in of(spots, "excluded_events"))
    assert "kms.amazonaws.com" in left_out
    assert "leaves out reads" in left_out


def test_accounts_that_are_named_but_have_no_logs(spots: tuple[BlindSpot, ...]) -> None:
    assert [spot.account for spot in of(spots, "account_without_logs")] == ["999988887777"]


def test_each_account_says_which_classes_it_lacks(spots: tuple[BlindSpot, ...]) -> None:
    for kind in ("no_data_events", "no_insight_events", "no_network_activity_events", "regions_without_events"):
        assert [spot.account for spot in of(spots, kind)] == [A, B, C]
    assert all(spot.affects and spot.because for spot in spots)
    assert not of(spots, "no_read_events")


def test_the_estate_turns_a_guess_into_a_statement(
    make_lake: Callable[..., Lake], three_accounts: list[Record]
) -> None:
    estate = Estate({A: "dev", "121212121212": "sandbox"}, (), (), (), {}, ("eu-west-1", "eu-north-1"), None, "0" * 64)
    spots = investigate(make_lake(three_accounts), {}, estate, "case").blind_spots
    regions = [spot for spot in of(spots, "regions_without_events") if spot.account == A]
    assert "eu-north-1" in regions[0].because
    assert "guess" not in regions[0].because
    assert "121212121212" in [spot.account for spot in of(spots, "account_without_logs")]


def event(at: datetime, number: int, account: str = A, region: str = "eu-west-1", **more: object) -> Record:
    return {
        "eventID": f"e{account}{region}{number}",
        "eventTime": at.isoformat().replace("+00:00", "Z"),
        "eventName": "DescribeInstances",
        "eventSource": "ec2.amazonaws.com",
        "awsRegion": region,
        "recipientAccountId": account,
        "readOnly": True,
        "userIdentity": {"type": "IAMUser", "principalId": "AIDAX", "accountId": account, "userName": "x"},
        **more,
    }


def busy(minutes: range, hole: range, **more: Any) -> list[Record]:
    return [event(BEGIN + timedelta(minutes=m), m, **more) for m in minutes if m not in hole]


def gaps_of(make_lake: Callable[..., Lake], records: list[Record], estate: Estate) -> list[BlindSpot]:
    return of(investigate(make_lake(records), {}, estate, "case").blind_spots, "gap")


def test_a_hole_of_forty_minutes_in_a_busy_feed_is_a_gap(make_lake: Callable[..., Lake], nobody_said: Estate) -> None:
    (gap,) = gaps_of(make_lake, busy(range(0, 600, 2), range(200, 240)), nobody_said)
    assert (gap.since, gap.until) == (BEGIN + timedelta(minutes=198), BEGIN + timedelta(minutes=240))
    assert gap.account == A
    assert "42 minutes" in gap.because


def test_a_feed_without_holes_has_no_gap(make_lake: Callable[..., Lake], nobody_said: Estate) -> None:
    assert gaps_of(make_lake, busy(range(0, 600, 2), range(0)), nobody_said) == []


def test_a_region_can_be_silent_while_the_others_talk(make_lake: Callable[..., Lake], nobody_said: Estate) -> None:
    records = busy(range(0, 600, 2), range(0)) + busy(range(0, 600, 2), range(300, 400), region="us-east-1")
    (gap,) = gaps_of(make_lake, records, nobody_said)
    assert gap.region == "us-east-1"


def test_a_hole_of_the_whole_account_is_told_once(make_lake: Callable[..., Lake], nobody_said: Estate) -> None:
    hole = range(300, 400)
    records = busy(range(0, 600, 2), hole) + busy(range(0, 600, 2), hole, region="us-east-1")
    (gap,) = gaps_of(make_lake, records, nobody_said)
    assert gap.region is None


def test_quiet_nights_are_no_gaps_but_a_quiet_working_day_is(
    make_lake: Callable[..., Lake], nobody_said: Estate
) -> None:
    def open_hours(minute: int) -> bool:
        return 8 * 60 <= minute % 1440 < 18 * 60 and minute // 1440 % 7 < 5 and minute // 1440 != 9

    minutes = [minute for minute in range(0, 14 * 1440, 4) if open_hours(minute)]
    records = [event(BEGIN + timedelta(minutes=minute), minute) for minute in minutes]
    (gap,) = gaps_of(make_lake, records, nobody_said)
    assert gap.since == BEGIN + timedelta(days=8, hours=17, minutes=56)
    assert gap.until == BEGIN + timedelta(days=10, hours=8)


def test_a_silence_that_comes_back_is_a_rhythm() -> None:
    slots = [(start * MINUTE_MS, (start + 4) * MINUTE_MS) for start in range(0, 5000, 5) if start % 100 < 60]
    assert holes(Feed(A, None, tuple(slots), 5000)) == []


def test_a_clock_that_is_ages_off_is_a_hole_like_any_other() -> None:
    slots = [(start * MINUTE_MS, (start + 4) * MINUTE_MS) for start in range(0, 6000, 5)]
    far = 250_000_000_000_000
    (hole,) = holes(Feed(A, None, (*slots, (far, far)), 1200))
    assert (hole.since, hole.until) == (slots[-1][1], far)


def test_a_feed_that_ends_early_is_told(make_lake: Callable[..., Lake], nobody_said: Estate) -> None:
    records = busy(range(0, 600, 2), range(0)) + busy(range(0, 300, 2), range(0), account=B)
    spots = investigate(make_lake(records), {}, nobody_said, "case").blind_spots
    (early,) = of(spots, "feed_ends_early")
    assert (early.account, early.since) == (B, BEGIN + timedelta(minutes=298))


def test_data_events_are_told_by_service(make_lake: Callable[..., Lake], nobody_said: Estate) -> None:
    records = [event(BEGIN, 1), event(BEGIN, 2, eventName="GetObject", eventSource="s3.amazonaws.com")]
    kinds = {spot.kind for spot in investigate(make_lake(records), {}, nobody_said, "case").blind_spots}
    assert "no_lambda_invocation_events" in kinds
    assert not kinds & {"no_data_events", "no_s3_object_events"}


def test_writes_alone_leave_reads_unseen(make_lake: Callable[..., Lake], nobody_said: Estate) -> None:
    records = [event(BEGIN, 1, readOnly=False)]
    kinds = {spot.kind for spot in investigate(make_lake(records), {}, nobody_said, "case").blind_spots}
    assert "no_read_events" in kinds


def test_thousands_of_switches_are_bounded_and_counted(make_lake: Callable[..., Lake], nobody_said: Estate) -> None:
    records = [
        event(BEGIN + timedelta(seconds=n), n, eventName="StopLogging", eventSource="cloudtrail.amazonaws.com")
        for n in range(1000)
    ]
    off = of(investigate(make_lake(records), {}, nobody_said, "case").blind_spots, "logging_off")
    assert len(off) == 201
    assert "800 more" in off[-1].because


def test_hostile_requests_do_not_stop_the_rest(make_lake: Callable[..., Lake], nobody_said: Estate) -> None:
    requests: list[object] = ["text", [1], {"eventSelectors": "x"}, {"eventSelectors": [1, {"readWriteType": 5}]}]
    records = [
        event(
            BEGIN, n, eventName="PutEventSelectors", eventSource="cloudtrail.amazonaws.com", requestParameters=request
        )
        for n, request in enumerate(requests)
    ]
    spots = investigate(make_lake(records), {}, nobody_said, "case").blind_spots
    assert len(of(spots, "logging_changed")) == len(requests)


def test_settings_leave_out_until_they_are_whole_again_or_the_trail_is_gone(
    make_lake: Callable[..., Lake], nobody_said: Estate
) -> None:
    weak = [{"readWriteType": "ReadOnly", "includeManagementEvents": True}]
    whole = [{"readWriteType": "All", "includeManagementEvents": True}]
    trail = {"eventName": "PutEventSelectors", "eventSource": "cloudtrail.amazonaws.com"}
    records = [
        event(BEGIN, 1, **trail, requestParameters={"trailName": "t", "eventSelectors": weak}),
        event(BEGIN + timedelta(hours=1), 2, **trail, requestParameters={"trailName": "t", "eventSelectors": whole}),
        event(BEGIN, 3, **trail, requestParameters={"trailName": "u", "eventSelectors": weak}),
    ]
    spots = of(investigate(make_lake(records), {}, nobody_said, "case").blind_spots, "excluded_events")
    assert {("on t " in each.because, each.until) for each in spots} == {
        (True, BEGIN + timedelta(hours=1)),
        (False, None),
    }


def test_a_log_group_is_named_whole(make_lake: Callable[..., Lake], nobody_said: Estate) -> None:
    gone = event(BEGIN, 1, eventName="DeleteLogGroup", requestParameters={"logGroupName": "/team/vpc/flow"})
    (off,) = of(investigate(make_lake([gone]), {}, nobody_said, "case").blind_spots, "logging_off")
    assert "log group /team/vpc/flow was deleted" in off.because


def test_times_that_cannot_be_are_told_and_make_no_hole(make_lake: Callable[..., Lake], nobody_said: Estate) -> None:
    odd = [event(datetime(1969, 12, 31, tzinfo=UTC), 8001), event(datetime(2999, 1, 1, tzinfo=UTC), 8002)]
    lake = make_lake([*busy(range(0, 600, 2), range(0)), *odd])
    spots = investigate(lake, {}, nobody_said, "case", BEGIN + timedelta(days=2)).blind_spots
    told = sorted(each.since.year for each in of(spots, "implausible_time") if each.since)
    assert told == [1969, 2999]
    assert all("kept" in each.because for each in of(spots, "implausible_time"))
    assert of(spots, "gap") == []


def test_years_without_logs_are_told_as_what_they_are(make_lake: Callable[..., Lake], nobody_said: Estate) -> None:
    later = timedelta(days=1460).total_seconds() / 60
    records = [*busy(range(0, 600, 2), range(0)), *busy(range(int(later), int(later) + 600, 2), range(0))]
    (hole,) = gaps_of(make_lake, records, nobody_said)
    assert "1,459 days" in hole.because
    assert "slots" not in hole.because
