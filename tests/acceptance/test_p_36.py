"""P-36: a role for each function of a response, with the least that its actions need, and nothing beside."""

from __future__ import annotations

import copy
import io
import json
import os
import random
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import hcl2
import jsonschema
import pytest
from command.run import Json, jumpkit
from iam.build import HOME, allow, doc, to

from jumpkit.respond.catalog import actions
from jumpkit.respond.policy.actions import table
from jumpkit.respond.policy.decide import Verdict
from jumpkit.respond.policy.document import read
from jumpkit.respond.policy.layers import Policies
from jumpkit.respond.policy.questions import DIRECT, Need, lacks
from jumpkit.respond.policy.request import NOTHING, identify
from jumpkit.respond.roles.scopes import scopes
from jumpkit.respond.triggers.find import GATE, READS

if TYPE_CHECKING:
    from pathlib import Path

FUNCTIONS = {
    "collect": {"collect"},
    "contain": {"contain", "guard"},
    "eradicate": {"eradicate"},
    "recover": {"recover"},
    "break-glass": {"collect", "contain", "guard", "eradicate", "recover"},
}
OURS = f"arn:aws:iam::{HOME}:role/jumpkit/jumpkit-contain"


@pytest.fixture(scope="module")
def body(tmp_path_factory: pytest.TempPathFactory) -> Json:
    home = tmp_path_factory.mktemp("roles") / "home"
    return jumpkit(home, "roles", "build", "--provider", "aws", "--account", HOME, "--json").one()


@pytest.fixture(scope="module")
def roles(body: Json) -> dict[str, Json]:
    return {each["role"]: each for each in body["roles"]}


def documents(role: Json) -> list[Json]:
    return [each["document"] for each in role["policies"]]


def held(found: list[Json]) -> Policies:
    """Return what stands of a role in an account without other limits."""
    identity = tuple(read(f"policy {at}", each) for at, each in enumerate(found))
    delegating = doc(to({"AWS": HOME}, allow("*")))  # as keys' policies are, unless somebody took that out
    return Policies(identity, (), (), (delegating,), (), (), granted=False, public_blocked=False, managing=False)


def resources(permission: str) -> list[str]:
    """Return a thing of every kind that a permission can be held to, as it could be called."""
    kinds = scopes().actions[permission]
    found = [scopes().resources[kind].format(partition="aws", account=HOME) for kind in kinds]
    return [re.sub(r"\*", "x1", each) for each in found] or [NOTHING]


def calls(permission: str, beside: set[str]) -> list[Need]:
    """Return calls that ask for a permission, as an action makes them."""
    passed = sorted({service for call, service in table().passed_to.items() if call in beside})
    made = sorted(each.partition(":")[2] for each in beside if re.match(r"ec2:(Create|Copy|Run|Import)", each))
    said: dict[str, Any] = {**DIRECT, "aws:ResourceTag/jumpkit:mark": "jumpkit-1"}
    said |= {"iam:PassedToService": passed[0] if passed else None}
    creating = [each for each in made if each != "CreateTags"]
    said |= {"ec2:CreateAction": creating[0] if creating else None}
    things = resources(permission)
    if permission == "ec2:CreateTags" and creating:
        kinds = {kind for each in creating for kind in scopes().actions[f"ec2:{each}"]}
        kinds &= set(scopes().actions[permission])
        things = [scopes().resources[kind].format(partition="aws", account=HOME).replace("*", "x1") for kind in kinds]
    return [Need(permission, thing, HOME, said) for thing in sorted(things)]


RESPONDER = identify(f"arn:aws:sts::{HOME}:assumed-role/jumpkit-contain/C-1", issuer=OURS)
CATALOG = {each.id: each for each in actions()}
WHOLE = [(role, each.id) for role, verbs in FUNCTIONS.items() for each in actions() if each.spec.verb in verbs]
# Break-glass holds what the others hold together: every day a seeded few of it, all under chaos.
EXTRA = frozenset(random.Random(36).sample([each for each in WHOLE if each[0] == "break-glass"], 6))  # noqa: S311 - no secret
CASES = [each for each in WHOLE if os.environ.get("JUMPKIT_CHAOS") or each[0] != "break-glass" or each in EXTRA]


