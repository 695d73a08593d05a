from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import jsonschema
import pytest
from command.flows import DB, EVIL, HOSTS, HOUR, NICS, START, attack, knock, quiet, talk, text, usual
from command.logs import at, call, user, write
from command.run import Json, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from command.flows import Flow

AFTER = START + 44 * HOUR
MOMENT = datetime.fromtimestamp(AFTER, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def made(folder: Path, warm: Callable[[Path], Path], later: list[Flow], *records: Json) -> Path:
    """Return a workspace in which the database was to be alone after a moment."""
    home = warm(folder / "home")
    before = [
        flow for flow in usual(44) + attack(START + 40 * HOUR) if flow.end < AFTER or DB not in (flow.src, flow.dst)
    ]
    text(folder / "logs" / "flows.log", before + later)
    if records:
        write(folder / "logs" / "calls.json", *records)
    triage(home, folder / "logs")
    return home


def asked(home: Path, *said: str, code: int) -> Json:
    body = jumpkit(home, "network", "--isolation", HOSTS[DB], *said, "--json", code=code).one()
    jsonschema.validate(body, jumpkit(None, "schema", "network", "--json").one())
    return body


def test_isolation_that_held_is_told_by_records_of_silence(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-27: after quarantine zero new flows; NODATA is evidence of it, and the refused attempt is listed."""
    later = quiet(NICS[DB], AFTER, AFTER + HOUR) + knock(DB, EVIL, 8443, AFTER + 100)
    body = asked(made(tmp_path, warm, later), "--since", MOMENT, code=0)
    assert body["isolation"]["held"] == "yes"
    assert [(item["state"], item["peers"]) for item in body["items"]] == [("cleared", [EVIL])]


def test_a_crossing_is_the_no_with_its_flows(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-27: one accepted flow after the moment, and it is no, with exit code 1 and the records; the moment is found."""
    later = quiet(NICS[DB], AFTER, AFTER + HOUR) + talk(DB, EVIL, 8443, AFTER + 100)
    day = datetime.fromtimestamp(START, UTC)
    request = {"instanceId": HOSTS[DB], "groupSet": {"items": [{"groupId": "sg-0123456789abcdef0"}]}}
    change = call("ec2", "ModifyInstanceAttribute", user("asha"), at(44 * 60, day), requestParameters=request)
    home = made(tmp_path, warm, later, change)
    body = asked(home, code=1)
    assert body["isolation"]["held"] == "no"
    assert (body["isolation"]["since"], body["isolation"]["basis"].split()[0]) == (MOMENT, "ModifyInstanceAttribute")
    (crossing,) = body["items"]
    assert (crossing["state"], len(crossing["events"])) == ("confirmed", 2)
    assert "NO" in jumpkit(home, "network", "--isolation", DB, "--since", MOMENT, code=1).out.splitlines()[0]


@pytest.mark.parametrize(
    "later",
    [
        quiet(NICS[DB], AFTER, AFTER + 600) + quiet(NICS[DB], AFTER + 3000, AFTER + HOUR),
        quiet(NICS[DB], AFTER, AFTER + 600, "SKIPDATA") + quiet(NICS[DB], AFTER + 600, AFTER + HOUR),
        [],
    ],
    ids=["missing interval", "SKIPDATA", "no records"],
)
def test_silence_of_the_log_is_unknown(tmp_path: Path, warm: Callable[[Path], Path], later: list[Flow]) -> None:
    """D-27: where no flow log covers the interface for that time, it is unknown and exit code 1."""
    body = asked(made(tmp_path, warm, later), "--since", MOMENT, code=1)
    assert body["isolation"]["held"] == "unknown"
    assert {item["state"] for item in body["items"]} == {"unknown"}
    assert body["limits"]
