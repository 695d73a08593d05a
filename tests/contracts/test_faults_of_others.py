"""Faults that were found in other response tools; none of them may be ours. What is not about AWS is not here yet."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from command.clouds import Clients, surroundings, theatre
from command.emulator import emulator
from command.machines import machine

from jumpkit.cloud.aws.calls import Aws
from jumpkit.model.action import Target
from jumpkit.respond import running, undoing
from jumpkit.respond.catalog import action, actions
from jumpkit.respond.options import advise

FILES = sorted((Path(__file__).resolve().parents[2] / "src" / "jumpkit" / "respond" / "actions").rglob("*.py"))
NEVER = {"ScheduleKeyDeletion", "ReleaseAddress", "DeleteSnapshot", "DeactivateMFADevice", "RebootInstances"}
LOSES_MEMORY = {"StopInstances", "TerminateInstances", "RebootInstances"}


@pytest.fixture(scope="module")
def server() -> object:
    with emulator() as at:
        yield at


@pytest.fixture
def clients(server: str, monkeypatch: pytest.MonkeyPatch) -> object:
    with surroundings(server, monkeypatch):
        yield Clients(server)


def operations(path: Path) -> set[str]:
    """Return the operations that a file of the catalogue names."""
    texts = [node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)]
    return {each for each in texts if isinstance(each, str) and re.fullmatch(r"[A-Z][a-z]+[A-Za-z]+", each)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_evidence_hangs_on_is_never_given_up(path: Path) -> None:
    """A key that a copy is encrypted under, an address, a snapshot, a second factor: none of them can be had again."""
    assert not operations(path) & NEVER


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_machine_is_stopped_before_its_memory(path: Path) -> None:
    if operations(path) & LOSES_MEMORY:
        assert "memory" in action(f"aws/{path.stem}").spec.needs_first


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_action_asks_this_machine_for_the_time(path: Path) -> None:
    assert not re.search(r"datetime\.now|time\.time|utcnow|strftime\([^)]*Z", path.read_text("utf-8"))


def test_every_interface_of_a_machine_is_isolated(clients: Clients) -> None:
    """Groups are changed on each interface: on the machine itself the provider refuses it where there are several."""
    made = machine(clients)
    ec2 = clients("ec2")
    second = ec2.create_network_interface(SubnetId=made["SubnetId"])["NetworkInterface"]["NetworkInterfaceId"]
    ec2.attach_network_interface(InstanceId=made["InstanceId"], NetworkInterfaceId=second, DeviceIndex=1)
    advice = advise(Aws(), Target("instance", made["InstanceId"], "123456789012"), {})
    [option] = [each for each in advice.options if each.name == "isolate"]
    isolated = {each.target.uid for each in option.steps if each.action == "aws/isolate_interface"}
    assert isolated == {made["NetworkInterfaces"][0]["NetworkInterfaceId"], second}
    assert not any("ModifyInstanceAttribute" in operations(path) for path in FILES if path.stem == "isolate_interface")


def test_a_network_list_counts_only_where_the_subnet_has_it(clients: Clients) -> None:
    one = theatre("aws/cut_subnet", clients)
    seen = one.seen()
    made = clients("ec2").create_network_acl(VpcId=seen["vpc"])["NetworkAcl"]["NetworkAclId"]
    alone = {**seen, "ours": made, "rules": []}
    assert one.stage.action.done(one.stage.target, alone, one.stage.mark) == "no"


def test_what_could_not_be_verified_can_be_taken_back(clients: Clients) -> None:
    """An answer that was lost leaves a step unknown; undo takes it back all the same."""
    one = theatre("aws/deny_user", clients)
    before = one.seen()
    hands, struck = one.hands("lost")
    struck.cloud = _Blind(struck.cloud, after=struck)  # type: ignore[assignment] # stands for a cloud
    assert running.run(hands, one.stage).outcome == "unknown"
    hands, _ = one.hands()
    back = undoing.standing(hands, one.stage)
    assert isinstance(back, undoing.Back)
    assert undoing.take_back(hands, back).outcome == "done"
    assert one.seen() == before


class _Blind:
    """A cloud that answers nothing more once a change went out."""

    def __init__(self, cloud: object, after: object) -> None:
        self._cloud, self._after = cloud, after

    def __getattr__(self, name: str) -> object:
        from jumpkit.kit.errors import Unreachable  # noqa: PLC0415 - as the name of what happens here

        if self._after.changes and name != "change":  # type: ignore[attr-defined] # a Struck
            raise Unreachable("the line is dead", target=name)
        return getattr(self._cloud, name)


def test_every_kind_that_an_action_aims_at_is_spelled_once() -> None:
    """No branch can be unreachable for a kind: an action refuses a target of another kind by name."""
    kinds = {each.spec.target for each in actions()}
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", each) for each in kinds)