def test_every_function_has_a_role_with_what_its_actions_say(body: Json, roles: dict[str, Json]) -> None:
    schema = jumpkit_schema()
    jsonschema.validate(body, schema)
    assert list(roles) == ["triage-read", *FUNCTIONS]
    for name, verbs in FUNCTIONS.items():
        chosen = [each for each in CATALOG.values() if each.spec.verb in verbs]
        said = {each for one in chosen for each in (*one.spec.reads, *one.spec.writes)}
        said |= {each for one in chosen for each in table().lookups.get(one.spec.target, ())}
        said |= {each for one in chosen if GATE in one.spec.needs_first for each in READS}
        assert set(roles[name]["permissions"]) == said
        assert roles[name]["actions"] == sorted(each.id for each in chosen)
    writes = {each for one in CATALOG.values() for each in one.spec.writes}
    looked = set(roles["triage-read"]["permissions"])
    assert not looked & writes - {each for one in CATALOG.values() for each in one.spec.reads}
    assert {"organizations:ListAccounts", "iam:GetAccountAuthorizationDetails", "ec2:DescribeInstances"} <= looked


def jumpkit_schema() -> Any:
    return json.loads(files("jumpkit.content").joinpath("schemas", "roles.json").read_text("utf-8"))


def test_no_permission_is_a_pattern_and_what_can_be_held_is_held(roles: dict[str, Json]) -> None:
    for role in roles.values():
        for document in documents(role):
            assert len(json.dumps(document, separators=(",", ":"))) <= 6144
            for each in document["Statement"]:
                assert not any("*" in action for action in each["Action"]), "permissions are named one by one"
                if each["Resource"] == ["*"]:
                    assert not any(scopes().actions[action] for action in each["Action"]), "these cannot be held"
        allowed = {
            action
            for one in documents(role)
            for each in one["Statement"]
            if each["Effect"] == "Allow"
            for action in each["Action"]
        }
        assert allowed == set(role["permissions"])


@pytest.mark.parametrize(("role", "action"), CASES, ids=[f"{role} {action}" for role, action in CASES])
def test_with_its_role_an_action_passes_and_with_one_permission_less_it_does_not(
    role: str, action: str, roles: dict[str, Json]
) -> None:
    spec = CATALOG[action].spec
    wished = [*spec.reads, *spec.writes, *table().lookups.get(spec.target, ())]
    beside = set(wished)
    needs = [need for each in wished for need in calls(each, beside)]
    whole = documents(roles[role])
    missing = [(need.action, need.resource, ruling.because) for need, ruling in lacks(held(whole), RESPONDER, needs)]
    assert missing == []
    for permission in wished:
        less = copy.deepcopy(whole)
        for document in less:
            for each in document["Statement"]:
                if each["Effect"] == "Allow":
                    each["Action"] = [one for one in each["Action"] if one != permission] or ["none:None"]
        found = lacks(held(less), RESPONDER, needs)
        assert {need.action for need, _ in found} == {permission}, "denied by name, and nothing else"
        assert {ruling.verdict for _, ruling in found} == {Verdict.IMPLICIT_DENY}


@pytest.mark.parametrize("role", FUNCTIONS)
def test_whatever_is_no_action_of_the_role_is_denied(role: str, roles: dict[str, Json]) -> None:
    own = set(roles[role]["permissions"])
    others = sorted({*scopes().actions, "iam:CreateUser", "iam:AttachRolePolicy", "s3:DeleteBucket"} - own)
    strange = [Need(each, f"arn:aws:x:eu-central-1:{HOME}:y/z", HOME, DIRECT) for each in others]
    assert len(lacks(held(documents(roles[role])), RESPONDER, strange)) == len(others)


def test_no_role_of_ours_changes_a_role_of_ours(roles: dict[str, Json]) -> None:
    """A role that may write policies could otherwise give itself everything."""
    for role in ("contain", "break-glass"):
        found = lacks(held(documents(roles[role])), RESPONDER, [Need("iam:PutRolePolicy", OURS, HOME, DIRECT)])
        assert [ruling.verdict for _, ruling in found] == [Verdict.EXPLICIT_DENY]
        assert "NeverOurOwnRoles" in found[0][1].because
        assert any("can give other roles rights" in each for each in roles[role]["limits"])


