from __future__ import annotations

import json
from typing import TYPE_CHECKING

from command.logs import ACCOUNT, at, call, quiet, user, write
from command.run import Json, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def kinds(answer: Json, kind: str) -> list[Json]:
    return [item for item in answer["blind_spots"] if item["kind"] == kind]


def test_what_the_logs_never_hold_is_said_with_what_it_weakens(accounts: tuple[Path, Json]) -> None:
    """D-17: classes of events, regions and times that are not logged, each related to answers it weakens."""
    answer = accounts[1]
    for kind in ("no_data_events", "no_insight_events", "regions_without_events", "logging_off", "gap"):
        found = kinds(answer, kind)
        assert found, kind
        assert all(item["affects"] and item["because"] for item in found), kind
    (off,) = kinds(answer, "logging_off")
    assert (off["from"], off["to"], off["account"]) == (at(401), None, ACCOUNT)


def test_when_logging_was_off_and_what_was_left_out(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-17: a pause between StopLogging and StartLogging, and exclusions in a trail's selectors, are named."""
    selectors = {
        "trailName": "main",
        "eventSelectors": [
            {
                "readWriteType": "WriteOnly",
                "includeManagementEvents": True,
                "excludeManagementEventSources": ["kms.amazonaws.com"],
            }
        ],
    }
    logs = [
        *quiet(300),
        call("cloudtrail", "StopLogging", user("eve"), at(70), requestParameters={"name": "main"}),
        call("cloudtrail", "StartLogging", user("eve"), at(120), requestParameters={"name": "main"}),
        call("cloudtrail", "PutEventSelectors", user("eve"), at(130), requestParameters=selectors),
    ]
    answer = triage(warm(tmp_path / "home"), write(tmp_path / "logs" / "a.json", *logs))
    (off,) = kinds(answer, "logging_off")
    assert (off["from"], off["to"]) == (at(70), at(120))
    excluded = " ".join(item["because"] for item in kinds(answer, "excluded_events"))
    assert "kms" in excluded.lower()
    assert "read" in excluded.lower()
    assert kinds(answer, "logging_changed")


def holes() -> list[Json]:
    """Return a feed with holes: KMS left out, one region, a pause, no data events, no digests, a member gone."""
    made = {"name": "main", "isMultiRegionTrail": False, "enableLogFileValidation": False}
    selectors = [
        {
            "readWriteType": "All",
            "includeManagementEvents": True,
            "excludeManagementEventSources": ["kms.amazonaws.com"],
        }
    ]
    eve, members = user("eve"), {"detectorId": "d1", "accountIds": ["444455556666"]}
    selected = {"trailName": "main", "eventSelectors": selectors}
    return [
        call("cloudtrail", "CreateTrail", eve, at(1), requestParameters=made, responseElements=made),
        call("cloudtrail", "StartLogging", eve, at(2), requestParameters={"name": "main"}),
        call("cloudtrail", "PutEventSelectors", eve, at(3), requestParameters=selected),
        call("cloudtrail", "StopLogging", eve, at(70), requestParameters={"name": "main"}),
        call("cloudtrail", "StartLogging", eve, at(120), requestParameters={"name": "main"}),
        call("guardduty", "DeleteMembers", eve, at(130), requestParameters=members),
        *quiet(300),
    ]


def test_each_hole_says_what_it_weakens_hides_and_what_closing_it_takes(
    tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    """D-17: the seeded holes, each with answers, techniques of the rules that stay silent, and a command."""
    home = warm(tmp_path / "home")
    triage(home, write(tmp_path / "logs" / "a.json", *holes()))
    answer = jumpkit(home, "coverage", "--json").one()
    limits: dict[str, list[Json]] = {}
    for each in answer["limits"]:
        limits.setdefault(each["kind"], []).append(each)
    for kind in ("excluded_events", "trail_of_one_region", "trail_not_validated", "logging_off", "no_data_events"):
        assert limits[kind], kind
        assert all(each["affects"] and each["closing"] and each["command"] for each in limits[kind]), kind
    (kms,) = limits["excluded_events"]
    everything = limits["trail_of_one_region"][0]
    assert 0 < kms["silent_rules"] < everything["silent_rules"], "only rules over KMS stay silent"
    assert "T1530" in limits["no_data_events"][0]["hides"]
    assert "update-trail --name main --is-multi-region-trail" in everything["command"]
    assert {"no_source"} <= set(limits)
    pause, member = sorted(limits["logging_off"], key=lambda each: each["from"])
    assert (pause["from"], pause["to"]) == (at(70), at(120))
    assert "guardduty" in member["command"]
    (trail,) = [item for item in answer["items"] if item["kind"] == "trail"]
    assert trail["off"] == [{"from": at(70), "to": at(120)}]
    assert trail["selectors"] == ["management events (reads and changes) without kms.amazonaws.com"]
    told = jumpkit(home, "coverage").out
    assert "closing it:" in told
    assert "hides T1" in told


def test_selectors_of_a_snapshot_of_configuration_count_as_those_of_calls(
    tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    """D-17: what Config tells of a trail is known, and without it the selectors are unknown."""
    item = {
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": at(0),
        "configurationStateId": "1",
        "awsAccountId": ACCOUNT,
        "configurationItemStatus": "OK",
        "resourceType": "AWS::CloudTrail::Trail",
        "resourceId": f"arn:aws:cloudtrail:eu-central-1:{ACCOUNT}:trail/main",
        "resourceName": "main",
        "ARN": f"arn:aws:cloudtrail:eu-central-1:{ACCOUNT}:trail/main",
        "awsRegion": "eu-central-1",
        "configuration": {
            "name": "main",
            "isMultiRegionTrail": True,
            "logFileValidationEnabled": True,
            "hasCustomEventSelectors": False,
        },
    }
    logs = tmp_path / "logs"
    write(logs / "a.json", *quiet(30))
    home = warm(tmp_path / "home")
    case = triage(home, logs)["case"]
    kinds_of = {each["kind"] for each in jumpkit(home, "coverage", "--json").one()["limits"]}
    assert "selectors_unknown" in kinds_of
    (logs / "config.json").write_text(json.dumps({"configurationItems": [item]}), "utf-8")
    triage(home, logs, "--case", case)
    answer = jumpkit(home, "coverage", "--json").one()
    assert "selectors_unknown" not in {each["kind"] for each in answer["limits"]}
    (trail,) = [item for item in answer["items"] if item["kind"] == "trail"]
    assert (trail["multi_region"], trail["validated"]) == (True, True)
    assert trail["selectors"] == ["management events (reads and changes)"]
