"""The desk with its book, and what passes, on a PostgreSQL server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.testclient import TestClient

from jumpkit.app.admission import add_user, make_token
from jumpkit.app.settings import settle
from jumpkit.app.workspace import Opening
from jumpkit.kit.clock import system_clock
from jumpkit.web.build import build
from jumpkit.web.house import house

if TYPE_CHECKING:
    from pathlib import Path


def test_two_servers_on_one_book_know_the_same_people_and_requests(postgres_book: str, tmp_path: Path) -> None:
    opening = Opening(tmp_path, system_clock, "tester", settle(tmp_path, {"JUMPKIT_BOOK": postgres_book}))
    houses = [house(opening), house(opening)]
    one, other = (TestClient(build(each), follow_redirects=False) for each in houses)
    how = houses[0].opening("tester")
    add_user(how, "gil", "manager", "a long enough password")
    come = {"name": "gil", "password": "a long enough password"}
    assert one.post("/login", data=come).status_code == 303
    other.cookies = one.cookies
    assert other.get("/api/v1/me").json()["name"] == "gil"
    headers = {"authorization": f"Bearer {make_token(how, 'bot', 'manager', '1h')['token']}", "idempotency-key": "k"}
    made, again = (each.post("/api/v1/cases", json={"title": "On a server"}, headers=headers) for each in (one, other))
    assert (made.status_code, made.json()) == (201, again.json())
    case = made.json()["case"]
    for client in (one, other):
        client.cookies.clear()
        note = {"text": "\u0394 by either"}
        del headers["idempotency-key"]
        assert client.post(f"/api/v1/cases/{case}/notes", json=note, headers=headers).status_code == 201
        headers["idempotency-key"] = "l"
    assert one.get(f"/api/v1/cases/{case}/verify", headers=headers).json()["intact"] is True
    assert not (tmp_path / "desk.sqlite").exists()
    for each in houses:
        each.standing.close()
