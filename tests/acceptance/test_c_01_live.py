"""C-01: the management plane is swept live: all that an attack left is named, nothing of the estate is malicious."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from command.run import Json, assert_intact, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("boto3", reason="the lab's clients are those of the extra `lab`")
pytest.importorskip("moto", reason="the extra `lab` is not installed here")

LOOKED = ("--in", "eu-central-1", "--in", "us-west-2")
KINDS = {
    "security_group": "port_opened",
    "function_url": "function_open",
    "instances": "instance",
    "lifecycle": "bucket_lifecycle",
}
ATTACKS = ("leaked-key", "compromised-instance", "bucket-ransom")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("swept") / "home"
    yield folder
    jumpkit(folder, "lab", "down", code=None)


@pytest.fixture(scope="module")
def where(home: Path) -> dict[str, str]:
    lab = jumpkit(home, "lab", "up", "--json").one()
    keys = {name.upper(): value for name, value in lab["responder"].items()}
    named = {f"AWS_{name}": value for name, value in keys.items()}
    return named | {"AWS_ENDPOINT_URL": lab["endpoint_url"], "AWS_DEFAULT_REGION": lab["region"]}


def swept(home: Path, where: dict[str, str], *said: str) -> Json:
    body = jumpkit(home, "sweep", *said, *LOOKED, "--json", code=None, **where).one()
    jsonschema.validate(body, json.loads((files("jumpkit.content") / "schemas" / "sweep.json").read_text("utf-8")))
    return body


def named(body: Json, *states: str) -> dict[tuple[str, str], Any]:
    """Return what stands in these states by kind and name; a rule of a group by the group's."""
    found = [each for each in body["items"] if each["state"] in states]
    return {(each["kind"], each["name"].partition("/sgr-")[0]): each for each in found}


def test_of_an_untouched_estate_nothing_is_malicious(home: Path, where: dict[str, str]) -> None:
    case = jumpkit(home, "case", "open", "--title", "quiet", "--severity", "low", "--json").one()["case"]
    body = swept(home, where, case)
    assert body["counts"]["malicious"] == 0
    assert body["counts"]["suspect"] <= 5
    assert {each["kind"] for each in body["items"]} >= {"user", "access_key", "role_trust", "function", "instance"}
    assert body["views"] == 1
    assert any("one principal" in each["because"] for each in body["limits"]), (
        "one view is all there is, and it says so"
    )
    assert body["whole"] is (not body["unread"])
    assert any(each["what"].startswith("CloudFormation stack") for each in body["not_covered"])
    assert len(body["not_covered"]) > 20


@pytest.mark.parametrize("name", ATTACKS)
def test_all_that_an_attack_left_is_named(name: str, home: Path, where: dict[str, str]) -> None:
    attack = jumpkit(home, "lab", "attack", name, "--json").one()
    case = triage(
        home, attack["logs"], "--case", jumpkit(home, "case", "open", "--title", name, "--json").one()["case"]
    )["case"]
    truth = jumpkit(home, "lab", "truth", attack["run"], "--json").one()
    body = swept(home, where, case)
    grave = named(body, "malicious", "suspect")
    for left in truth["persistence"]:
        assert (KINDS.get(left["kind"], left["kind"]), left["name"]) in grave, left
    evil = named(body, "malicious")
    assert evil
    for item in evil.values():
        assert item["why"]
        assert item["action"] or item["by_hand"]
    assert all(item["events"] for item in evil.values() if item["by"])
    jumpkit(home, "show", next(item["events"][0] for item in evil.values() if item["events"]), "--json")
    assert_intact(home)


def test_a_denied_read_is_unknown_and_containment_waits(home: Path, where: dict[str, str]) -> None:
    import boto3  # noqa: PLC0415 - the extra may be missing

    keys = {"aws_access_key_id": where["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": where["AWS_SECRET_ACCESS_KEY"]}
    iam = boto3.client("iam", endpoint_url=where["AWS_ENDPOINT_URL"], region_name="us-east-1", **keys)
    iam.create_user(UserName="half-blind")
    allowed = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "kms:*", "Resource": "*"},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": allowed})
    iam.put_user_policy(UserName="half-blind", PolicyName="most", PolicyDocument=document)
    made = iam.create_access_key(UserName="half-blind")["AccessKey"]
    less = where | {"AWS_ACCESS_KEY_ID": made["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"]}
    case = jumpkit(home, "case", "open", "--title", "half", "--severity", "low", "--json").one()["case"]
    body = swept(home, less, case)
    assert body["whole"] is False
    denied = {each["kind"] for each in body["unread"] if each["denied"]}
    assert denied == {"key_policy", "key_grant"}
    assert any(each["what"].startswith("key_grant") and "unknown" in each["because"] for each in body["limits"])

    ec2 = boto3.client("ec2", endpoint_url=where["AWS_ENDPOINT_URL"], region_name="eu-central-1", **keys)
    card = ec2.describe_network_interfaces()["NetworkInterfaces"][0]["NetworkInterfaceId"]
    plan = jumpkit(home, "plan", case, "--step", f"aws/isolate_interface={card}", "--json", **where).one()["plan"]
    jumpkit(home, "approve", plan, "--solo", "a trial", "--json")
    refused = jumpkit(home, "apply", plan, "--json", code=4, **where).one()["error"]
    assert "intruder left" in refused["message"], "a sweep that fell short does not open the gate"
    swept(home, where, case)
    assert jumpkit(home, "apply", plan, "--json", code=None, **where).one()["outcomes"][0]["outcome"] == "done"
