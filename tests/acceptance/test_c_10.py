"""C-10: a case does not end while something that responders did, or found, is left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command.amazon import amazon
from command.run import assert_intact, jumpkit

from jumpkit.respond.sweep.leftovers import Past, standing, steps_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from command.amazon import Amazon

TRUST = '{"Version": "2012-10-17", "Statement": []}'


@pytest.fixture(scope="module")
def cloud() -> Iterator[Amazon]:
    with amazon() as found:
        yield found


def against(home: Path, case: str) -> str:
    message: str = jumpkit(home, "case", "close", case, "--json", code=4).one()["error"]["message"]
    return message


def test_a_containment_in_force_keeps_a_case_open(cloud: Amazon, tmp_path: Path) -> None:
    home = tmp_path / "home"
    case = jumpkit(home, "case", "open", "--title", "t", "--severity", "high", "--json").one()["case"]
    cloud.client("iam").create_role(RoleName="web", AssumeRolePolicyDocument=TRUST)
    assert "containment of" not in against(home, case)
    step = "aws/revoke_role_sessions=web"
    plan = jumpkit(home, "plan", case, "--step", step, "--json", **cloud.where).one()["plan"]
    jumpkit(home, "approve", plan, "--solo", "alone", "--json")
    jumpkit(home, "apply", plan, "--json", **cloud.where)
    assert f"the containment of {plan} is neither taken back" in against(home, case)
    jumpkit(home, "undo", plan, "--proceed", "--json", **cloud.where)
    assert "containment of" not in against(home, case)
    assert_intact(home)


def row(number: int, state: str, action: str = "aws/disable_access_key", **more: str) -> dict[str, str]:
    told = {"effect": f"E-{number}", "plan": "P-1", "step": "1", "action": action, "direction": "apply", "state": state}
    return told | {"target": '{"uid": "AKIA1"}'} | more


def test_what_stands_is_addressed_or_accepted() -> None:
    step = {"action": "aws/disable_access_key", "target": "AKIA1", "options": {}}
    item = {"uid": "access_key:1::AKIA1", "state": "malicious", "action": step, "gives": "access", "kind": "access_key"}
    sweep = {"items": [item, {**item, "state": "suspect"}]}
    [said] = standing(sweep, Past((), ()), ends=True)
    assert "access_key:1::AKIA1 still stands" in said
    assert standing(sweep, Past((), ("we keep access_key:1::AKIA1 as bait",)), ends=True) == []
    assert standing(sweep, Past((row(1, "done"),), ()), ends=False) == []
    back = row(2, "done", direction="undo")
    assert len(standing(sweep, Past((row(1, "done"), back), ()), ends=True)) == 1
    assert standing(None, Past((row(1, "done"),), ("P-1 stays",)), ends=True) == []
    [doubt] = standing(None, Past((row(1, "unknown"),), ()), ends=False)
    assert "jumpkit resume P-1" in doubt
    assert standing(None, Past((row(1, "unknown"), row(2, "failed")), ()), ends=True) == []


def test_sight_comes_back_first_and_no_step_twice() -> None:
    def one(gives: str, action: str, target: str) -> dict[str, object]:
        step = {"action": action, "target": target, "options": {}}
        return {"uid": target, "kind": gives, "gives": gives, "action": step}

    items = [one("runs", "aws/terminate_instance", "i-1"), one("access", "aws/deny_user", "eve")]
    items += [one("rights", "aws/deny_user", "eve"), one("blinds", "aws/start_logging", "main")]
    assert [each["target"] for each in steps_for(items)] == ["main", "eve", "i-1"]
