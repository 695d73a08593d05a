"""An intruder writes what the logs say: none of it becomes part of a page, a terminal, a spreadsheet or a command."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from command.logs import at, call, quiet, user, write
from command.run import Json, assert_intact, jumpkit, report, show, sums, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MARK = "zq9x"  # in each hostile text, so that what came of it is found again
TEXTS = [
    f"<script>alert('{MARK}')</script>",
    f"\"><img src=x onerror=alert('{MARK}')>",
    f"{MARK}\x1b[2J\x1b]0;owned\x07\x9b31m",
    f'=HYPERLINK("http://{MARK}.example","x")',
    f"@SUM({MARK})",
    f"+cmd|' /C calc'!{MARK}",
    f"-2+3+{MARK}",
    f"\u202e{MARK}\u2066\u200b\ufeff",
    f"{MARK}\r\nSet-Cookie: x\n\n# heading\n```\n| a |",
    f"$(touch {MARK}) `id` ; rm -rf ~ & {{{{7*7}}}} {{% x %}} ${{jndi:ldap://{MARK}}}",
    f"../../../../etc/{MARK}\x00.html",
    f"{MARK}\ud83d\u0000\uffff",
    f"[{MARK}](javascript:alert(1)) ![x](http://{MARK}.example/x.png)",
    MARK + "A" * 1_000_000,
]
TERMINAL = {*range(32), 127, *range(0x80, 0xA0)} - {ord("\n"), ord("\t")}
BIDI = set(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"))


def spoil(record: Json, text: str) -> Json:
    """Put the text into every field that a caller, or whoever wrote the log, may choose."""
    identity = record["userIdentity"] | {"userName": text, "arn": f"arn:aws:iam::111122223333:user/{text}"}
    return record | {
        "userIdentity": identity | {"principalId": f"AIDA{text}", "accessKeyId": text},
        "userAgent": text,
        "sourceIPAddress": text,
        "requestParameters": {text: text, "name": text, "userName": text, "bucketName": text},
        "responseElements": {"x": [text, {text: text}]},
        "errorCode": None,
        "errorMessage": text,
        "requestID": text,
        "resources": [{"ARN": text, "accountId": text, "type": text}],
        "vpcEndpointId": text,
        "additionalEventData": {text: [text]},
    }


def hostile() -> list[Json]:
    records = []
    for number, text in enumerate(TEXTS):
        for step, (service, name) in enumerate((("cloudtrail", "StopLogging"), ("iam", "CreateLoginProfile"))):
            records.append(spoil(call(service, name, user(f"u{number}"), at(number + step / 10)), text))
        strange = {"eventID": text, "eventName": text, "awsRegion": text, "recipientAccountId": text}
        records.append(spoil(call("iam", "ListUsers", user("x"), at(number)), text) | strange)
        records.append(spoil(call("iam", "ListUsers", user("x"), at(number)), text) | {"eventTime": text})
        records.append({text: text, "eventName": text})
        records.append(call("iam", "ListUsers", user("x"), at(number)) | {"userIdentity": text, "eventSource": [text]})
    return records


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> tuple[Path, Json, str]:
    folder = tmp_path_factory.mktemp("attacked")
    home = warm(folder / "home")
    name = f"<u>{MARK}</u>\x1b[31m=1+1.json"
    logs = write(folder / "logs" / name, *quiet(5), *hostile())
    (folder / "logs" / f"{MARK}\x1b]0;x\x07.json").write_text("{not json", "utf-8")
    answer = triage(home, folder / "logs", code=1)
    return home, answer, jumpkit(home, "triage", logs.parent, "--case", answer["case"], code=None).out


def test_nothing_is_lost(attacked: tuple[Path, Json, str]) -> None:
    _, answer, _ = attacked
    assert sums(answer["events"])
    assert answer["events"]["in"] == 5 + 6 * len(TEXTS)
    assert answer["events"]["stored"] >= 5 + 3 * len(TEXTS)
    assert len([item for item in answer["findings"] if item["severity"] == "high"]) >= len(TEXTS) - 2
    assert_intact(attacked[0])


class Page(HTMLParser):
    """Notes every element and every attribute of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(text: str) -> Page:
    page = Page()
    page.feed(text)
    return page


