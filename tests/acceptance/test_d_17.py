from __future__ import annotations

from typing import TYPE_CHECKING

from command.logs import ACCOUNT, at, call, quiet, user, write
from command.run import Json, triage

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
