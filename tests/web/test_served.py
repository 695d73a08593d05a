"""What a real server promises: by HTTP, with a clock that runs, against those who mean harm, and when it is killed."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import jsonschema
import pyotp
import pytest

from jumpkit.store.book import workspace_lock
from jumpkit.web.answers import _schemas

from .conftest import FIXTURES, PASSWORD, Served, jumpkit, start

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = [
    "<script>alert(1)</script>",
    "\x1b[2J\x1b]0;x\x07",
    "=HYPERLINK(1)",
    "\u202egnp.exe",
    "'\"><img src=x>",
    "x" * 250,
]
QUERIES = [
    "COPY (SELECT 1) TO '{}'",
    "COPY events TO '{}' (FORMAT parquet)",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "ATTACH '{}' AS x",
    "INSTALL httpfs",
    "WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t) SELECT count(*) FROM t",
    "SELECT 1; DROP TABLE events",
    "PRAGMA database_list",
    "SELECT getenv('HOME')",
]


def the_case(served: Served) -> str:
    with served.client() as desk:
        return str(desk.get("/api/v1/cases").json()["cases"][0]["case"])


def opened(desk: httpx.Client, title: str, **more: Any) -> str:
    return str(desk.post("/api/v1/cases", json={"title": title, **more}).raise_for_status().json()["case"])


def test_those_who_watch_need_no_login(served: Served) -> None:
    with served.browser() as anybody:
        assert anybody.get("/healthz").json()["status"] == "ok"
        assert anybody.get("/readyz").json() == {"status": "ready"}
        assert "jumpkit_requests_total{" in anybody.get("/metrics").text
        document = anybody.get("/api/v1/openapi.json").json()
        assert document["openapi"].startswith("3.1")
        refused = anybody.get("/api/v1/cases")
        assert (refused.status_code, refused.json()["error"]["kind"]) == (401, "unauthenticated")
        page = anybody.get("/cases/C-1")
        assert (page.status_code, page.headers["location"]) == (303, "/login?next=/cases/C-1")
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "require-trusted-types-for 'script'" in policy


def test_every_reference_of_the_document_leads_somewhere_and_answers_are_as_it_says(served: Served) -> None:
    case = the_case(served)
    with served.client() as desk:
        document = desk.get("/api/v1/openapi.json").json()
        known = set(document["components"]["schemas"])
        assert {part.split('"')[0] for part in json.dumps(document).split("#/components/schemas/")[1:]} <= known
        for path, doors in document["paths"].items():
            if "get" not in doors or path.endswith("/stream") or path.replace("{case}", "").count("{"):
                continue
            if path.endswith("/explain") or path == "/api/v1/users":
                continue
            body = desk.get(path.replace("{case}", case)).raise_for_status().json()
            [said] = doors["get"]["responses"]["200"]["content"].values()
            jsonschema.validate(body, _schemas()[said["schema"]["$ref"].rpartition("/")[2]])


def test_a_query_that_means_harm_is_refused_and_nothing_is_written(served: Served, tmp_path: Path) -> None:
    case, target = the_case(served), tmp_path / "stolen"
    with served.client() as desk:
        for query in QUERIES:
            answer = desk.post(f"/api/v1/cases/{case}/hunt", json={"sql": query.format(target)})
            assert 400 <= answer.status_code < 500, (query, answer.text)
            assert answer.json()["error"]["message"]
        for where in ("1=1) OR (1=1", "1=1; DROP TABLE events", "true UNION SELECT 1"):
            answer = desk.get(f"/api/v1/cases/{case}/events", params={"where": where})
            assert 400 <= answer.status_code < 500, (where, answer.text)
        assert not target.exists()
        assert desk.get("/healthz").status_code == 200


def test_pages_of_events_hold_each_event_once_in_the_order_of_time(served: Served) -> None:
    case, seen, after = the_case(served), [], None
    with served.client() as desk:
        total = desk.post(f"/api/v1/cases/{case}/hunt", json={"sql": "SELECT count(*) AS n FROM events"}).json()
        while True:
            asked = {"limit": 7} | ({"after": after} if after else {})
            page = desk.get(f"/api/v1/cases/{case}/events", params=asked).raise_for_status().json()
            seen += [(each["time"], each["event"]) for each in page["items"]]
            after = page["next"]
            if after is None:
                break
    assert len(seen) == total["matches"][0]["n"] > 7
    assert seen == sorted(set(seen))


def test_a_request_with_a_key_is_carried_out_once(served: Served) -> None:
    with served.client() as desk:
        key = {"idempotency-key": "once"}
        first, again = (desk.post("/api/v1/cases", json={"title": "Once"}, headers=key) for _ in range(2))
        assert (first.status_code, first.json()) == (again.status_code, again.json())
        assert again.headers["idempotent-replayed"] == "true"
        other = desk.post("/api/v1/cases", json={"title": "Other"}, headers=key)
        assert (other.status_code, other.json()["error"]["kind"]) == (422, "unusable")
        case = first.json()["case"]
        results: list[int] = []

        def note() -> None:
            with served.client() as own:
                asked = own.post(f"/api/v1/cases/{case}/notes", json={"text": "at once"}, headers=key)
                results.append(asked.status_code)

        together = [threading.Thread(target=note) for _ in range(6)]
        for each in together:
            each.start()
        for each in together:
            each.join()
        assert results == [201] * 6
        assert len(desk.get(f"/api/v1/cases/{case}/notes").json()["notes"]) == 1


def test_two_writers_on_one_note_lose_nothing_and_a_tag_refuses_what_changed(served: Served) -> None:
    with served.client() as desk:
        case = opened(desk, "Two writers")
        desk.post(f"/api/v1/cases/{case}/notes", json={"text": "It began."}).raise_for_status()
        for text in ("It began.\nAlice saw it.", "It began.\nBob saw it."):
            desk.post(f"/api/v1/cases/{case}/notes/N-1", json={"text": text, "base": 1}).raise_for_status()
        newest = desk.get(f"/api/v1/cases/{case}/notes").json()["notes"][0]
        assert {"Alice saw it.", "Bob saw it."} <= set(newest["text"].splitlines())
        shown = desk.get(f"/api/v1/cases/{case}")
        tag = {"if-match": shown.headers["etag"]}
        assert desk.get(f"/api/v1/cases/{case}", headers={"if-none-match": tag["if-match"]}).status_code == 304
        assert desk.post(f"/api/v1/cases/{case}/tasks", json={"title": "a"}, headers=tag).status_code == 201
        late = desk.post(f"/api/v1/cases/{case}/tasks", json={"title": "b"}, headers=tag)
        assert (late.status_code, late.json()["error"]["kind"]) == (412, "changed")


def test_what_is_hostile_comes_back_as_it_was_and_shown_as_text(served: Served) -> None:
    with served.client() as desk:
        for text in HOSTILE:
            case = opened(desk, text)
            desk.post(f"/api/v1/cases/{case}/notes", json={"text": text}).raise_for_status()
            desk.post(f"/api/v1/cases/{case}/tasks", json={"title": text, "owner": text}).raise_for_status()
            assert desk.get(f"/api/v1/cases/{case}").json()["tasks"][0]["owner"] == text.strip()
            page = desk.get(f"/cases/{case}")
            assert page.status_code == 200
            for sign in ("<script>alert", "<img src=x>", "\x1b", "\x07", "\u202e"):
                assert sign not in page.text


def test_a_stream_tells_what_is_added_and_ends_with_its_token(served: Served) -> None:
    made = jumpkit(served.home, "token", "add", "follower", "--role", "viewer", "--expires", "1h")
    with served.client() as desk:
        case = opened(desk, "Followed")
        headers = {"authorization": f"Bearer {made['token']}"}
        with httpx.stream("GET", f"{served.address}/api/v1/cases/{case}/stream", headers=headers, timeout=20) as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith("retry")
            desk.post(f"/api/v1/cases/{case}/notes", json={"text": "news"}).raise_for_status()
            data = next(line for line in lines if line.startswith("data: "))
            assert json.loads(data[6:])["kind"] == "note.written"
            jumpkit(served.home, "token", "revoke", made["id"])
            assert [line for line in lines if line.startswith("event")] == ["event: over"]
        assert httpx.get(f"{served.address}/api/v1/cases", headers=headers).status_code == 401


def test_logs_that_are_brought_in_are_sealed_and_triaged(served: Served) -> None:
    with served.client("analyst") as desk:
        case = opened(desk, "Brought in")
        files = [("files", (path.name, path.read_bytes())) for path in sorted(FIXTURES.glob("*.json"))]
        answer = desk.post(f"/api/v1/cases/{case}/evidence", files=files)
        assert answer.status_code == 202
        job: dict[str, Any] = answer.json()
        for _ in range(150):
            if job["state"] not in {"waiting", "running"}:
                break
            time.sleep(0.4)
            job = desk.get(answer.headers["location"]).json()
        assert (job["state"], job["answer"]["inputs"]["sealed"]) == ("done", 3), job
        assert desk.get(f"/api/v1/cases/{case}/findings").json()["findings"]
        assert desk.get(f"/api/v1/cases/{case}/verify").json()["intact"] is True


def test_who_is_let_in_and_who_is_not(served: Served) -> None:
    with served.browser() as browser:
        wrong = browser.post("/login", data={"name": "alice", "password": "not it, surely"})
        unknown = browser.post("/login", data={"name": "nobody", "password": "not it, surely"})
        assert wrong.status_code == unknown.status_code == 401
        assert _told(wrong) == _told(unknown)
        come = browser.post("/login", data={"name": "Alice", "password": PASSWORD, "next": "//evil.example/"})
        assert (come.status_code, come.headers["location"]) == (303, "/")
        cookie = come.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert browser.get("/").status_code == 200
        assert browser.get("/api/v1/me").json()["by"] == "session"
        assert browser.post("/api/v1/cases", json={"title": "forged"}).status_code == 403
        forged = browser.post("/open", data={"title": "forged"}, headers={"origin": "https://evil.example"})
        assert forged.status_code == 403
        assert browser.post("/open", data={"title": "forged", "csrf": "x"}).status_code == 403
        jumpkit(served.home, "user", "passwd", "alice", said=f"{PASSWORD}\n")
        assert browser.get("/api/v1/me").status_code == 401


def test_who_guesses_is_locked_out_whether_or_not_the_name_exists(served: Served) -> None:
    jumpkit(served.home, "user", "add", "bob", "--role", "viewer", said=f"{PASSWORD}\n")
    with served.browser() as browser:
        for name in ("bob", "nobody-at-all"):
            told = [browser.post("/login", data={"name": name, "password": "a guess"}).status_code for _ in range(6)]
            assert told == [401] * 5 + [429]
        assert browser.post("/login", data={"name": "bob", "password": PASSWORD}).status_code == 429
    journal = jumpkit(served.home, "verify")
    assert journal["intact"] is True


def test_no_secret_reaches_the_log(served: Served) -> None:
    with served.client() as desk:
        desk.get("/api/v1/cases", params={"after": "in-the-query"})
    text = served.log.read_text("utf-8")
    for line in text.splitlines():
        assert json.loads(line)["at"]
    for secret in (PASSWORD, "in-the-query", "not it, surely", *served.tokens.values()):
        assert secret not in text


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_what_was_answered_is_there_after_the_server_is_gone(tmp_path: Path, how: signal.Signals) -> None:
    home = tmp_path / "home"
    process, address = start(home, tmp_path / "log")
    token = jumpkit(home, "token", "add", "bot", "--role", "manager", "--expires", "1h")["token"]
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "k"}
    made = httpx.post(f"{address}/api/v1/cases", json={"title": "Kept"}, headers=headers)
    assert made.status_code == 201
    process.send_signal(how)
    assert process.wait(20) == (-9 if how is signal.SIGKILL else 0)
    assert [each["title"] for each in jumpkit(home, "case", "list")["cases"]] == ["Kept"]
    assert jumpkit(home, "verify")["intact"] is True
    process, address = start(home, tmp_path / "log")
    again = httpx.post(f"{address}/api/v1/cases", json={"title": "Kept"}, headers=headers)
    assert again.json()["case"] == made.json()["case"]
    process.terminate()
    assert process.wait(20) == 0


def test_readers_are_never_kept_waiting_and_a_second_writer_is_told_to_come_again(served: Served) -> None:
    with served.client() as desk:
        case = opened(desk, "While another writes")
        with workspace_lock(served.home):  # as a triage holds it, for as long as it takes
            assert desk.post(f"/api/v1/cases/{case}/notes", json={"text": "meanwhile"}).status_code == 201
        other = sqlite3.connect(served.home / "book.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            assert desk.get(f"/api/v1/cases/{case}").status_code == 200
            late = desk.post(f"/api/v1/cases/{case}/notes", json={"text": "too late"})
        finally:
            other.close()
        assert (late.status_code, late.json()["error"]["kind"], late.headers["retry-after"]) == (503, "busy", "3")
        assert len(desk.get(f"/api/v1/cases/{case}/notes").json()["notes"]) == 1


def test_what_is_too_long_or_no_request_is_refused(served: Served) -> None:
    with served.client() as desk:
        assert desk.post("/api/v1/cases", content=b"x" * (17 << 20)).status_code == 413
        assert desk.post("/login", content=b"x" * (65 << 10)).status_code == 413
        for body in (b"", b"[]", b"{", b"\xff\xfe", b'{"title": 1}', b'{"title": null}', b'"x"', b"[" * 5000):
            answer = desk.post("/api/v1/cases", content=body, headers={"content-type": "application/json"})
            assert answer.status_code in {400, 422}, body[:20]
            assert answer.json()["error"]["message"]


def test_a_phone_is_set_up_and_each_of_its_codes_opens_once(served: Served) -> None:
    jumpkit(served.home, "user", "add", "dora", "--role", "analyst", said=f"{PASSWORD}\n")
    with served.browser() as browser:
        come = {"name": "dora", "password": PASSWORD}
        assert browser.post("/login", data=come).status_code == 303
        page = browser.get("/account").text
        csrf, secret = (re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("csrf", "secret"))
        assert csrf
        assert secret
        phone = pyotp.TOTP(secret[1])
        asked = {"csrf": csrf[1], "secret": secret[1], "password": PASSWORD}
        assert browser.post("/account/factor", data={**asked, "code": "000000"}).status_code == 409
        assert browser.post("/account/factor", data={**asked, "code": phone.now(), "password": "no"}).status_code == 403
        assert browser.post("/account/factor", data={**asked, "code": phone.now()}).status_code == 303
        assert secret[1].encode() not in (served.home / "book.sqlite").read_bytes()
    with served.browser() as browser:
        assert browser.post("/login", data=come).status_code == 401
        code = phone.now()
        assert browser.post("/login", data={**come, "code": code}).status_code == 303
        assert browser.post("/login", data={**come, "code": code}).status_code == 401


def _told(answer: httpx.Response) -> str:
    return answer.text.partition('role="alert"')[2].partition("</div>")[0]
