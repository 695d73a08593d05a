from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema
import pytest
from command.logs import at, call, quiet, session, user, write
from command.run import Json, copied, hunt, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def told(home: Path, *said: str) -> Json:
    body = jumpkit(home, "pivot", *said, "--json").one()
    jsonschema.validate(body, jumpkit(None, "schema", "pivot", "--json").one())
    return body


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> tuple[Path, Json]:
    folder = tmp_path_factory.mktemp("pivot")
    home = warm(folder / "home")
    eve, away = user("eve"), {"sourceIPAddress": "192.0.2.9"}
    made = [
        call("sts", "GetCallerIdentity", eve, at(60), **away),
        call("cloudtrail", "StopLogging", eve, at(61), **away, requestParameters={"name": "main"}),
        call("iam", "UpdateAccessKey", user("asha"), at(62), requestParameters={"accessKeyId": eve["accessKeyId"]}),
        call(
            "ec2",
            "StopInstances",
            eve,
            at(63),
            requestParameters={"instancesSet": {"items": [{"instanceId": "i-0abcdef0"}]}},
        ),
        call("s3", "ListBuckets", session("web", "ASIAWEBWEBWEBWEBWEB1"), at(64), errorCode="AccessDenied"),
    ]
    return home, triage(home, write(folder / "logs" / "a.json", *quiet(50), *made))


def test_a_key_is_found_where_it_called_and_where_it_was_named(held: tuple[Path, Json]) -> None:
    home, answer = held
    key = user("eve")["accessKeyId"]
    found = told(home, answer["case"], key)
    assert {item["field"]: item["count"] for item in found["items"]} == {
        "actor.user.credential_uid": 3,
        "api.request.data": 1,
    }
    assert (found["count"], found["at_least"]) == (4, False)
    assert (found["first"], found["last"]) == (at(60), at(63))
    operations = {each["value"] for each in found["about"]["operations"]["top"]}
    assert "cloudtrail.amazonaws.com StopLogging" in operations
    stopped = next(item["finding"] for item in answer["findings"] if item["attack"] == ["T1562.008"])
    assert stopped in found["findings"]


@pytest.mark.parametrize(
    ("value", "count"),
    [("192.0.2.9", 2), ("i-0abcdef0", 1), ("arn:aws:iam::111122223333:user/asha", 51), ("eve", 3), ("main", 1)],
)
def test_each_kind_of_value_is_counted_as_a_search_counts_it(held: tuple[Path, Json], value: str, count: int) -> None:
    home, answer = held
    found = told(home, answer["case"], value)
    assert found["count"] == count
    assert sum(len(item["events"]) + item["more"] for item in found["items"]) >= count


def test_what_is_not_there_is_not_called_unused(held: tuple[Path, Json]) -> None:
    home, answer = held
    found = told(home, answer["case"], "203.0.113.1")
    assert (found["found"], found["count"], found["first"]) == (False, 0, None)
    assert any("missing" in limit["because"] for limit in found["limits"])
    assert "is not in" in jumpkit(home, "pivot", answer["case"], "203.0.113.1").out


def test_the_index_follows_what_is_added(held: tuple[Path, Json], tmp_path: Path) -> None:
    home, answer = copied(held[0], tmp_path / "home"), held[1]
    more = call("s3", "ListBuckets", user("eve"), at(90), sourceIPAddress="192.0.2.9")
    triage(home, write(tmp_path / "more" / "b.json", more), "--case", answer["case"])
    assert told(home, answer["case"], "192.0.2.9")["count"] == 3
    assert len(hunt(home, answer["case"], "--where", "src_endpoint.ip = '192.0.2.9'")) == 3
    jumpkit(home, "verify")
