"""C-01: the management plane is swept live: all that an attack left is named, nothing of the estate is malicious."""

from __future__ import annotations

import json
import os
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from command.proxy import Proxy
from command.run import Json, assert_intact, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

boto3 = pytest.importorskip("boto3", reason="the lab's clients are those of the extra `lab`")
pytest.importorskip("moto", reason="the extra `lab` is not installed here")

KINDS = {
    "security_group": "port_opened",
    "function_url": "function_open",
    "instances": "instance",
    "lifecycle": "bucket_lifecycle",
}
ATTACKS = ("leaked-key", *(("compromised-instance", "bucket-ransom") if os.environ.get("JUMPKIT_CHAOS") else ()))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("swept") / "home"
    yield folder
    jumpkit(folder, "lab", "down", code=None)


@pytest.fixture(scope="module")
def where(home: Path) -> dict[str, str]:
    lab = jumpkit(home, "lab", "up", "--json").one()
    named = {f"AWS_{name.upper()}": value for name, value in lab["responder"].items()}
    return named | {"AWS_ENDPOINT_URL": lab["endpoint_url"], "AWS_DEFAULT_REGION": lab["region"]}


def opened(home: Path, title: str) -> str:
    case: str = jumpkit(home, "case", "open", "--title", title, "--severity", "low", "--json").one()["case"]
    return case


def swept(home: Path, where: dict[str, str], case: str, *regions: str) -> Json:
    looked = [word for region in regions for word in ("--in", region)]
    body = jumpkit(home, "sweep", case, *looked, "--json", code=None, **where).one()
    jsonschema.validate(body, json.loads((files("jumpkit.content") / "schemas" / "sweep.json").read_text("utf-8")))
    return body


def named(body: Json, *states: str) -> dict[tuple[str, str], Any]:
    """Return what stands in these states by kind and name; a rule of a group by the group's."""
    found = [each for each in body["items"] if each["state"] in states]
    return {(each["kind"], each["name"].partition("/sgr-")[0]): each for each in found}


def isolated(home: Path, where: dict[str, str], case: str, code: int | None) -> Json:
    """Return what applying the isolation of an interface comes to."""
    keys = {name.lower(): where[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    ec2 = boto3.client("ec2", endpoint_url=where["AWS_ENDPOINT_URL"], region_name="eu-central-1", **keys)
    card = ec2.describe_network_interfaces()["NetworkInterfaces"][0]["NetworkInterfaceId"]
    plan = jumpkit(home, "plan", case, "--step", f"aws/isolate_interface={card}", "--json", **where).one()["plan"]
    jumpkit(home, "approve", plan, "--solo", "a trial", "--json")
    return jumpkit(home, "apply", plan, "--json", code=code, **where).one()


def test_a_denied_read_is_unknown_and_containment_waits(home: Path, where: dict[str, str]) -> None:
    proxy = Proxy(where["AWS_ENDPOINT_URL"], refuse={"kms:.*": "AccessDeniedException"})
    case = opened(home, "half")
    body = swept(home, where | {"AWS_ENDPOINT_URL": proxy.start()}, case, "eu-central-1")
    proxy.server.shutdown()
    assert set(proxy.changes()) <= {"Post"}, "all that is asked reads; RAM is read by POST"
    assert body["whole"] is False
    assert {each["kind"] for each in body["unread"] if each["denied"]} == {"key_policy", "key_grant"}
    assert any(each["what"].startswith("key_grant") and "unknown" in each["because"] for each in body["limits"])
    refused = isolated(home, where, case, 4)["error"]
    assert "intruder left" in refused["message"], "a sweep that fell short does not open the gate"


def test_of_an_untouched_estate_nothing_is_malicious(home: Path, where: dict[str, str]) -> None:
    case = opened(home, "quiet")
    body = swept(home, where, case, "eu-central-1")
    assert body["counts"]["malicious"] == 0
    assert body["counts"]["suspect"] <= 5
    assert {each["kind"] for each in body["items"]} >= {"user", "access_key", "role_trust", "function", "instance"}
    assert body["views"] == 1
    assert any("one principal" in each["because"] for each in body["limits"]), "one view is all there is"
    assert body["whole"] is (not body["unread"])
    assert any(each["what"].startswith("CloudFormation stack") for each in body["not_covered"])
    assert len(body["not_covered"]) > 20
    [outcome] = isolated(home, where, case, None)["outcomes"]
    assert outcome["outcome"] == "done", "after the sweep workloads may be contained"


@pytest.mark.parametrize("name", ATTACKS)
def test_all_that_an_attack_left_is_named(name: str, home: Path, where: dict[str, str]) -> None:
    attack = jumpkit(home, "lab", "attack", name, "--json").one()
    case = triage(home, attack["logs"], "--case", opened(home, name))["case"]
    truth = jumpkit(home, "lab", "truth", attack["run"], "--json").one()
    body = swept(home, where, case, "eu-central-1", "us-west-2")
    grave = named(body, "malicious", "suspect")
    for left in truth["persistence"]:
        assert (KINDS.get(left["kind"], left["kind"]), left["name"]) in grave, left
    evil = named(body, "malicious")
    assert evil
    assert all(item["action"] or item["by_hand"] for item in evil.values())
    assert all(item["events"] for item in evil.values() if item["by"])
    jumpkit(home, "show", next(item["events"][0] for item in evil.values() if item["events"]), "--json")
    assert_intact(home)
    plan = jumpkit(home, "plan", case, "--from-sweep", "--json", **where).one()
    wanted = {(item["action"]["action"], item["action"]["target"]) for item in evil.values() if item["action"]}
    planned = [(step["action"], step["target"]["uid"]) for step in plan["steps"]]
    assert wanted <= set(planned)
    assert len(set(planned)) == len(planned)
    refused = jumpkit(home, "case", "state", case, "recovering", "--json", code=4).one()["error"]
    assert "still stands" in refused["message"]
