"""A whole incident at the desk, by clicks alone, against the lab's cloud: alert, plan, run, contained, taken back."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import PASSWORD, Served, jumpkit, start
from .test_browser import WATCH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytest.importorskip("moto", reason="the extra `lab` is not installed here")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Return a cloud that was attacked, as `lab up` and `lab attack` tell it, and its home."""
    home = tmp_path_factory.mktemp("incident") / "home"
    up = jumpkit(home, "lab", "up")
    assert "endpoint_url" in up, up
    attack = jumpkit(home, "lab", "attack", "leaked-key")
    yield {"home": home, **up, **attack}
    jumpkit(home, "lab", "down")


@pytest.fixture(scope="module")
def desk(lab: dict[str, Any]) -> Iterator[Served]:
    """Serve the attacked estate's workspace with the responder's rights."""
    home: Path = lab["home"]
    jumpkit(home, "user", "add", "rosa", "--role", "responder", said=f"{PASSWORD}\n")
    own = {"AWS_ENDPOINT_URL": lab["endpoint_url"], "AWS_DEFAULT_REGION": lab["region"]}
    own |= {"AWS_ACCESS_KEY_ID": lab["responder"]["access_key_id"]}
    own |= {"AWS_SECRET_ACCESS_KEY": lab["responder"]["secret_access_key"]}
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    process, address = start(home, home.parent / "log")
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value
    found = Served(home, address, process, home.parent / "log")
    found.tokens["responder"] = jumpkit(home, "token", "add", "bot", "--role", "responder", "--expires", "1h")["token"]
    yield found
    found.stop()


@pytest.fixture(scope="module")
def page(desk: Served) -> Iterator[Page]:
    if BROWSER is None:
        pytest.skip("no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        context = browser.new_context(base_url=desk.address)
        context.set_default_timeout(60_000)
        context.add_init_script(WATCH)
        made = context.new_page()
        made.goto("/")
        made.get_by_label("Name").fill("rosa")
        made.get_by_label("Password").fill(PASSWORD)
        made.get_by_role("button", name="Log in").click()
        made.wait_for_url("**/")
        yield made
        browser.close()


def test_from_an_alert_to_the_undone_containment_by_clicks_alone(page: Page, lab: dict[str, Any]) -> None:
    broken: list[str] = []

    def look() -> None:
        broken.extend(page.evaluate("window.broken"))
        shots = os.environ.get("JUMPKIT_SHOTS")
        if shots:
            page.screenshot(path=f"{shots}/{len(list(os.scandir(shots)))}.png", full_page=True)

    page.get_by_role("link", name="Alerts").click()
    page.get_by_label("Hand in alerts").set_input_files(lab["alerts"][0])
    page.get_by_role("button", name="Hand in", exact=True).click()
    page.get_by_label("because").first.fill("the key is ours, and that address is not")
    page.get_by_role("button", name="Judge").first.click()
    page.wait_for_url("**/alerts?state=valid")
    look()
    page.get_by_role("button", name="Make it a case and respond").click()
    page.wait_for_url("**/cases/C-*/respond?job=*")
    page.get_by_text("This server acts as").wait_for()
    page.get_by_role("heading", name="What can be done").wait_for()
    look()
    page.get_by_role("button", name="Make the plan").click()
    page.locator("#work a", has_text="P-").click()
    page.get_by_label("I work alone, because").fill("nobody else is awake")
    page.get_by_label("My password again").fill("not the password")
    page.get_by_role("button", name="Approve alone").click()
    assert "not how you came in" in page.get_by_role("alert").inner_text()
    look()
    page.get_by_label("My password again").fill(PASSWORD)
    page.get_by_role("button", name="Approve alone").click()
    page.get_by_role("button", name="Run it").click()
    page.locator(".job[data-state=done]").wait_for()
    page.get_by_text("contained: yes").wait_for()
    look()
    page.get_by_role("button", name="Take it back").click()
    page.locator("#run [role=alert]", has_text="may still hold").wait_for()
    page.get_by_label("Also let credentials work again").check()
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("it was taken back").wait_for()
    look()
    assert broken == []


def test_an_alert_is_kept_once_and_judged_before_it_is_a_case(desk: Served, lab: dict[str, Any]) -> None:
    hostile = {"id": "x\u202e", "title": "<img src=x onerror=alert(1)>" + "a" * 1_000_000, "more": {"b": 1}}
    with desk.client("responder") as client:
        first = client.post("/api/v1/alerts", json=[hostile, {**hostile, "more": 2}])
        assert first.status_code == 201, first.text
        assert (len(first.json()["kept"]), first.json()["known"]) == (2, [])
        again = client.post("/api/v1/alerts", json=hostile).json()
        assert (again["kept"], len(again["known"])) == ([], 1)
        name = again["known"][0]
        refused = client.post(f"/api/v1/alerts/{name}/escalate")
        assert (refused.status_code, "was not judged valid" in refused.text) == (409, True)
        past = {"verdict": "suppressed", "reason": "noise", "until": "2020-01-01T00:00Z"}
        assert client.post(f"/api/v1/alerts/{name}/judge", json=past).status_code == 400
        judged = client.post(f"/api/v1/alerts/{name}/judge", json={"verdict": "valid", "reason": "seen"})
        assert judged.json()["state"] == "valid"
        cases = {client.post(f"/api/v1/alerts/{name}/escalate").json()["into"] for _ in range(2)}
        assert len(cases) == 1
        hub = client.post("/api/v1/alerts", content=Path(lab["alerts"][-1]).read_bytes())
        [there] = hub.json()["kept"]
        assert client.get(f"/api/v1/alerts/{there}").json()["source"] == "securityhub"
        for bad in (b"", b"[1]", b"{", b"[" * 100_000):
            assert client.post("/api/v1/alerts", content=bad).status_code < 500, bad[:9]


def test_the_api_runs_a_plan_once_however_often_it_is_asked(desk: Served, lab: dict[str, Any]) -> None:
    with desk.client("responder") as client:
        case = client.post("/api/v1/cases", json={"title": "Again"}).json()["case"]
        key = {"idempotency-key": "plan-1"}
        step = {"action": "aws/describe_iam", "target": lab["accounts"][0]}
        body = {"title": "Look", "steps": [step]}
        first = client.post(f"/api/v1/cases/{case}/plans", json=body, headers=key)
        assert first.status_code == 201, first.text
        again = client.post(f"/api/v1/cases/{case}/plans", json=body, headers=key)
        assert (again.status_code, again.json()["plan"]) == (201, first.json()["plan"])
        name = first.json()["plan"]
        jobs = {
            client.post(f"/api/v1/cases/{case}/plans/{name}/apply", headers={"idempotency-key": "run"}).json()["job"]
            for _ in range(3)
        }
        assert len(jobs) == 1
        listed = client.get(f"/api/v1/cases/{case}/plans").json()["plans"]
        assert [each["plan"] for each in listed] == [name]
        alone = client.post(f"/api/v1/cases/{case}/plans/{name}/approve", json={"solo": "me"})
        assert alone.status_code in {200, 403}
        other = client.post("/api/v1/cases", json={"title": "Other"}).json()["case"]
        assert client.get(f"/api/v1/cases/{other}/plans/{name}").status_code == 404
