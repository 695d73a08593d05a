"""C-05: what loses evidence is refused until the evidence is there, or somebody says why not; then it is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command.clouds import KEYS, Clients
from command.emulator import emulator
from command.machines import machine
from command.run import Json, entries, jumpkit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with emulator() as at:
        yield at


def test_evidence_before_change(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    home = tmp_path / "home"
    uid = machine(Clients(url))["InstanceId"]
    case = jumpkit(home, "case", "open", "--title", "x", "--severity", "high", "--json").one()["case"]
    run = told(home, url)
    stop = f"aws/stop_instance={uid}"
    plan = run("plan", case, "--step", stop)["plan"]
    run("approve", plan, "--solo", "alone")
    error = run("apply", plan, code=4)["error"]
    assert "memory" in error["message"]
    assert "disks" in error["message"]
    state = Clients(url)("ec2").describe_instances(InstanceIds=[uid])["Reservations"][0]["Instances"][0]["State"]
    assert state["Name"] == "running"
    steps = [f"aws/describe_instance={uid}", f"aws/snapshot_instance_disks={uid}", stop]
    asked = [word for step in steps for word in ("--step", step)]
    waive = ("--waive", "memory=no agent on it", "--waive", "triggers=its disks are copied")
    plan = run("plan", case, *asked, *waive)["plan"]
    run("approve", plan, "--solo", "alone")
    done = run("apply", plan)
    assert [each["outcome"] for each in done["outcomes"]] == ["done", "done", "done"]
    assert done["contained"] == "yes"
    run("undo", plan)
    state = Clients(url)("ec2").describe_instances(InstanceIds=[uid])["Reservations"][0]["Instances"][0]["State"]
    assert state["Name"] == "running"
    ended = [each["body"] for each in entries(home, case) if each["kind"] == "action.ended"]
    assert [(each["action"], each["direction"]) for each in ended][-4:] == [
        ("aws/describe_instance", "apply"),
        ("aws/snapshot_instance_disks", "apply"),
        ("aws/stop_instance", "apply"),
        ("aws/stop_instance", "undo"),
    ]
    waived = run("apply", plan, "--dry-run")["waived"]
    assert waived == {"memory": "no agent on it", "triggers": "its disks are copied"}


def told(home: Path, url: str) -> Callable[..., Json]:
    def run(*said: str, code: int = 0) -> Json:
        return jumpkit(home, *said, "--json", code=code, **{**KEYS, "AWS_ENDPOINT_URL": url}).one()

    return run
