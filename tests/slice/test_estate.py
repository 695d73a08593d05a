"""What a client says of its estate stays with the case: kept, used again, replaced, and told."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from command.run import Json, assert_intact, copied, entries, jumpkit, report, triage

if TYPE_CHECKING:
    from pathlib import Path

BUCKET = "mordors3stack-s3bucket-llp2yingx64a"
SAID = f"accounts: {{'123456789123': bank}}\nnetworks: [10.0.0.0/8]\ndata_classes: {{pii: ['{BUCKET}']}}\n"


@pytest.fixture(scope="module")
def kept(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Json, Json]:
    """Triage the breach through a proxy without an estate file, then with one: home, file, both answers."""
    folder = tmp_path_factory.mktemp("estate")
    home, file = folder / "home", folder / "estate.yaml"
    file.write_text(SAID, "utf-8")
    logs = data_dir / "otrf-cloud" / "aws" / "ec2_proxy_s3_exfiltration_2020-09-14011940.json"
    return home, file, triage(home, logs), triage(home, logs, "--estate", file)


def test_data_of_a_named_class_makes_the_case_graver_and_says_so(kept: tuple[Path, Path, Json, Json]) -> None:
    _, file, without, told = kept
    assert (without["estate"], without["severity"]["severity"]) == (None, "medium")
    assert told["estate"] == {"sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "kept": False}
    assert told["severity"]["severity"] == "high"
    assert BUCKET in told["severity"]["basis"][0]
    assert "pii" in told["severity"]["basis"][0]


def test_later_questions_use_the_file_that_the_case_keeps_and_say_so(
    kept: tuple[Path, Path, Json, Json], tmp_path: Path
) -> None:
    home, file, _, told = kept
    digest = told["estate"]["sha256"]
    file.unlink(missing_ok=True)
    loss = jumpkit(home, "loss", "--json").one()
    assert [item["data_class"] for item in loss["items"] if item["state"] == "proven"] == [["pii"]]
    assert [digest in limit["because"] for limit in loss["limits"] if limit["what"] == "estate"] == [True]
    other = tmp_path / "other.yaml"
    other.write_text("networks: [192.0.2.0/24]\n", "utf-8")
    loss = jumpkit(home, "loss", "--estate", other, "--json").one()
    assert [item["data_class"] for item in loss["items"] if item["state"] == "proven"] == [None]
    assert [limit["because"] for limit in loss["limits"] if limit["what"] == "estate"] == [
        f"the case was triaged with the estate file of sha256 {digest}, which is not the one given here (--estate)"
    ]


def test_it_is_in_the_report_the_ledger_and_what_is_verified(kept: tuple[Path, Path, Json, Json]) -> None:
    home, _, _, told = kept
    digest = told["estate"]["sha256"]
    assert digest in report(home, "md")
    assert digest in report(home, "html")
    (line,) = (each for each in entries(home, told["case"]) if each["kind"] == "estate.kept")
    assert line["body"]["sha256"] == digest
    assert_intact(home)
    (file,) = (home / "estates").rglob("*.yaml")
    file.write_text("networks: [0.0.0.0/0]\n", "utf-8")
    body = jumpkit(home, "verify", "--json", code=1).one()
    assert [digest in item["where"] for item in body["problems"]] == [True]
    file.write_text(SAID, "utf-8")


def test_it_goes_with_the_case(kept: tuple[Path, Path, Json, Json], tmp_path: Path) -> None:
    home, _, _, told = kept
    parcel = tmp_path / "case.zip"
    jumpkit(home, "case", "export", told["case"], "-o", parcel)
    jumpkit(tmp_path / "home", "case", "import", parcel)
    loss = jumpkit(tmp_path / "home", "loss", told["case"], "--json").one()
    assert [item["data_class"] for item in loss["items"] if item["state"] == "proven"] == [["pii"]]
    assert_intact(tmp_path / "home")


def test_it_goes_when_the_case_is_purged(kept: tuple[Path, Path, Json, Json], tmp_path: Path) -> None:
    home = copied(kept[0], tmp_path / "home")
    jumpkit(home, "case", "purge", kept[3]["case"], "--yes", "--json")
    assert [path for path in (home / "estates").rglob("*") if path.is_file()] == []
    assert_intact(home)
