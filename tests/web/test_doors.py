"""Every door, for every role, to a case that is there, one that is not theirs to know, and one that does not exist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from jumpkit.admit.rights import table
from jumpkit.web.ops import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Inside

UNLOCKED = OPEN | {"/login", "/logout", "/login/oidc", "/login/oidc/back", "/static", "/sheet-{version}.css"}
NOWHERE = "C-1999-0001"
STREAMS = {"/api/v1/cases/{case}/stream"}
GONE_ON = {"/api/v1/users/{name}/sessions"}  # what it does has no effect that matters here


def rights_of(route: Any) -> set[str]:
    """Return the rights that a door asks for, wherever it says so."""
    found = {route.endpoint.right} if hasattr(getattr(route, "endpoint", None), "right") else set()
    waiting = [route.dependant] if isinstance(route, APIRoute) else []
    while waiting:
        each = waiting.pop()
        if hasattr(each.call, "right"):
            found.add(each.call.right)
        waiting.extend(each.dependencies)
    return found


def doors(inside: Inside) -> Iterator[tuple[str, str, str]]:
    for route in inside.app.routes:
        if route.path in UNLOCKED:
            continue
        [right] = rights_of(route)
        for method in sorted(route.methods - {"HEAD"}):
            yield method, route.path, right


def test_every_door_declares_one_right_and_every_right_guards_a_door(inside: Inside) -> None:
    locked = [route for route in inside.app.routes if route.path not in UNLOCKED]
    assert len(locked) > 50
    assert [route.path for route in locked if len(rights_of(route)) != 1] == []
    inner = {"privileged.read"}  # what is seen behind doors, not which
    assert {right for _, _, right in doors(inside)} | inner == set(table().rights)


def ask(client: TestClient, door: tuple[str, str], case: str, token: str | None) -> tuple[int, str]:
    method, path = door
    filled = re.sub(r"\{(?!case)\w+\}", "x-1", path).replace("{case}", case)
    headers = {"authorization": f"Bearer {token}"} if token else {}
    body = {"json": {}} if path.startswith("/api") and method == "POST" else {}
    answer = client.request(method, filled, headers=headers, follow_redirects=False, **body)
    return answer.status_code, answer.text.replace(case, "CASE")


def test_nobody_unknown_comes_through_any_door(inside: Inside) -> None:
    client = TestClient(inside.app, raise_server_exceptions=False)
    for method, path, _ in doors(inside):
        for token in (None, "jk_00000000_nothing", inside.tokens["admin"] + "x"):
            status, said = ask(client, (method, path), inside.case, token)
            if path.startswith("/api"):
                assert (status, '"kind": "unauthenticated"' in said) == (401, True), (method, path)
            else:
                assert status == 303, (method, path)
    assert client.get("/api/v1/no/such/door").status_code == 401


@pytest.mark.parametrize("role", table().roles)
def test_each_role_does_what_its_rights_say_and_learns_nothing_of_a_foreign_case(inside: Inside, role: str) -> None:
    client, token = TestClient(inside.app, raise_server_exceptions=False), inside.tokens[role]
    for method, path, right in doors(inside):
        if "{case}" not in path:
            if path not in GONE_ON and method != "POST":
                status, _ = ask(client, (method, path), inside.case, token)
                assert (status == 403) == (right not in table().roles[role].may), (method, path, status)
                assert status < 500, (method, path)
            continue
        foreign, nowhere = (ask(client, (method, path), case, token) for case in (inside.foreign, NOWHERE))
        assert _without_nonce(foreign) == _without_nonce(nowhere), (method, path)
        assert foreign[0] == (404 if right in table().roles[role].may else 403), (method, path)
        if path not in STREAMS:
            status, said = ask(client, (method, path), inside.case, token)
            assert status < 500, (method, path, said)
            assert (status == 403) == (right not in table().roles[role].may), (method, path, status)


def test_a_member_knows_of_a_restricted_case_and_nobody_else_lists_it(inside: Inside) -> None:
    client = TestClient(inside.app)
    for role, token in inside.tokens.items():
        listed = client.get("/api/v1/cases", headers={"authorization": f"Bearer {token}"}).json()["cases"]
        assert inside.foreign not in [each["case"] for each in listed], role
        assert inside.case in [each["case"] for each in listed], role


def _without_nonce(answer: tuple[int, str]) -> tuple[int, str]:
    return answer[0], re.sub(r'nonce="[^"]*"', "", answer[1])
