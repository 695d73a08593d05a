"""C-07: what would destroy a machine or its evidence is found first, and is out of the way before the machine stops."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from command.clouds import KEYS, Clients
from command.emulator import emulator
from command.machines import machine
from command.proxy import Proxy
from command.run import Json, entries, jumpkit
from command.scaling import group

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # noqa: S105 - the provider's own example
WIPER = f"#!/bin/sh\nexport AWS_SECRET_ACCESS_KEY={SECRET}; shred -u /var/log/auth.log\n# \x1b[2J\nyum update\n"
GUARDS = ("protect_instance", "keep_instance_volumes", "stop_on_shutdown")


class Cloud:
    """An emulator behind a proxy that can refuse, and the command that speaks to it."""

    def __init__(self, url: str, home: Path) -> None:
        self.proxy = Proxy(url)
        self.address = self.proxy.start()
        self.clients, self.home = Clients(url), home

    def run(self, *said: str, code: int = 0) -> Json:
        around = {**KEYS, "AWS_ENDPOINT_URL": self.address}
        return jumpkit(self.home, *said, "--json", code=code, **around).one()

    def check(self, uid: str, code: int = 1) -> list[Json]:
        body = self.run("preserve", "--check", "--instance", uid, code=code)
        schema = json.loads(files("jumpkit.content").joinpath("schemas", "preserve-check.json").read_text("utf-8"))
        jsonschema.validate(body, schema)
        [one] = body["instances"]
        assert one["whole"] == all(each["state"] != "unknown" for each in one["triggers"])
        found: list[Json] = one["triggers"]
        return found

    def case(self) -> str:
        return str(self.run("case", "open", "--title", "x", "--severity", "high")["case"])

    def plan(self, case: str, *steps: str, waive: tuple[str, ...] = ()) -> str:
        told = [word for step in steps for word in ("--step", step)]
        told += [word for each in ("memory=no agent on it", *waive) for word in ("--waive", each)]
        name = str(self.run("plan", case, *told)["plan"])
        self.run("approve", name, "--solo", "alone at night")
        return name


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with emulator() as at:
        yield at


@pytest.fixture
def cloud(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    one = Cloud(url, tmp_path / "home")
    yield one
    one.proxy.server.shutdown()


def quiet(cloud: Cloud, **more: Any) -> str:
    """Start a machine that nothing would destroy, but for what `more` sets."""
    safe = {"DisableApiStop": True, "InstanceInitiatedShutdownBehavior": "stop"}
    uid: str = machine(cloud.clients, **{**safe, **more})["InstanceId"]
    kept = [{"DeviceName": "/dev/sda1", "Ebs": {"DeleteOnTermination": False}}]
    cloud.clients("ec2").modify_instance_attribute(InstanceId=uid, BlockDeviceMappings=kept)
    protect(cloud, uid, protected=True)
    return uid


def protect(cloud: Cloud, uid: str, *, protected: bool) -> None:
    told = {"InstanceId": uid, "DisableApiTermination": {"Value": protected}}
    cloud.clients("ec2").modify_instance_attribute(**told)


def seeded(cloud: Cloud) -> str:
    """Start a machine with four triggers: it ends on shutdown, takes its disk along, wipes, and a rule ends it."""
    uid = quiet(cloud, InstanceInitiatedShutdownBehavior="terminate", UserData=WIPER)
    goes = [{"DeviceName": "/dev/sda1", "Ebs": {"DeleteOnTermination": True}}]
    cloud.clients("ec2").modify_instance_attribute(InstanceId=uid, BlockDeviceMappings=goes)
    rule(cloud, f"nightly-{uid}", uid)
    return uid


def rule(cloud: Cloud, name: str, uid: str) -> None:
    events = cloud.clients("events")
    events.put_rule(Name=name, ScheduleExpression="rate(1 day)")
    arn = "arn:aws:ssm:us-east-1:123456789012:automation-definition/AWS-TerminateEC2Instance"
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn, "Input": json.dumps({"InstanceId": [uid]})}])


def cures(found: list[Json]) -> dict[str, str | None]:
    return {each["trigger"]: each["neutralize"] and each["neutralize"]["action"] for each in found}


def test_nothing_is_found_where_there_is_nothing(cloud: Cloud) -> None:
    uid = quiet(cloud, DisableApiStop=False)  # as nearly every machine is: told as a limit, and no trigger
    rule(cloud, f"other-{uid}", "i-0123456789abcdef0")
    cloud.proxy.calls.clear()
    assert cloud.check(uid, code=0) == []
    assert "StopInstances" in str(cloud.run("preserve", "--check", "--instance", uid)["instances"][0]["limits"])
    assert cloud.proxy.changes() == []


def test_exactly_the_seeded_triggers_are_listed(cloud: Cloud) -> None:
    uid = seeded(cloud)
    found = cloud.check(uid)
    assert cures(found) == {
        "shutdown_behavior": "aws/stop_on_shutdown",
        "delete_on_termination": "aws/keep_instance_volumes",
        "event_rule": "aws/disable_event_rule",
        "user_data": None,
    }
    assert len(found) == 4
    states = {each["trigger"]: each["state"] for each in found}
    assert states.pop("user_data") == "suspected"
    assert set(states.values()) == {"armed"}
    assert all(each["neutralize"] or each["none"] for each in found)
    assert SECRET not in json.dumps(found)
    assert "shred" in json.dumps(found)
    text = jumpkit(cloud.home, "preserve", "--check", "--instance", uid, code=1, AWS_ENDPOINT_URL=cloud.address, **KEYS)
    assert f"aws/stop_on_shutdown={uid}" in text.out
    assert "\x1b" not in text.out


def test_what_a_scaling_group_the_spot_market_and_reapers_do_is_listed(cloud: Cloud) -> None:
    name, uid = group(cloud.clients)
    cloud.clients("autoscaling").put_lifecycle_hook(
        LifecycleHookName="wipe", AutoScalingGroupName=name, LifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING"
    )
    found = cures(cloud.check(uid))
    assert found["scale_in"] == "aws/protect_from_scale_in"
    assert found["health_replacement"] == found["lifecycle_hook"] == "aws/suspend_scaling"
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "ttl", "Value": "\u202e4h"}]}]
    market = {"MarketType": "spot"}
    other = quiet(cloud, InstanceType="m5d.large", InstanceMarketOptions=market, TagSpecifications=tags)
    protect(cloud, other, protected=False)
    found = cures(cloud.check(other))
    assert found == {
        "termination_protection": "aws/protect_instance",
        "instance_store": None,
        "spot": None,
        "reaper_tag": "aws/protect_instance",
    }


def test_a_refused_read_is_unknown_by_name_and_never_none(cloud: Cloud) -> None:
    uid = quiet(cloud)
    cloud.proxy.denied = {"DescribeInstanceAttribute", "ListRules", "DescribeAutoScalingInstances"}
    cloud.proxy.refuse = {"scheduler:.*": "AccessDeniedException"}
    found = cloud.check(uid)
    assert {each["state"] for each in found} == {"unknown"}
    assert {each["trigger"] for each in found} == {
        "shutdown_behavior", "termination_protection", "stop_protection", "user_data", "event_rule", "schedule",
        "scaling_group",
    }  # fmt: skip
    assert {each["read"] for each in found} >= {"events:ListRules", "ec2:DescribeInstanceAttribute"}


def test_a_stop_waits_for_its_triggers_and_a_reason_is_entered(cloud: Cloud) -> None:
    uid, case = seeded(cloud), cloud.case()
    evidence = [f"aws/describe_instance={uid}", f"aws/snapshot_instance_disks={uid}"]
    stop = f"aws/stop_instance={uid}"
    refused = cloud.run("apply", cloud.plan(case, *evidence, stop), code=4)["error"]["message"]
    assert all(each in refused for each in ("delete_on_termination", "shutdown_behavior", "event_rule", "user_data"))
    guards = [*(f"aws/{each}={uid}" for each in GUARDS), f"aws/disable_event_rule=nightly-{uid}"]
    late = cloud.run("apply", cloud.plan(case, *evidence, stop, *guards), code=4)["error"]["message"]
    assert "delete_on_termination" in late, "what comes after the stop neutralizes nothing"
    early = cloud.run("apply", cloud.plan(case, *evidence, *guards, stop), code=4)["error"]["message"]
    assert "user_data" in early
    assert "delete_on_termination" not in early
    why = "the script is known: it was read line by line"
    cloud.clients("ec2").modify_instance_attribute(InstanceId=uid, DisableApiStop={"Value": False})
    name = cloud.plan(case, *evidence, *guards, stop, waive=(f"triggers={why}",))
    cloud.proxy.calls.clear()
    done = cloud.run("apply", name)
    assert {each["outcome"] for each in done["outcomes"]} <= {"done", "already"}
    changes = cloud.proxy.changes()
    assert changes.index("StopInstances") > max(
        index for index, each in enumerate(changes) if each in {"ModifyInstanceAttribute", "DisableRule"}
    )
    planned = [each["body"] for each in entries(cloud.home, case) if each["kind"] == "action.planned"]
    assert planned[-1]["waived"]["triggers"] == why


def test_a_termination_is_refused_and_a_read_that_is_denied_refuses_too(cloud: Cloud) -> None:
    uid, case = quiet(cloud), cloud.case()
    steps = [f"aws/describe_instance={uid}", f"aws/snapshot_instance_disks={uid}", f"aws/terminate_instance={uid}"]
    name = cloud.plan(case, *steps)
    cloud.proxy.denied = {"ListRules"}
    assert "event_rule is unknown" in cloud.run("apply", name, code=4)["error"]["message"]
    assert "TerminateInstances" not in cloud.proxy.changes()


def test_the_quarantine_disarms_before_it_cuts(cloud: Cloud) -> None:
    uid = seeded(cloud)
    body = cloud.run("quarantine", "--instance", uid)
    steps = [step["action"] for each in body["options"] if each["chosen"] for step in each["steps"]]
    cut = steps.index("aws/isolate_interface")
    disarming = ("aws/stop_on_shutdown", "aws/keep_instance_volumes", "aws/disable_event_rule")
    assert max(map(steps.index, disarming)) < cut
    assert any(each.startswith("user_data:") for each in body["limits"])
    kept = cloud.run("preserve", "--instance", uid)
    assert "aws/disable_event_rule" in [
        step["action"] for each in kept["options"] if each["chosen"] for step in each["steps"]
    ]
