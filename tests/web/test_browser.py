"""A person at the desk, in a real browser: nothing breaks the policy, hostile words stay words, keys alone suffice."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from .conftest import PASSWORD, Served, jumpkit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WATCH = (
    "window.broken = []; document.addEventListener('securitypolicyviolation', e => broken.push(e.violatedDirective))"
)
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><a hx-get=/evil hx-trigger=load>x</a>\u202e"


@pytest.fixture
def page(served: Served) -> Iterator[Page]:
    if BROWSER is None:
        pytest.skip("no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api")
    jumpkit(served.home, "user", "add", "carla", "--role", "manager", said=f"{PASSWORD}\n")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        context = browser.new_context(base_url=served.address)
        context.add_init_script(WATCH)
        yield context.new_page()
        browser.close()


def test_from_the_door_to_a_note_without_a_broken_policy(page: Page, served: Served) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    broken: list[str] = []

    def look() -> None:
        broken.extend(page.evaluate("window.broken"))

    page.goto("/")
    page.get_by_label("Name").fill("carla")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    page.get_by_label("What it is about").fill(HOSTILE)
    look()
    page.get_by_role("button", name="Open").click()
    page.wait_for_url("**/cases/C-*")
    page.get_by_label("Write a note").fill(HOSTILE)
    look()
    page.locator("#notes form").get_by_role("button", name="Keep").click()
    shown = page.locator("#notes pre").first
    shown.wait_for()
    assert "<img src=x" in shown.inner_text()
    assert "\u202e" not in page.content()
    page.locator("#live:not(.off)").wait_for()
    case = page.url.rpartition("/")[2].partition("#")[0]
    with served.client() as other:
        other.post(f"/api/v1/cases/{case}/tasks", json={"title": HOSTILE}).raise_for_status()
    page.locator("#entries td", has_text="task.entered").wait_for()
    look()
    assert page.title() != "owned"
    assert broken == []
    assert [url for url in asked if not url.startswith(served.address) and not url.startswith("data:")] == []
    assert not [url for url in asked if url.endswith("/evil")]


def test_a_case_with_logs_shows_what_now_why_and_its_events(page: Page, served: Served) -> None:
    with served.client() as desk:
        case = desk.get("/api/v1/cases").json()["cases"][0]["case"]
    page.set_default_timeout(60_000)
    page.goto(f"/login?next=/cases/{case}")
    page.get_by_label("Name").fill("carla")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.locator("#glance svg.timeline").first.wait_for()
    finding = page.locator("article.finding").filter(has=page.locator("summary")).first
    finding.locator("summary").click()
    finding.get_by_role("link", name="why").first.click()
    finding.locator("table").wait_for()
    assert page.evaluate("window.broken") == []
    finding.locator("li a code").first.click()
    page.get_by_role("heading", name="As its record says it").wait_for()
    page.goto(f"/cases/{case}/hunt?where=api.operation+is+not+null")
    assert page.locator("tbody tr").count() > 3
    page.goto(f"/cases/{case}/hunt?sql=SELECT+*+FROM+read_text('/etc/passwd')")
    assert "there is no relation" in page.get_by_role("alert").inner_text()
    page.goto("/cases/C-1999-0001")
    assert "there is no case" in page.get_by_role("alert").inner_text()
    assert page.evaluate("window.broken") == []


def test_every_table_of_a_case_says_its_limits_and_custody_is_verified(page: Page, served: Served) -> None:
    with served.client() as desk:
        case = desk.get("/api/v1/cases").json()["cases"][0]["case"]
    page.set_default_timeout(60_000)
    page.goto(f"/login?next=/cases/{case}/known/scope")
    page.get_by_label("Name").fill("carla")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/known/scope")
    for name in ("Scope", "Data loss", "Persistence", "Principals", "Network"):
        page.get_by_label("What is known").get_by_role("link", name=name).click()
        page.get_by_role("heading", name=name, exact=True).wait_for()
        assert page.get_by_role("heading", name="What this cannot tell").count() == 1
        assert page.evaluate("window.broken") == []
    page.get_by_role("link", name="Custody").click()
    page.get_by_role("button", name="Verify now").click()
    page.get_by_text("Intact", exact=True).wait_for()
    for path in ("/alerts", f"/cases/{case}/plans", f"/cases/{case}/respond"):
        page.goto(path)
        assert page.locator("h1").count() == 1
        assert page.evaluate("window.broken") == []
