"""P-37: who may take a role on from the responders' account: by an external id, for the case that a session carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from command.run import Json, jumpkit
from iam.build import ABROAD, ALL, HOME, doc

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
