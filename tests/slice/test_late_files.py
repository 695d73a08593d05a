"""Files that come later change who stands behind a call; what was said before is superseded, and still shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command.logs import at, call, quiet, session, user, write
from command.run import Json, assert_intact, jumpkit, show, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = "ASIAQWERTYUIOPASDFGH"


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> tuple[Path, Json, Json]:
    """Triage a session's deeds without the call that issued its key, and then with it."""
    folder = tmp_path_factory.mktemp("late")
    home = warm(folder / "home")
    deeds = [call("cloudtrail", "StopLogging", session("admin", KEY), at(20), requestParameters={"name": "main"})]
    write(folder / "logs" / "a.json", *quiet(20), *deeds)
    first = triage(home, folder / "logs")
    issued = {"credentials": {"accessKeyId": KEY, "sessionToken": "tok", "expiration": at(80)}}
    arn = session("admin", KEY)["sessionContext"]["sessionIssuer"]["arn"]
    assume = call(
        "sts",
        "AssumeRole",
        user("mallory"),
        at(1),
        requestParameters={"roleArn": arn, "roleSessionName": "work"},
        responseElements=issued | {"assumedRoleUser": {"arn": session("admin", KEY)["arn"]}},
    )
    write(folder / "logs" / "b.json", assume)
    return home, first, triage(home, folder / "logs")


def stopped(answer: Json) -> Json:
    (finding,) = [item for item in answer["findings"] if item["attack"] == ["T1562.008"]]
    return dict(finding)


def test_an_origin_that_is_not_in_the_logs_is_said_to_be_unresolved(late: tuple[Path, Json, Json]) -> None:
    origin = stopped(late[1])["origin"]
    assert origin["resolved"] is False
    assert origin["why"]
    assert origin["uid"]


def test_the_late_file_names_the_origin(late: tuple[Path, Json, Json]) -> None:
    _, first, second = late
    origin = stopped(second)["origin"]
    assert (origin["name"], origin["resolved"]) == ("mallory", True)
    assert stopped(second)["finding"] != stopped(first)["finding"]
    assert second["events"]["stored"] == 1
    assert second["inputs"]["known"] == 1
    assert stopped(second)["principal"] == stopped(first)["principal"]


def test_the_old_finding_is_superseded_and_still_shown(late: tuple[Path, Json, Json]) -> None:
    home, first, second = late
    old, new = stopped(first), stopped(second)
    assert old["finding"] not in {item["finding"] for item in second["findings"]}
    told = show(home, old["finding"])
    assert told["superseded_by"] == [new["finding"]]
    assert told["superseded_why"]
    assert told["origin"] == old["origin"]
    assert show(home, new["finding"])["superseded_by"] is None
    assert show(home, old["incident"])["superseded_by"] == [new["incident"]]
    case = jumpkit(home, "case", "show", "--json").one()
    assert old["finding"] not in case["findings"]
    assert_intact(home)
