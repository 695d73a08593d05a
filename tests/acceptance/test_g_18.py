from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import stix2
from command.run import Json, jumpkit, report

if TYPE_CHECKING:
    from pathlib import Path


def test_stix_is_read_by_its_own_library(invictus: tuple[Path, Json]) -> None:
    """G-18: a STIX 2.1 bundle that the reference library parses, with the marking of TLP 2.0."""
    bundle = stix2.parse(report(invictus[0], "stix"), allow_custom=True)
    kinds = {item["type"] for item in bundle.objects}
    assert {"incident", "attack-pattern"} & kinds
    assert "marking-definition" in kinds or "TLP" in report(invictus[0], "stix")
    titles = {item["title"] for item in invictus[1]["findings"]}
    text = report(invictus[0], "stix")
    assert all(title in text for title in titles)


def test_ocsf_findings_and_incidents(invictus: tuple[Path, Json]) -> None:
    """G-18: OCSF detection findings (2004) and incident findings (2005), as many as triage said."""
    found = json.loads(report(invictus[0], "ocsf"))
    by_class: dict[int, list[Json]] = {}
    for item in found:
        by_class.setdefault(item["class_uid"], []).append(item)
    assert len(by_class[2004]) == len(invictus[1]["findings"])
    assert len(by_class[2005]) == len(invictus[1]["incidents"])
    for item in found:
        assert item["type_uid"] == item["class_uid"] * 100 + item["activity_id"]
        assert item["metadata"]["version"].startswith("1.")
    told = {item["finding_info"]["uid"] for item in by_class[2004]}
    assert told == {item["finding"] for item in invictus[1]["findings"]}


def test_navigator_timesketch_and_csv(invictus: tuple[Path, Json]) -> None:
    """G-18: an ATT&CK Navigator layer, Timesketch lines, and a CSV that a spreadsheet reads."""
    home, answer = invictus
    layer = json.loads(report(home, "navigator"))
    assert layer["domain"] == "enterprise-attack"
    techniques = {item["techniqueID"] for item in layer["techniques"]}
    assert {technique for item in answer["findings"] for technique in item["attack"]} <= techniques
    lines = [json.loads(line) for line in report(home, "timesketch").splitlines()]
    assert all({"message", "datetime", "timestamp_desc"} <= set(line) for line in lines)
    rows = list(csv.reader(io.StringIO(report(home, "csv"))))
    assert len({len(row) for row in rows}) == 1


def test_what_a_format_cannot_hold_is_said(invictus: tuple[Path, Json], workspace: Path, tmp_path: Path) -> None:
    """G-18: what is lost in a format is reported beside it."""
    assert invictus
    told = jumpkit(workspace, "report", "--format", "stix", "-o", tmp_path / "x.json", "--json").one()
    assert told["losses"]
    assert all(item["because"] for item in told["losses"])