def test_no_element_of_the_page_comes_from_the_logs(attacked: tuple[Path, Json, str]) -> None:
    text = report(attacked[0], "html")
    page = parsed(text)
    assert MARK in "".join(page.text), "the texts are shown"
    assert not {"script", "img", "iframe", "u", "object", "embed", "base", "form", "link"} & set(page.tags)
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        if name in ("href", "src", "action", "style", "id", "class", "srcdoc"):
            assert MARK not in value, (tag, name, value[:200])
        if name == "href":
            assert value.startswith("#"), value
    assert not BIDI & set(map(ord, text))
    assert len(text) < 5_000_000, "a text of a megabyte is cut"


def test_the_terminal_is_told_nothing_by_the_logs(attacked: tuple[Path, Json, str]) -> None:
    home, answer, told = attacked
    high = next(item for item in answer["findings"] if item["severity"] == "high")
    outs = [told, jumpkit(home, "show", high["sample"][0]).out, jumpkit(home, "show", high["finding"]).out]
    outs.append(jumpkit(home, "hunt", "--where", "true").out)
    outs.append(jumpkit(home, "hunt", "--sql", "SELECT * FROM events LIMIT 40").out)
    outs.append(jumpkit(home, "explain", high["rule"], high["sample"][0]).out)
    outs.append(jumpkit(home, "case", "show").out)
    failed = jumpkit(home, "show", f"{TEXTS[2]}?", code=2)
    outs += [failed.err, failed.out]
    for out in outs:
        assert not (TERMINAL | BIDI) & set(map(ord, out)), sorted((TERMINAL | BIDI) & set(map(ord, out)))
    assert any(MARK in out for out in outs)


def test_json_is_ascii(attacked: tuple[Path, Json, str]) -> None:
    home, answer, _ = attacked
    assert json.dumps(answer).isascii()
    high = next(item for item in answer["findings"] if item["severity"] == "high")
    for said in (["show", high["sample"][0], "--json"], ["hunt", "--where", "true", "--jsonl"]):
        out = jumpkit(home, *said).out
        assert not TERMINAL & set(map(ord, out))


@pytest.mark.parametrize("fmt", ["md", "csv", "timesketch", "stix", "ocsf"])
def test_other_reports_hold_no_control_characters(attacked: tuple[Path, Json, str], fmt: str) -> None:
    text = report(attacked[0], fmt)
    assert MARK in text
    assert not (TERMINAL - {ord("\r")}) & set(map(ord, text))


def test_spreadsheets_calculate_nothing(attacked: tuple[Path, Json, str]) -> None:
    rows = list(csv.reader(io.StringIO(report(attacked[0], "csv"))))
    assert len(rows) > len(TEXTS)
    assert [cell[:50] for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
    assert len({len(row) for row in rows}) == 1


def test_proposed_commands_hold_no_command_of_the_intruder(attacked: tuple[Path, Json, str]) -> None:
    text = report(attacked[0], "md")
    for block in text.split("~~~~sh")[1:]:
        command = block.partition("~~~~")[0]
        assert "$(touch" not in command.replace("'", "\0").split("\0")[0]
    assert not (attacked[0].parent / MARK).exists()


def test_its_events_can_be_shown(attacked: tuple[Path, Json, str]) -> None:
    home, answer, _ = attacked
    named = [item for item in answer["findings"] if item["severity"] == "high"]
    agents = {show(home, item["sample"][0])["raw"]["userAgent"] for item in named[:3]}
    assert len(agents & set(TEXTS)) >= 2
