from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING

import jsonschema
from command.logs import ACCOUNT, at, quiet, write
from command.run import Json, jumpkit, report, triage

from .conftest import OTHER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_coverage_is_told_by_account_and_region_with_the_last_event(accounts: tuple[Path, Json]) -> None:
    """D-11: for each account and region whether events flow, and until when."""
    text = report(accounts[0], "md")
    table = text[text.index("| Account | Region |") :]
    rows = {cells[0]: cells for line in table.splitlines() if (cells := re.findall(r"[^|]+", line)) and len(cells) > 5}
    told = {key.strip(): " ".join(cells) for key, cells in rows.items()}
    assert "eu-central-1" in told[ACCOUNT]
    assert "16:" in told[ACCOUNT], "its last hour with events"
    assert "eu-west-1" in told[OTHER]
    assert "12:" in told[OTHER]


def test_an_account_that_falls_silent_is_a_blind_spot(accounts: tuple[Path, Json]) -> None:
    """D-11: a feed that stops while others go on is said, with the moment of its last event."""
    (ended,) = [item for item in accounts[1]["blind_spots"] if item["kind"] == "feed_ends_early"]
    assert ended["account"] == OTHER
    assert ended["from"] == at(198)
    assert ended["because"]


def planes(home: Path, *said: str | Path, code: int) -> dict[str, Json]:
    answer = jumpkit(home, "coverage", *said, "--json", code=code).one()
    schema = json.loads(files("jumpkit.content").joinpath("schemas", "coverage.json").read_text("utf-8"))
    jsonschema.validate(answer, schema)
    return {item["account"]: item for item in answer["items"] if item["kind"] == "plane"}


def test_a_feed_that_stopped_is_stale_and_the_exit_code_says_so(accounts: tuple[Path, Json]) -> None:
    """D-11: the age of an account's last event against the newest one, by a stated rule."""
    found = planes(accounts[0], code=1)
    assert (found[OTHER]["state"], found[OTHER]["last"]) == ("STALE", at(198))
    assert found[OTHER]["age_s"] == (478 - 198) * 60
    assert found[ACCOUNT]["state"] == "covered"
    assert found[ACCOUNT]["detections"] > 100
    told = jumpkit(accounts[0], "coverage", code=1).out
    assert "STALE when its last event" in told


def test_an_account_that_only_its_assets_speak_of_is_not_covered(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-11: flow records without calls: not covered; with calls of the same time: covered."""
    heading = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action"
    flow = "2 777788889999 eni-0a1b2c3d4e5f60718 10.0.0.5 198.51.100.7 443 49152 6 10 840 1772442000 1772442060 ACCEPT"
    logs = tmp_path / "logs"
    write(logs / "a.json", *quiet(30))
    (logs / "flows.log").write_text(f"{heading} log-status\n{flow} OK\n", "utf-8")
    home = warm(tmp_path / "home")
    triage(home, logs)
    found = planes(home, code=1)
    assert (found["777788889999"]["state"], found["777788889999"]["last"]) == ("not_covered", None)
    assert found["777788889999"]["other_sources"] == ["aws/vpcflow"]
    assert found[ACCOUNT]["state"] == "covered"


def test_all_accounts_covered_is_no_failure_and_age_can_be_told_against_now(
    tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    home = warm(tmp_path / "home")
    triage(home, write(tmp_path / "logs" / "a.json", *quiet(300)))
    assert planes(home, code=0)[ACCOUNT]["state"] == "covered"
    assert planes(home, "--now", code=1)[ACCOUNT]["state"] == "STALE"
