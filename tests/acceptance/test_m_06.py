"""M-06, P-10: limits of the data over all cases, reappearing on the next case of the same account until closed."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from command.logs import ACCOUNT, at, call, quiet, user, write
from command.run import Json, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def listed(home: Path, *said: str) -> dict[str, Json]:
    answer = jumpkit(home, "limits", "list", *said, "--json").one()
    schema = json.loads(files("jumpkit.content").joinpath("schemas", "limits.json").read_text("utf-8"))
    jsonschema.validate(answer, schema)
    return {item["kind"]: item for item in answer["items"] if item["account"] == ACCOUNT}


def read() -> Json:
    more: dict[str, Any] = {"eventCategory": "Data", "managementEvent": False}
    return call("s3", "GetObject", user("asha"), at(3), requestParameters={"bucketName": "b", "key": "k"}, **more)


@pytest.fixture
def home(tmp_path: Path, warm: Callable[[Path], Path]) -> Path:
    home = warm(tmp_path / "home")
    triage(home, write(tmp_path / "one" / "a.json", *quiet(30)))
    return home


def test_a_limit_stands_until_a_later_case_of_the_account_shows_it_closed(home: Path, tmp_path: Path) -> None:
    """M-06: the register is not empty after one case; the next one names what still stands and closes the rest."""
    first = listed(home)
    (one,) = first["no_data_events"]["cases"]
    assert first["no_data_events"]["state"] == "open"
    assert first["no_data_events"]["closing"]
    two = triage(home, write(tmp_path / "two" / "b.json", *quiet(20, who="bo"), read()))["case"]
    second = listed(home)
    assert (second["no_data_events"]["state"], second["no_data_events"]["closed_by"]) == ("closed", two)
    assert (second["no_insight_events"]["state"], second["no_insight_events"]["cases"]) == (
        "open",
        [one, two],
    )
    assert "no_data_events" not in listed(home, "--open")
    standing = jumpkit(home, "coverage", two, "--json").one()["standing"]
    assert f"no_insight_events:{ACCOUNT}:all" in {each["uid"] for each in standing}
    assert {each["since"] for each in standing} == {one}
    assert f"since {one}" in jumpkit(home, "coverage", two).out


def test_another_account_closes_nothing(home: Path, tmp_path: Path) -> None:
    other = "444455556666"
    records = [record | {"recipientAccountId": other} for record in quiet(20)]
    data = read() | {"recipientAccountId": other}
    triage(home, write(tmp_path / "two" / "b.json", *records, data))
    assert listed(home)["no_data_events"]["state"] == "open"
    told = jumpkit(home, "limits", "list").out
    assert "no data events" in told
