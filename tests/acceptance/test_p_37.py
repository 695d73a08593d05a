"""P-37: who may take a role on from the responders' account: by an external id, for the case that a session carries."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from command.run import Json, jumpkit
from iam.build import ABROAD, ALL, HOME, doc
from iam.sts import tokens

from jumpkit.respond.policy.decide import Verdict, decide
from jumpkit.respond.policy.document import read
from jumpkit.respond.policy.exposure import openings
from jumpkit.respond.policy.layers import Policies
from jumpkit.respond.policy.request import Request, identify

if TYPE_CHECKING:
    from pathlib import Path

IR = f"arn:aws:iam::{ABROAD}:role/incident-response"
CALLER = identify(f"arn:aws:sts::{ABROAD}:assumed-role/incident-response/asha", issuer=IR)
ROLE = f"arn:aws:iam::{HOME}:role/jumpkit/jumpkit-contain"
A, D, U = Verdict.ALLOW, Verdict.IMPLICIT_DENY, Verdict.UNKNOWN
RIGHT = {
    "sts:ExternalId": "acme-7",
    "sts:RoleSessionName": "C-2026-0007-asha",
    "aws:RequestTag/jumpkit:case": "C-2026-0007",
    "aws:TagKeys": ("jumpkit:case",),
}


@pytest.fixture(scope="module")
def roles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Json]:
    home = tmp_path_factory.mktemp("roles") / "home"
    asked = ("--account", HOME, "--principal", IR, "--external-id", "acme-7")
    return {each["role"]: each for each in jumpkit(home, "roles", "build", *asked, "--json").one()["roles"]}


def ruled(role: Json, action: str, context: dict[str, Any], who: Any = CALLER) -> Verdict:
    trusting = Policies((ALL,), (), (), (read("trust", role["trust"]),), (), (), managing=False)
    return decide(trusting, Request(who, action, ROLE, HOME, context, closed=True)).verdict


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, A),
        ({"sts:ExternalId": "acme-8"}, D),
        ({"sts:ExternalId": None}, D),
        ({"aws:RequestTag/jumpkit:case": None, "aws:TagKeys": None}, D),
        ({"aws:RequestTag/jumpkit:case": "none", "sts:RoleSessionName": "none"}, D),
        ({"sts:RoleSessionName": "asha"}, D),
        ({"sts:RoleSessionName": "C-2026-0008-asha"}, D),
        ({"aws:TagKeys": ("jumpkit:case", "team")}, D),
    ],
)
def test_a_session_says_the_id_and_carries_its_case(roles: dict[str, Json], changed: Any, expected: Verdict) -> None:
    assert ruled(roles["contain"], "sts:AssumeRole", {**RIGHT, **changed}) == expected


def test_tags_are_allowed_for_the_case_alone(roles: dict[str, Json]) -> None:
    """STS asks for sts:TagSession too, and tells it neither the external id nor the session's name."""
    tags = {key: value for key, value in RIGHT.items() if key.startswith("aws:")}
    assert ruled(roles["contain"], "sts:TagSession", tags) == A
    assert ruled(roles["contain"], "sts:TagSession", {**tags, "aws:TagKeys": ("jumpkit:case", "admin")}) == D


def test_nobody_else_takes_it_on(roles: dict[str, Json]) -> None:
    for arn in (f"arn:aws:iam::{ABROAD}:role/other", f"arn:aws:iam::{HOME}:user/ann", f"arn:aws:iam::{HOME}:root"):
        assert ruled(roles["contain"], "sts:AssumeRole", RIGHT, identify(arn)) == D
    found = openings((read("trust", roles["contain"]["trust"]),), HOME)
    assert {(each.kind, each.principal) for each in found} == {("role", IR)}


@pytest.mark.parametrize("role", ["eradicate", "break-glass"])
def test_the_sharpest_roles_ask_for_a_second_factor(role: str, roles: dict[str, Json]) -> None:
    assert ruled(roles[role], "sts:AssumeRole", RIGHT) == D
    assert ruled(roles[role], "sts:AssumeRole", {**RIGHT, "aws:MultiFactorAuthPresent": True}) == A
    assert roles[role]["max_session"] == 3600


def test_the_callers_own_account_must_allow_it_too(roles: dict[str, Json]) -> None:
    trust = read("trust", roles["contain"]["trust"])
    bare = Policies((doc(),), (), (), (trust,), (), (), managing=False)
    assert decide(bare, Request(CALLER, "sts:AssumeRole", ROLE, HOME, RIGHT, closed=True)).verdict == D


def test_without_anybody_named_there_is_no_trust(tmp_path: Path) -> None:
    (role,) = jumpkit(tmp_path / "home", "roles", "build", "contain", "--json").one()["roles"]
    assert role["trust"] is None
    assert any("nobody was named" in each for each in role["limits"])


ACCOUNTS = [f"{number}" * 12 for number in range(1, 5)]


def test_each_account_is_entered_and_the_one_that_lacks_the_role_is_told(tmp_path: Path) -> None:
    """By command, against a token service that our evaluator decides for."""
    home, trusts = tmp_path / "home", {}
    for account in ACCOUNTS[:3]:
        asked = ("--account", account, "--principal", IR, "--external-id", "acme-7")
        (role,) = jumpkit(home, "roles", "build", "contain", *asked, "--json").one()["roles"]
        trusts[f"arn:aws:iam::{account}:role/jumpkit/jumpkit-contain"] = role["trust"]
    careless = copy.deepcopy(role["trust"])
    del careless["Statement"][0]["Condition"]["StringEquals"]
    with tokens(CALLER.arn, IR, trusts) as url:
        found = verify(home, url, ACCOUNTS[:3])
        assert {row["because"].rpartition("/")[2] for row in found["accounts"]} == {"C-2026-0007-verify"}
        assert found["whole"] is True
        found = verify(home, url, ACCOUNTS, code=1)
        assert {row["account"]: row["taken_on"] for row in found["accounts"]} == {
            **dict.fromkeys(ACCOUNTS[:3], "yes"),
            ACCOUNTS[3]: "no",
        }
        assert verify(home, url, ACCOUNTS[:1], external_id="acme-8", code=1)["accounts"][0]["taken_on"] == "no"
    with tokens(CALLER.arn, IR, {f"arn:aws:iam::{ACCOUNTS[0]}:role/jumpkit/jumpkit-contain": careless}) as url:
        (row,) = verify(home, url, ACCOUNTS[:1], code=1)["accounts"]
        assert (row["taken_on"], row["asks_for_id"]) == ("yes", "no"), "a trust that takes any id is told"


def verify(home: Path, url: str, accounts: list[str], *, external_id: str = "acme-7", code: int = 0) -> Json:
    words = [word for account in accounts for word in ("--account", account)]
    asked = ("roles", "verify", "contain", "--case", "C-2026-0007", "--external-id", external_id, *words, "--json")
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "eu-central-1"}
    body = jumpkit(home, *asked, code=code, AWS_ENDPOINT_URL=url, **keys).one()
    schema = files("jumpkit.content").joinpath("schemas", "roles-verify.json").read_text("utf-8")
    jsonschema.validate(body, json.loads(schema))
    assert "SecretAccessKey" not in json.dumps(body)
    return body
