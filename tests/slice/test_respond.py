"""A plan is looked at, approved, run, interrupted, taken back: by command, a recording proxy before the cloud."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import jsonschema
import pytest
from command.clouds import KEYS
from command.emulator import emulator
from command.proxy import Proxy
from command.run import COMMAND, Json, assert_intact, jumpkit, surroundings
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from jumpkit.app.actions import listed, shown
from jumpkit.respond.catalog import ids

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = Path(__file__).resolve().parents[2] / "src" / "jumpkit" / "content" / "schemas"
PROMISED = {"plan", "outcomes", "respond", "actions", "action", "approver"}
TRUST = '{"Version": "2012-10-17", "Statement": []}'
ALL = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    with emulator() as at:
        yield at


@dataclass
class Scene:
    """A workspace with a case, a cloud, and the proxy between them."""

    home: Path
    moto: str
    proxy: Proxy
    url: str
    case: str

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
        return boto3.client(service, endpoint_url=self.moto, **keys)

    def run(self, *said: str, code: int | None = 0, **more: str) -> Json:
        body = jumpkit(self.home, *said, "--json", code=code, **{**KEYS, "AWS_ENDPOINT_URL": self.url, **more}).one()
        name = body["schema"].partition("/")[0] if "schema" in body else "error"
        if name in PROMISED or name == "error":
            jsonschema.validate(body, json.loads((SCHEMAS / f"{name}.json").read_text()))
        return body

    def role(self, name: str) -> str:
        self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
        return name

    def kill_at(self, what: str, operation: str, plan: str) -> None:
        """Run a plan, and kill it while a call, or its reply, never comes through."""
        self.proxy.drop = lambda called: what if called == operation else None
        told = [*COMMAND, "apply", plan, "--home", str(self.home), "--json"]
        around = surroundings(**KEYS, AWS_ENDPOINT_URL=self.url)
        run = subprocess.Popen(told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=around)
        assert self.proxy.dropped.wait(60)
        os.kill(run.pid, signal.SIGKILL)
        run.communicate()
        self.proxy.drop = lambda _: None
        self.proxy.released.set()

    def plan(self, *steps: str) -> str:
        told = [word for step in steps for word in ("--step", step)]
        name: str = self.run("plan", self.case, *told)["plan"]
        self.run("approve", name, "--solo", "alone at night")
        return name


@pytest.fixture
def scene(moto: str, tmp_path: Path) -> Iterator[Scene]:
    proxy = Proxy(moto)
    home = tmp_path / "home"
    case = jumpkit(home, "case", "open", "--title", "leak", "--severity", "high", "--json").one()["case"]
    yield Scene(home, moto, proxy, proxy.start(), case)
    proxy.released.set()
    proxy.server.shutdown()


def test_dry_run_changes_nothing_and_tells_what_apply_calls(scene: Scene) -> None:
    name = scene.run("plan", scene.case, "--step", f"aws/revoke_role_sessions={scene.role('dry')}")["plan"]
    scene.proxy.calls.clear()
    dry = scene.run("apply", name, "--dry-run")
    assert scene.proxy.changes() == []
    scene.run("apply", name, code=4)
    assert scene.proxy.changes() == [], "without approval nothing is sent"
    scene.run("approve", name, "--solo", "alone at night")
    done = scene.run("apply", name)
    planned = [call["operation"] for step in dry["steps"] for call in step["calls"]]
    assert scene.proxy.changes() == planned == ["PutRolePolicy"]
    assert [each["outcome"] for each in done["outcomes"]] == ["done"]
    assert done["contained"] == "yes"
    assert any(f"case/{scene.case}" in agent and f"plan/{name}" in agent for agent in scene.proxy.agents)
    assert_intact(scene.home)


def test_a_reply_that_never_came_and_a_kill_leave_one_policy(scene: Scene) -> None:
    role = scene.role("killed")
    name = scene.plan(f"aws/revoke_role_sessions={role}")
    scene.kill_at("reply", "PutRolePolicy", name)
    scene.proxy.calls.clear()
    assert_intact(scene.home)
    [outcome] = scene.run("resume", name)["outcomes"]
    assert outcome["outcome"] == "already"
    assert scene.proxy.changes() == [], "nothing is sent again"
    assert len(scene.client("iam").list_role_policies(RoleName=role)["PolicyNames"]) == 1
    scene.run("undo", name, code=4)  # it would arm the sessions again
    scene.run("undo", name, "--proceed")
    assert scene.client("iam").list_role_policies(RoleName=role)["PolicyNames"] == []
    assert_intact(scene.home)


def test_a_kill_before_the_call_is_gone_on_with(scene: Scene) -> None:
    role = scene.role("before")
    name = scene.plan(f"aws/revoke_role_sessions={role}")
    scene.kill_at("call", "PutRolePolicy", name)
    [outcome] = scene.run("resume", name)["outcomes"]
    assert outcome["outcome"] == "done"
    assert len(scene.client("iam").list_role_policies(RoleName=role)["PolicyNames"]) == 1


def test_the_provider_tells_the_time_not_this_machine(scene: Scene) -> None:
    role = scene.role("clock")
    theirs = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    scene.proxy.date = format_datetime(theirs, usegmt=True)
    name = scene.plan(f"aws/revoke_role_sessions={role}")
    scene.run("apply", name, TZ="America/Los_Angeles")
    [policy] = scene.client("iam").list_role_policies(RoleName=role)["PolicyNames"]
    document = scene.client("iam").get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    moment = document["Statement"][0]["Condition"]["DateLessThan"]["aws:TokenIssueTime"]
    assert moment == theirs.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_group_planted_under_our_name_is_not_adopted(scene: Scene) -> None:
    ec2 = scene.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    card = ec2.create_network_interface(SubnetId=subnet["SubnetId"])["NetworkInterface"]
    uid, vpc = card["NetworkInterfaceId"], card["VpcId"]
    first = scene.run("plan", scene.case, "--step", f"aws/isolate_interface={uid}", "--waive", "sweep=a trial")
    ours = first["steps"][0]["calls"][0]["parameters"]["GroupName"]
    planted = ec2.create_security_group(GroupName=ours, Description="theirs", VpcId=vpc)["GroupId"]
    scene.run("approve", first["plan"], "--solo", "alone at night")
    body = scene.run("apply", first["plan"], code=1)
    assert body["outcomes"][0]["outcome"] == "failed"
    [held] = ec2.describe_network_interfaces(NetworkInterfaceIds=[uid])["NetworkInterfaces"]
    assert planted not in [each["GroupId"] for each in held["Groups"]]
    assert body["contained"] == "no"


def test_undo_refuses_what_somebody_changed(scene: Scene) -> None:
    role = scene.role("drifted")
    name = scene.plan(f"aws/revoke_role_sessions={role}")
    scene.run("apply", name)
    scene.client("iam").put_role_policy(RoleName=role, PolicyName="theirs", PolicyDocument=ALL)
    scene.proxy.calls.clear()
    for said in ([], ["--proceed"]):
        body = scene.run("undo", name, *said, code=4)
        assert body["outcomes"][0]["outcome"] == "refused"
        assert body["outcomes"][0]["drift"]
    assert scene.proxy.changes() == []


def test_a_plan_that_was_changed_is_refused(scene: Scene) -> None:
    name = scene.plan(f"aws/revoke_role_sessions={scene.role('approved')}")
    with sqlite3.connect(scene.home / "book.sqlite") as book:
        book.execute("UPDATE [plan] SET body = replace(body, 'approved', 'apprived') WHERE [plan] = ?", (name,))
    scene.proxy.calls.clear()
    assert scene.run("apply", name, code=4)["error"]["kind"] == "refused"
    assert scene.proxy.changes() == []


def test_two_people_approve_and_the_requester_is_none_of_them(scene: Scene, tmp_path: Path) -> None:
    name = scene.run("plan", scene.case, "--step", f"aws/revoke_role_sessions={scene.role('two')}")["plan"]
    keys = {}
    for person in ("asha", "bo", "stranger"):
        private = Ed25519PrivateKey.generate()
        keys[person] = tmp_path / person
        keys[person].write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
        public = tmp_path / f"{person}.pub"
        public.write_bytes(private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH))
        if person != "stranger":
            scene.run("approver", "add", person, "--key", str(public))
    assert scene.run("approve", name, "--key", str(keys["stranger"]), code=4)["error"]["kind"] == "refused"
    assert scene.run("approve", name, "--key", str(keys["asha"]))["approvals"]["have"] == 1
    scene.run("approve", name, "--key", str(keys["asha"]), code=4)
    scene.run("apply", name, code=4)
    digest = scene.run("apply", name, "--dry-run")["digest"]
    (tmp_path / "digest").write_text(digest)
    signing = ["ssh-keygen", "-Y", "sign", "-n", "jumpkit-plan", "-f", str(keys["bo"]), str(tmp_path / "digest")]
    keys["bo"].chmod(0o600)
    subprocess.run(signing, check=True, capture_output=True)
    told = scene.run("approve", name, "--signature", str(tmp_path / "digest.sig"))
    assert told["approvals"]["people"] == ["asha", "bo"]
    assert scene.run("apply", name)["outcomes"][0]["outcome"] == "done"
    mine = scene.run("plan", scene.case, "--step", f"aws/revoke_role_sessions={scene.role('mine')}", JUMPKIT_ACTOR="bo")
    scene.run("approve", mine["plan"], "--key", str(keys["bo"]), code=4)


def test_another_account_is_refused(scene: Scene) -> None:
    step = f"aws/revoke_role_sessions={scene.role('elsewhere')}"
    error = scene.run("plan", scene.case, "--step", step, "--account", "999999999999", code=4)["error"]
    assert "999999999999" in error["message"]


def test_what_a_log_names_is_not_a_target(scene: Scene) -> None:
    error = scene.run("plan", scene.case, "--step", "aws/disable_access_key=AKIANOBODYHASTHISKEY", code=2)["error"]
    assert error["kind"] == "not_found"


def test_an_alert_becomes_a_plan(scene: Scene, tmp_path: Path) -> None:
    """GuardDuty's word is enough to gather and to ask; without answers nothing is planned, and nothing is changed."""
    scene.proxy.denied.add("LookupEvents")  # which the emulator lacks
    iam = scene.client("iam")
    iam.create_user(UserName="ci")
    key = iam.create_access_key(UserName="ci")["AccessKey"]["AccessKeyId"]
    alert = {
        "Id": "f1",
        "AccountId": "123456789012",
        "Region": "us-east-1",
        "Title": "Used from a list of known bad addresses",
        "Type": "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom",
        "Resource": {"AccessKeyDetails": {"AccessKeyId": key, "UserName": "ci", "UserType": "IAMUser"}},
    }
    path = tmp_path / "alert.json"
    path.write_text(json.dumps({"Findings": [alert]}))
    asked = scene.run("respond", "--finding", str(path))
    assert asked["plan"] is None
    assert {each["option"] for each in asked["options"]} == {"key", "user"}
    assert any("event" in each for each in asked["limits"]), "what could not be gathered is a limit"
    body = scene.run("respond", "--finding", str(path), "--yes-to-defaults")
    assert body["case"] == asked["case"], "the same alert opens no second case"
    assert scene.proxy.changes() == []
    plan = scene.run("apply", body["plan"], "--dry-run")
    assert [each["action"] for each in plan["steps"]] == ["aws/disable_access_key", "aws/deny_user"]
    scene.run("approve", body["plan"], "--solo", "alone at night")
    done = scene.run("apply", body["plan"])
    assert done["contained"] == "yes"
    assert iam.list_access_keys(UserName="ci")["AccessKeyMetadata"][0]["Status"] == "Inactive"
    scene.run("undo", body["plan"], "--proceed")
    assert iam.list_access_keys(UserName="ci")["AccessKeyMetadata"][0]["Status"] == "Active"
    assert_intact(scene.home)


def test_an_alert_of_another_account_is_refused(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "alert.json"
    resource = {"instanceDetails": {"instanceId": "i-1"}}
    path.write_text(
        json.dumps({"detail": {"accountId": "999999999999", "resource": resource, "title": "x", "id": "y"}})
    )
    assert scene.run("respond", "--finding", str(path), code=4)["error"]["kind"] == "refused"


def test_the_catalogue_says_what_it_promises() -> None:
    schema = json.loads((SCHEMAS / "action.json").read_text())
    jsonschema.validate(listed(), json.loads((SCHEMAS / "actions.json").read_text()))
    for name in ids():
        jsonschema.validate(json.loads(json.dumps(shown(name))), schema)
