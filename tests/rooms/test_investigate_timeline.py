"""The timeline and the list of principals: complete, in order, and saying what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jumpkit.investigate import investigate, timeline
from jumpkit.investigate.principals import MOST
from jumpkit.model.estate import Estate

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.model.finding import Picture
    from jumpkit.model.rule import RuleInfo
    from jumpkit.store.lake.read import Lake

Record = dict[str, Any]
WATCHED = ("StopLogging", "CreateUser", "ListBuckets", "AssumeRole")


@pytest.fixture
def lake(make_lake: Callable[..., Lake], three_accounts: list[Record]) -> Lake:
    return make_lake(three_accounts, lambda record: [record["eventName"]] if record["eventName"] in WATCHED else [])


@pytest.fixture
def picture(lake: Lake, rule_info: Callable[..., RuleInfo], nobody_said: Estate) -> Picture:
    infos = {name: rule_info(name, "high" if name == "StopLogging" else "low") for name in WATCHED}
    return investigate(lake, infos, nobody_said, "case")


def test_every_event_of_a_finding_is_a_row_with_its_findings_and_address(
    lake: Lake, picture: Picture, three_accounts: list[Record]
) -> None:
    rows = [row for row in timeline(lake, picture, 1000) if row["kind"] == "event"]
    assert sorted(row["event"] for row in rows) == sorted(
        record["eventID"] for record in three_accounts if record["eventName"] in WATCHED
    )
    ids = {finding.finding for finding in picture.findings}
    for row in rows:
        assert row["findings"]
        assert set(row["findings"]) <= ids
        assert row["record"]["sha256"]
        assert row["original_time"]
        assert row["techniques"] == ["T1098"]
    counted = {finding.finding: finding.events for finding in picture.findings}
    for finding in picture.findings:
        assert sum(finding.finding in row["findings"] for row in rows) == counted[finding.finding]


def test_gaps_marks_and_context_are_on_the_same_axis_in_order(lake: Lake, picture: Picture) -> None:
    rows = timeline(lake, picture, 1000)
    assert {row["kind"] for row in rows} == {"event", "gap", "mark", "context"}
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    gap = next(row for row in rows if row["kind"] == "gap")
    assert (gap["time"], gap["until"]) == ("2024-05-14T09:07:00Z", "2024-05-14T09:47:00Z")
    assert rows == timeline(lake, picture, 1000)


def test_where_there_are_too_many_the_weightiest_stay(lake: Lake, picture: Picture) -> None:
    rows = [row for row in timeline(lake, picture, 1) if row["kind"] == "event"]
    assert [row["operation"] for row in rows] == ["StopLogging"]


def test_clock_skew_is_said_to_be_unknown(lake: Lake, picture: Picture) -> None:
    assert all(row["clock_skew"]["value"] is None for row in timeline(lake, picture, 10))


def test_principals_say_when_where_and_how_often(picture: Picture, three_accounts: list[Record]) -> None:
    assert sum(int(str(row["events"])) for row in picture.principals) == len(three_accounts)
    assert len({row["uid"] for row in picture.principals}) == len(picture.principals)
    ops = next(row for row in picture.principals if row["name"] == "prod-ops" and row["kind"] == "role")
    assert ops["addresses"] == [{"ip": "198.51.100.7", "events": 6, "own": None}]  # both copies of its last call
    assert ops["refused"] == 1
    assert ops["origin"]["name"] == "alice"
    assert ops["class"] == "human"
    assert ops["regions"] == ["eu-west-1", "us-east-1"]
    assert [key["key"] for key in ops["keys"]] == ["ASIAEXAMPLEOPS000001"]


def test_the_estate_says_whose_address_it_is_and_who_is_a_machine(
    make_lake: Callable[..., Lake], three_accounts: list[Record]
) -> None:
    estate = Estate({}, ("203.0.113.0/24",), ("arn:*:role/nightly-*",), ("*user/alice",), {}, (), None, "0" * 64)
    rows = {row["name"]: row for row in investigate(make_lake(three_accounts), {}, estate, "case").principals}
    assert (rows["nightly-backup"]["class"], rows["nightly-backup"]["guess"]) == ("workload", False)
    assert (rows["alice"]["class"], rows["alice"]["guess"]) == ("human", False)
    assert {address["ip"]: address["own"] for address in rows["alice"]["addresses"]} == {
        "203.0.113.20": True,
        "198.51.100.7": False,
    }


def test_lists_are_bounded_and_say_how_many_more(make_lake: Callable[..., Lake], nobody_said: Estate) -> None:
    records = [
        {
            "eventID": f"e{n}",
            "eventTime": "2024-05-14T09:00:00Z",
            "eventName": "DescribeInstances",
            "eventSource": "ec2.amazonaws.com",
            "sourceIPAddress": f"192.0.2.{n}",
            "userIdentity": {"type": "IAMUser", "principalId": "AIDAX", "accountId": "1", "accessKeyId": f"AKIA{n}"},
        }
        for n in range(50)
    ]
    (row,) = investigate(make_lake(records), {}, nobody_said, "case").principals
    assert len(row["addresses"]) == len(row["keys"]) == MOST
    assert row["more_addresses"] == row["more_keys"] == 50 - MOST