def test_groups_that_others_made_are_not_deleted(roles: dict[str, Json]) -> None:
    group = f"arn:aws:ec2:eu-central-1:{HOME}:security-group/sg-1"
    theirs = Need("ec2:DeleteSecurityGroup", group, HOME, {**DIRECT, "aws:ResourceTag/jumpkit:mark": None})
    unknown = Need("ec2:DeleteSecurityGroup", group, HOME, DIRECT)
    verdicts = [ruling.verdict for _, ruling in lacks(held(documents(roles["contain"])), RESPONDER, [theirs, unknown])]
    assert verdicts == [Verdict.IMPLICIT_DENY, Verdict.UNKNOWN]


def test_buckets_of_other_accounts_are_out_of_reach(roles: dict[str, Json]) -> None:
    need = Need("s3:PutBucketPolicy", "arn:aws:s3:::theirs", "444455556666", DIRECT)
    assert [ruling.verdict for _, ruling in lacks(held(documents(roles["contain"])), RESPONDER, [need])] == [
        Verdict.IMPLICIT_DENY
    ]


def test_keys_that_do_not_trust_their_account_are_said_to_be_out_of_reach(roles: dict[str, Json]) -> None:
    for role in roles.values():
        keyed = any(each.startswith("kms:") for each in role["permissions"])
        assert keyed == any("key's own policy" in each for each in role["limits"])


def test_terraform_says_the_same(body: Json, roles: dict[str, Json]) -> None:
    parsed = hcl2.load(io.StringIO(body["terraform"]))
    text = json.dumps(parsed)
    assert "aws_iam_role" in text
    assert "trusted_principals" in text
    for role in roles.values():
        label = role["role"].replace("-", "_")
        parts = re.findall(rf'resource "aws_iam_policy" "{label}_\d+" ', body["terraform"])
        told = [heredoc(body["terraform"], part) for part in parts]
        assert all(len(re.sub(r"\s+", "", json.dumps(each))) <= 6144 for each in told)
        assert said(told) == said(documents(role))
        assert '"AWS": ${jsonencode(var.trusted_principals)}' in body["terraform"]
        assert '"sts:ExternalId": ${jsonencode(var.external_id)}' in body["terraform"]


def said(found: list[Json]) -> list[str]:
    """Return statements as texts, however they are parted and ordered."""
    bare = [{key: each[key] for key in each if key != "Sid"} for one in found for each in one["Statement"]]
    return sorted(json.dumps({**each, "Resource": sorted(each["Resource"])}, sort_keys=True) for each in bare)


def heredoc(text: str, after: str) -> Json:
    """Return the document of one resource as it is once it was applied in the home account."""
    told = text.split(after)[1].split("<<-JSON\n")[1].split("\n  JSON", maxsplit=1)[0]
    told = told.replace("${data.aws_partition.current.partition}", "aws").replace("$${", "${")
    found: Json = json.loads(told.replace("${data.aws_caller_identity.current.account_id}", HOME))
    return found


def test_files_are_written_once(tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = ("roles", "build", "contain", "-o", str(out), "--principal", f"arn:aws:iam::{HOME}:role/ir")
    answer = jumpkit(tmp_path / "home", *asked, "--external-id", "x", "--json").one()
    assert answer["files"] == sorted(path.name for path in out.iterdir())
    assert {"roles.tf", "jumpkit-contain.trust.json", "jumpkit-contain.policy-1.json"} <= set(answer["files"])
    again = jumpkit(tmp_path / "home", *asked, "--external-id", "x", "--json", code=2).one()
    assert "already there" in again["error"]["message"]
    everyone = ("contain", "--principal", "*", "--external-id", "x")
    for wrong in (("contian",), ("contain", "--external-id", "x"), everyone, ("contain", "--account", "12")):
        assert jumpkit(tmp_path / "home", "roles", "build", *wrong, "--json", code=2).one()["error"]["hint"]
    shown = jumpkit(tmp_path / "home", "roles", "build", "contain").out
    assert "jumpkit-contain" in shown
    assert "Watch its sessions" in shown
