from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import jsonschema
import pytest
from command.evidence import member_of, sealed
from command.flows import (
    DB,
    EVIL,
    HOSTS,
    HOUR,
    JUMP,
    NICS,
    START,
    attack,
    text,
    usual,
)
from command.logs import at, call, user, write
from command.run import Json, copied, jumpkit, show, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = datetime.fromtimestamp(START, UTC)
BEGAN = START + 40 * HOUR


def calls() -> list[Json]:
    """Return what the log of calls says of the same two days: an intruder starts the machine that attacks."""
    nic = {"networkInterfaceId": NICS[JUMP], "privateIpAddress": JUMP}
    made = {"instanceId": HOSTS[JUMP], "privateIpAddress": JUMP, "networkInterfaceSet": {"items": [nic]}}
    eve, started = user("eve"), {"instancesSet": {"items": [made]}}
    return [
        *(call("ec2", "DescribeInstances", user("asha"), at(minute, DAY)) for minute in range(0, 2880, 30)),
        call("cloudtrail", "StopLogging", eve, at(2340, DAY), sourceIPAddress=EVIL, requestParameters={"name": "main"}),
        call("ec2", "RunInstances", eve, at(2345, DAY), sourceIPAddress=EVIL, responseElements=started),
    ]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> tuple[Path, Json]:
    """Return a workspace that read two days of calls and flows, and what `network` says of it."""
    folder = tmp_path_factory.mktemp("attacked")
    home = warm(folder / "home")
    text(folder / "logs" / "flows.log", sorted(usual(48) + attack(BEGAN), key=lambda flow: flow.start))
    write(folder / "logs" / "calls.json", *calls())
    triage(home, folder / "logs")
    return home, jumpkit(home, "network", "--json").one()


def test_the_seeded_beacon_exfiltration_scan_and_move_are_found(attacked: tuple[Path, Json]) -> None:
    """D-19: beaconing, scans, exfiltration and lateral moves, joined to findings and machines."""
    home, body = attacked
    jsonschema.validate(body, jumpkit(None, "schema", "network", "--json").one())
    kinds = {item["kind"]: item for item in body["items"]}
    assert set(kinds) == {"contact", "egress", "beacon", "lateral", "inbound", "scan"}
    assert kinds["beacon"]["figures"]["connections"] == 24
    assert kinds["egress"]["bytes"]["sent"] == 400_000_000
    assert kinds["egress"]["asset"]["instance"] == HOSTS[DB]
    assert any(known.startswith("RunInstances ") for known in kinds["scan"]["asset"]["known_by"])
    findings = set(jumpkit(home, "case", "show", "--json").one()["findings"])
    for kind in ("contact", "egress", "beacon", "inbound"):
        assert kinds[kind]["findings"], kind
        assert set(kinds[kind]["findings"]) <= findings


def test_every_item_walks_back_to_lines_of_the_log(attacked: tuple[Path, Json]) -> None:
    """D-19: what an item claims is read in the records that it names."""
    home, body = attacked
    (beacon,) = [item for item in body["items"] if item["kind"] == "beacon"]
    assert len(beacon["events"]) + beacon["more"] == 48
    address = show(home, beacon["events"][0])["record"]
    line = member_of(sealed(home, address["sha256"]), address["member"])[address["start"] : address["end"]].decode()
    assert line.split()[2:5] == [NICS[DB], DB, EVIL]
    for item in body["items"]:
        assert item["events"]
        assert all(event.startswith("x-") for event in item["events"])


def test_interval_sampling_and_payload_are_always_stated(attacked: tuple[Path, Json]) -> None:
    """D-19: the aggregation interval, sampling and the missing payload are printed."""
    said = jumpkit(attacked[0], "network").out
    assert "the interval is taken to be 60 s" in said
    assert "no payload" in said
    assert "sampling rate" in said
    assert "pkt-srcaddr" in said
    assert "metadata service" in said


def test_without_flow_logs_the_answer_is_unknown(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-19: take the flow logs away, and it says unknown, never that nothing was found."""
    home = warm(tmp_path / "home")
    triage(home, write(tmp_path / "logs" / "calls.json", *calls()))
    body = jumpkit(home, "network", "--json").one()
    assert [(item["kind"], item["state"]) for item in body["items"]] == [("coverage", "unknown")]
    assert "no flow record" in body["limits"][0]["because"]
    assert "unknown" in jumpkit(home, "network").out


def test_flows_of_a_case_are_told_alike_however_they_came(attacked: tuple[Path, Json], tmp_path: Path) -> None:
    """D-19: split over files and delivered in two runs, the same items."""
    flows = usual(48) + attack(BEGAN)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    copied(attacked[0] / "cache" / "rules", home / "cache" / "rules")
    text(tmp_path / "one" / "late.log", flows[::2][::-1])
    write(tmp_path / "one" / "calls.json", *calls()[::-1])
    text(tmp_path / "two" / "rest.log", flows[1::2])
    case = triage(home, tmp_path / "one")["case"]
    triage(home, tmp_path / "two", "--case", case)
    assert jumpkit(home, "network", case, "--json").one() == attacked[1]
