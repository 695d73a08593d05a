"""What leaves without names: one thing under one pseudonym, nothing of the original in any form, and proof."""

from __future__ import annotations

import base64
import json
import re
import zipfile
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import quote

import jsonschema
import pytest
from command.bag import assert_caught, script
from command.logs import ACCOUNT, at, call, user, write
from command.run import Json, assert_intact, copied, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CASE = "C-2026-0001"
PEOPLE = ("Marguerite", "bo", "eve.holland")
NAMES = (*PEOPLE, ACCOUNT, "203.0.113.77", "payroll-archive", "Falcon", "marguerite@client.test", "db7.client.internal")


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Path:
    folder = tmp_path_factory.mktemp("redact")
    home = warm(folder / "home")
    events = [
        call("cloudtrail", "StopLogging", user("eve.holland"), at(3), sourceIPAddress="203.0.113.77"),
        call("s3", "DeleteBucket", user("eve.holland"), at(4), requestParameters={"bucketName": "payroll-archive"}),
    ]
    triage(home, write(folder / "logs" / "a.json", *events))

    def case(verb: str, *said: str) -> None:
        jumpkit(home, "case", verb, CASE, *said)

    hidden = base64.b64encode(b"the owner is MARGUERITE, call her").decode()
    case("note", "--text", f"Marguerite (marguerite@client.test) and bo looked at project Falcon. {hidden}")
    case("note", "--text", f"url https://x.test/?u={quote('eve.holland@client.test', safe='')}&d=db7.client.internal")
    case("note", "--text", "PRIVILEGED-WORDS", "--privileged")
    case("note", "--text", "RED-WORDS", "--tlp", "red")
    case("task", "--title", "Ask MARGUERITE about it; about bobbins say nothing", "--owner", "Marguerite")
    case("decide", "--question", "q", "--choice", "c", "--basis", "b", "--by", "bo")
    case("observable", "ip", "203.0.113.77", "--role", "ioc")
    return home


def forms(data: bytes) -> str:
    """Return bytes in small letters, with whatever base64 in them hides."""
    text = data.decode("utf-8", "replace")
    runs = re.findall(r"[A-Za-z0-9+/]{16,}", text)
    plain = [base64.b64decode(run[: len(run) - len(run) % 4]).decode("utf-8", "replace") for run in runs]
    return "\n".join([text, *plain]).lower()


def assert_gone(data: bytes, names: tuple[str, ...] = NAMES) -> None:
    text = forms(data)
    for name in names:
        for form in {name.lower(), quote(name, safe="").lower(), json.dumps(name)[1:-1].lower()}:
            assert not re.search(rf"(?<![a-z0-9]){re.escape(form)}(?![a-z0-9])", text), name


def redacted(home: Path, out: Path, *said: str, code: int = 0) -> Json:
    return jumpkit(home, "redact", CASE, "-o", out, "--json", *said, code=code).one()


def test_no_name_leaves_and_the_log_still_proves(held: Path, tmp_path: Path) -> None:
    home = copied(held, tmp_path / "home")
    told = redacted(home, tmp_path / "bag", "--word", "Falcon")
    jsonschema.validate(told, json.loads((files("jumpkit.content") / "schemas" / "redacted.json").read_text("utf-8")))
    assert told["left_out"] == {"notes above amber+strict": 1, "privileged notes": 1}
    assert {"person", "address", "account", "host", "resource", "word"} <= told["replaced"].keys()
    for path in (tmp_path / "bag").rglob("*"):
        if path.is_file() and path.name not in {"verify.sh", "VERIFY.md"}:
            assert_gone(path.read_bytes())
            assert not re.search(rb"PRIVILEGED-WORDS|RED-WORDS", path.read_bytes()), path.name
    [notes, *_] = json.loads((tmp_path / "bag" / "data" / "notes.json").read_text())
    case = json.loads((tmp_path / "bag" / "data" / "case.json").read_text())
    [owner] = {each["owner"] for each in case["tasks"]}
    assert notes["text"].startswith(f"{owner} (")
    assert case["tasks"][0]["title"] == f"Ask {owner} about it; about bobbins say nothing"
    report = (tmp_path / "bag" / "data" / "report.md").read_text()
    found = json.loads((tmp_path / "bag" / "data" / "findings.json").read_text())["findings"]
    assert found[0]["principal_name"].startswith("person-")
    assert found[0]["principal_name"] in report
    code, said = script(tmp_path / "bag", told["key"])
    assert code == 0, said
    assert "REDACTED: " in said
    assert "1 items were removed" in said
    assert jumpkit(home, "verify", tmp_path / "bag", "--json").one()["intact"]
    maps = list((home / "reports" / CASE).glob("redaction-*.json"))
    assert "marguerite" in maps[0].read_text()
    assert maps[0].stat().st_mode & 0o077 == 0
    assert_intact(home)
    jumpkit(home, "bundle", CASE, "-o", tmp_path / "whole")
    assert not list((tmp_path / "whole").rglob("redaction-*"))
    assert_caught(tmp_path / "bag", tmp_path / "changed", sample=8)
    jumpkit(home, "case", "purge", CASE, "--yes")
    assert not maps[0].exists()


def test_a_line_that_is_withheld_against_the_bundles_word_is_named(held: Path, tmp_path: Path) -> None:
    home = copied(held, tmp_path / "home")
    jumpkit(home, "bundle", CASE, "-o", tmp_path / "bag")
    log = tmp_path / "bag" / "custody" / "log.jsonl"
    from jumpkit.preserve.bundle.proofs import withheld  # noqa: PLC0415 - what somebody would write there
    from jumpkit.preserve.merkle import leaf_hash  # noqa: PLC0415 - as above

    lines = log.read_bytes().split(b"\n")
    lines[2] = withheld(leaf_hash(lines[2]))
    log.write_bytes(b"\n".join(lines))
    code, said = script(tmp_path / "bag")
    assert code == 1
    assert "line 2: withheld or not, otherwise than the bundle says" in said
    assert not jumpkit(home, "verify", tmp_path / "bag", "--json", code=1).one()["intact"]


def test_a_name_in_a_form_that_is_not_replaced_refuses_the_whole(held: Path, tmp_path: Path) -> None:
    home = copied(held, tmp_path / "home")
    twice = "%25".join(["", *(f"{ord(letter):02x}" for letter in "marguerite")])
    jumpkit(home, "case", "note", CASE, "--text", f"u={twice}")
    before = assert_intact(home)["logs"]
    error = redacted(home, tmp_path / "bag", code=1)["error"]
    assert error["kind"] == "fell_short"
    assert "notes.json" in error["message"]
    assert not (tmp_path / "bag").exists()
    assert assert_intact(home)["logs"] == before


def test_one_file_and_what_may_not_leave(held: Path, tmp_path: Path) -> None:
    home = copied(held, tmp_path / "home")
    redacted(home, tmp_path / "out.zip", "--word", "Falcon")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert "out/custody/verify.sh" in archive.namelist()
        for name in archive.namelist():
            if not name.endswith(("verify.sh", "VERIFY.md")):
                assert_gone(archive.read(name))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "out.zip"]
    redacted(home, tmp_path / "out.zip", code=2)
    redacted(home, tmp_path / "bag", "--tlp", "green", code=4)
    redacted(home, tmp_path / "bag", "--tlp", "blue", code=2)
    jumpkit(home, "case", "reclassify", CASE, "--tlp", "green", "--reason", "decided")
    told = redacted(home, tmp_path / "bag", "--tlp", "green", "--keep", "bo")
    assert "bo" in told["kept"]
