"""Single sign-on against a provider that can lie in each way that matters; PKCE is checked on its side."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from jumpkit.admit.accounts import disable
from jumpkit.app.admission import add_user, change, list_users
from jumpkit.app.settings import settle
from jumpkit.app.workspace import Opening, reading
from jumpkit.kit.clock import system_clock
from jumpkit.web.build import build
from jumpkit.web.house import house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = RSAKey.generate_key(2048, {"kid": "k", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "k"})


@dataclass
class Vouching:
    """A provider: what it says next, and with which key."""

    address: str = ""
    challenge: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEY)
    unsigned: bool = False

    def token(self) -> str:
        if self.unsigned:
            parts = ({"alg": "none"}, self.claims)
            packed = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
            return f"{packed[0]}.{packed[1]}."
        return jwt.encode({"alg": "RS256", "kid": "k"}, self.claims, self.key)

    def answer(self, path: str, body: str) -> tuple[int, dict[str, Any]]:
        if path.endswith("/openid-configuration"):
            named = {
                name: f"{self.address}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
            }
            return 200, {"issuer": self.address, **named}
        if path == "/jwks_uri":
            return 200, {"keys": [KEY.as_dict(private=False)]}
        verifier = parse_qs(body).get("code_verifier", [""])[0]
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if digest != self.challenge:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.token()}


@pytest.fixture
def vouching() -> Iterator[Vouching]:
    said = Vouching()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("content-length", 0))
            status, body = said.answer(self.path, self.rfile.read(length).decode())
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        do_POST = do_GET  # noqa: N815 - as above

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    said.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield said
    server.shutdown()


@pytest.fixture
def desk(vouching: Vouching, tmp_path: Path) -> Iterator[tuple[TestClient, Opening]]:
    (tmp_path / "config.toml").write_text(
        f'[oidc]\nissuer = "{vouching.address}"\nclient_id = "desk"\n'
        'redirect = "http://testserver/login/oidc/back"\n[oidc.roles]\nsecops = "responder"\nleads = "manager"\n'
    )
    here = house(Opening(tmp_path, system_clock, "tester", settle(tmp_path, {})))
    yield TestClient(build(here), follow_redirects=False), here.opening("tester")
    here.standing.close()


def trip(client: TestClient, vouching: Vouching, **other: Any) -> Any:
    """Go out and come back, the provider saying `other` than it should."""
    out = client.get("/login/oidc?next=/account")
    assert out.status_code == 303
    asked = {name: values[0] for name, values in parse_qs(urlsplit(out.headers["location"]).query).items()}
    assert asked["code_challenge_method"] == "S256"
    vouching.challenge = asked["code_challenge"]
    now = int(time.time())
    right = {"iss": vouching.address, "aud": "desk", "sub": "1", "exp": now + 60, "iat": now, "nonce": asked["nonce"]}
    vouching.claims = right | {"preferred_username": "Erin", "groups": ["secops"]} | other.get("claims", {})
    return client.get("/login/oidc/back", params={"code": "c", "state": other.get("state", asked["state"])})


def test_who_is_vouched_for_comes_in_with_the_role_of_their_groups(
    desk: tuple[TestClient, Opening], vouching: Vouching
) -> None:
    client, how = desk
    assert "single sign-on" in client.get("/login").text
    back = trip(client, vouching)
    assert (back.status_code, 'href="/account"' in back.text) == (200, True)
    assert client.get("/api/v1/me").json()["role"] == "responder"
    assert trip(client, vouching, claims={"groups": ["leads"]}).status_code == 200
    assert client.get("/api/v1/me").json()["role"] == "manager"
    with reading(how) as open_:
        assert [(each["account"], each["password"]) for each in list_users(open_)["users"]] == [("erin", False)]
    assert client.post("/login", data={"name": "erin", "password": ""}).status_code == 401
    change(how, lambda tx, by: disable(tx, by, "erin"))
    assert client.get("/api/v1/me").status_code == 401
    assert trip(client, vouching).status_code == 401


LIES: list[dict[str, Any]] = [
    {"claims": {"nonce": "another"}},
    {"claims": {"aud": "another"}},
    {"claims": {"iss": "https://another.example"}},
    {"claims": {"exp": 1}},
    {"claims": {"groups": ["guests"]}},
    {"claims": {"groups": None}},
    {"state": "another"},
]


def test_a_provider_that_lies_lets_nobody_in(desk: tuple[TestClient, Opening], vouching: Vouching) -> None:
    client, how = desk
    for lie in LIES:
        assert trip(client, vouching, **lie).status_code == 401, lie
    vouching.key = OTHER
    assert trip(client, vouching).status_code == 401
    vouching.unsigned = True
    assert trip(client, vouching).status_code == 401
    client.cookies.clear()
    assert client.get("/login/oidc/back", params={"code": "c", "state": "s"}).status_code == 401
    with reading(how) as open_:
        assert list_users(open_)["users"] == []


def test_an_account_of_that_name_is_not_taken_over(desk: tuple[TestClient, Opening], vouching: Vouching) -> None:
    client, how = desk
    add_user(how, "erin", "admin", "a password of her own")
    assert trip(client, vouching).status_code == 409
    assert client.get("/api/v1/me").status_code == 401


def test_passwords_work_while_the_provider_does_not(desk: tuple[TestClient, Opening], vouching: Vouching) -> None:
    client, how = desk
    vouching.address = "http://127.0.0.1:9"
    add_user(how, "frank", "viewer", "a password of his own")
    assert client.post("/login", data={"name": "frank", "password": "a password of his own"}).status_code == 303
    assert client.get("/api/v1/me").json()["name"] == "frank"
