from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import jsonschema
import pytest
from command.logs import START, at, call, user, write
from command.run import Json, copied, entries, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PEOPLE = 200
DAYS = 20
LATER = START + timedelta(days=30)


def told(home: Path, *said: str, code: int = 0) -> Json:
    body = jumpkit(home, "baseline", *said, "--json", code=code).one()
    if said[0] == "check":
        jsonschema.validate(body, jumpkit(None, "schema", "baseline", "--json").one())
    return body


def habits(days: int, start: object = START) -> list[Json]:
    """Return what 200 people do each day: the same few calls from the same few networks."""
    made = []
    for day in range(days):
        for person in range(PEOPLE):
            for turn in range(4):
                when = at(day * 1440 + (person % 5) * 60 + turn * 7, start)  # type: ignore[arg-type]  # a moment
                operation = ("DescribeInstances", "DescribeVolumes", "DescribeImages", "GetConsoleOutput")[turn]
                ip = f"198.51.{person % 20}.{person % 200 + 1}"
                made.append(call("ec2", operation, user(f"p{person}"), when, sourceIPAddress=ip, nth=turn))
    return made


def takeover() -> list[Json]:
    eve = user("p117")
    away = {"sourceIPAddress": "192.0.2.9", "userAgent": "python-requests/2.31", "awsRegion": "ap-south-1"}
    names = ("ListUsers", "ListRoles", "CreateUser", "CreateAccessKey", "AttachUserPolicy")
    return [call("iam", name, eve, at(700 + n, LATER), **away) for n, name in enumerate(names)]


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> tuple[Path, Json, str]:
    """Return a workspace that learned 200 people's habits, what it said, and a later day's case with a takeover."""
    folder = tmp_path_factory.mktemp("baseline")
    home = warm(folder / "home")
    write(folder / "old" / "a.json", *habits(DAYS))
    body = told(home, "learn", str(folder / "old"))
    answer = triage(home, write(folder / "new" / "b.json", *habits(1, LATER), *takeover()))
    return home, body, str(answer["case"])


def test_the_takeover_ranks_first_among_two_hundred(learned: tuple[Path, Json, str]) -> None:
    """D-04: the seeded takeover is first; each result lists features with what the baseline knows."""
    home, body, case = learned
    assert (body["baseline"]["days"], body["baseline"]["principals"]) == (DAYS, PEOPLE)
    found = told(home, "check", case)
    first, *rest = found["items"]
    assert (first["principal"]["name"], first["state"], len(found["items"])) == ("p117", "unusual", PEOPLE)
    features = {feature["feature"] for feature in first["features"]}
    assert {"operation", "service", "network", "agent", "region"} <= features
    assert all(item["score"] < 4 and item["state"] == "usual" for item in rest)
    operation = next(feature for feature in first["features"] if feature["value"].endswith("CreateAccessKey"))
    assert operation["sample"] == 4 * DAYS
    assert "DescribeInstances" in operation["baseline"]
    assert len(first["events"]) == 5
    assert "p117" in jumpkit(home, "baseline", "check", case).out


def test_benign_suppresses_an_identical_later_one(learned: tuple[Path, Json, str], tmp_path: Path) -> None:
    """D-04: marking it benign suppresses an identical later event, and not a different one; the ledger keeps it."""
    home, case = copied(learned[0], tmp_path / "home"), learned[2]
    item = told(home, "check", case)["items"][0]
    told(home, "benign", item["uid"], "--case", case, "--because", "the new deployment host")
    line = [each for each in entries(home, "workspace") if each["kind"] == "baseline.benign"][-1]
    assert line["body"]["because"] == "the new deployment host"
    again = triage(home, write(tmp_path / "again" / "c.json", *takeover()))["case"]
    assert told(home, "check", again)["items"][0]["state"] == "benign"
    stop = call("cloudtrail", "StopLogging", user("p117"), at(800, LATER), sourceIPAddress="203.0.113.9")
    other = triage(home, write(tmp_path / "other" / "d.json", *takeover(), stop))["case"]
    assert told(home, "check", other)["items"][0]["state"] == "unusual"


def test_too_young_an_estate_gives_unknown(learned: tuple[Path, Json, str], tmp_path: Path) -> None:
    home, case = copied(learned[0], tmp_path / "home"), learned[2]
    young = triage(home, write(tmp_path / "young" / "a.json", *habits(2)))["case"]
    told(home, "learn", young)
    found = told(home, "check", case)
    assert {item["state"] for item in found["items"]} == {"unknown"}
    assert any("normal" in limit["because"] for limit in found["limits"])
    assert "2 days" in found["items"][0]["why"]


def test_an_old_baseline_is_said_to_be_old(learned: tuple[Path, Json, str]) -> None:
    """P-10: a baseline older than its limit gives exit 1."""
    found = told(learned[0], "check", learned[2], "--max-age", "5", code=1)
    assert any("older than its limit" in limit["because"] for limit in found["limits"])


def test_travel_needs_places_and_names_its_doubts(learned: tuple[Path, Json, str], tmp_path: Path) -> None:
    home = copied(learned[0], tmp_path / "home")
    near, far = ({"sourceIPAddress": ip} for ip in ("198.51.17.118", "203.0.113.50"))
    calls = [call("ec2", "DescribeImages", user("p17"), at(n, LATER), **where) for n, where in ((0, near), (30, far))]
    case = triage(home, write(tmp_path / "travel" / "a.json", *calls))["case"]
    places = tmp_path / "places.csv"
    places.write_text("cidr,lat,lon,name\n198.51.0.0/16,52.5,13.4,Berlin\n203.0.113.0/24,-33.9,151.2,Sydney\n")
    item = told(home, "check", case, "--places", str(places))["items"][0]
    travel = next(feature for feature in item["features"] if feature["feature"] == "travel")
    assert travel["value"] == "Berlin to Sydney"
    assert "16,0" in travel["why"] or "16,1" in travel["why"]
    limits = told(home, "check", case, "--places", str(places))["limits"]
    assert any("VPN" in limit["because"] for limit in limits)
    without = told(home, "check", case)
    assert any("--places" in limit["because"] for limit in without["limits"])
    assert not [each for each in without["items"][0]["features"] if each["feature"] == "travel"]
