"""The standard exports: valid by their own rules, safe to open, and frank about what they leave out."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import stix2

from jumpkit.kit.errors import BadUsage
from jumpkit.report import Material, Written, formats, render

if TYPE_CHECKING:
    from collections.abc import Callable

BAIT = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\r\n=1",
    "\x1b[2J",
    "a\u202eb",
    "\x00",
    "lone\ud800",
    '","x',
    "x" * 1_000_000,
    "</script>",
]
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # noqa: S105 -- the provider's own example


def made(material: Material, fmt: str) -> tuple[str, Written]:
    out = io.BytesIO()
    written = render(material, fmt, out)
    return out.getvalue().decode("utf-8"), written


def hostile(material: Material) -> Material:
    bait = iter([*BAIT * 10, *(each[:5000] for each in BAIT * 200)])
    findings = tuple(
        replace(
            each,
            title=next(bait),
            principal=replace(each.principal, name=next(bait)),
            origin=replace(each.origin, name=next(bait), why=next(bait)),
        )
        for each in material.picture.findings
    )
    rows = []
    for row in material.rows():
        api = {**row["api"], "operation": next(bait), "service": {"name": next(bait)}}
        rows.append(
            {
                **row,
                "api": api,
                "http_request": {"user_agent": next(bait)},
                "src_endpoint": {"ip": next(bait)},
                "principal": {**row["principal"], "name": next(bait)},
                "cloud": {**row["cloud"], "region": next(bait)},
            }
        )
    timeline = [
        {**row, "text": next(bait), "operation": next(bait), "principal": next(bait)} for row in material.timeline
    ]
    incidents = tuple(replace(each, title=next(bait)) for each in material.picture.incidents)
    spots = tuple(replace(each, because=next(bait)) for each in material.picture.blind_spots)
    picture = replace(material.picture, findings=findings, incidents=incidents, blind_spots=spots)
    return replace(
        material, picture=picture, rows=lambda: rows, timeline=timeline, case={**material.case, "title": next(bait)}
    )


def test_the_folder_lists_the_formats() -> None:
    assert set(formats()) >= {"html", "md", "ocsf", "ocsf-events", "csv", "timesketch", "stix", "navigator"}


@pytest.mark.parametrize("fmt", formats())
def test_every_format_says_what_it_leaves_out(fmt: str, material: Material) -> None:
    _, written = made(material, fmt)
    assert written.losses
    assert all(each.what and each.because for each in written.losses)


@pytest.mark.parametrize("fmt", formats())
def test_no_secret_leaves_in_any_format_unless_it_was_said(fmt: str, material: Material) -> None:
    rows = [{**row, "http_request": {"user_agent": f"tool AKIAIOSFODNN7EXAMPLE {SECRET}"}} for row in material.rows()]
    findings = tuple(replace(each, title=f"{each.title} password=hunter22") for each in material.picture.findings)
    spoiled = replace(material, rows=lambda: rows, timeline=(), picture=replace(material.picture, findings=findings))
    text, _ = made(spoiled, fmt)
    assert SECRET not in text.replace("\\/", "/").replace("\\", "")
    assert "hunter22" not in text
    if fmt == "ocsf-events":
        assert SECRET in made(replace(spoiled, unmasked=True), fmt)[0]


@pytest.mark.parametrize("fmt", formats())
def test_hostile_text_breaks_no_format(fmt: str, material: Material) -> None:
    text, _ = made(hostile(material), fmt)
    assert not any(ord(char) < 32 and char not in "\n\r" for char in text)
    assert not any(char in text for char in "\u202e\x7f\x9b")
    if fmt.startswith(("ocsf", "stix", "navigator")) and fmt != "ocsf-events":
        json.loads(text)
    elif fmt in {"ocsf-events", "timesketch"}:
        assert [json.loads(line) for line in text.splitlines()]


def table(material: Material) -> list[dict[str, str]]:
    text, _ = made(material, "csv")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline="")))


def test_the_table_holds_findings_events_gaps_and_marks_in_order(material: Material) -> None:
    rows = table(material)
    kinds = [row["kind"] for row in rows]
    assert kinds.count("finding") == 10
    assert kinds.count("event") == 18
    assert kinds.count("gap") == kinds.count("mark") == 1
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    events = [row for row in rows if row["kind"] == "event"]
    assert all(re.fullmatch("[0-9a-f]{64}", row["record_sha256"]) for row in events)
    assert all(int(row["record_end"]) > int(row["record_start"]) for row in events)
    gap = next(row for row in rows if row["kind"] == "gap")
    assert gap["until"] == "2026-03-14T03:31:00Z"


def test_no_cell_computes(material: Material) -> None:
    text, written = made(hostile(material), "csv")
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")))
    assert len({len(row) for row in rows}) == 1
    for row in rows[1:]:
        for cell in row:
            assert not re.match(r"\s*[=+\-@\t\r＝＋－＠|%]", cell), cell  # noqa: RUF001 -- full-width signs are the point
    assert any(cell.startswith("'=1+1") for row in rows for cell in row)
    assert any(each.what == "long cells" and each.count for each in written.losses)
    assert max(len(cell) for row in rows for cell in row) < 32_767


def test_events_that_the_timeline_leaves_out_are_exported_too(material: Material) -> None:
    rows = table(replace(material, timeline=()))
    assert sum(row["kind"] == "event" for row in rows) == 18
    assert any(row["text"] == "Record of calls switched off" and row["operation"] == "StopLogging" for row in rows)


def test_timesketch_lines_have_what_the_importer_asks(material: Material) -> None:
    text, _ = made(material, "timesketch")
    lines = [json.loads(line) for line in text.splitlines()]
    assert len(lines) == 30
    for each in lines:
        assert each["message"]
        assert each["timestamp_desc"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", each["datetime"])
        assert isinstance(each["timestamp"], int)
    first = lines[0]
    assert first["timestamp"] == 1_773_453_600_000_000
    assert [each["timestamp"] for each in lines] == sorted(each["timestamp"] for each in lines)
    assert {"Event Logged", "Finding First Seen", "Gap Begins", "Noted"} == {each["timestamp_desc"] for each in lines}


def test_a_moment_without_a_time_is_counted_as_lost(changed: Callable[..., Material]) -> None:
    _, written = made(changed(timeline=[{"time": None, "kind": "mark", "text": "x"}]), "timesketch")
    assert [each.count for each in written.losses if each.what == "moments"] == [1]


def test_detection_findings_have_the_required_attributes(material: Material) -> None:
    every = json.loads(made(material, "ocsf")[0])
    findings = [each for each in every if each["class_uid"] == 2004]
    incidents = [each for each in every if each["class_uid"] == 2005]
    assert (len(findings), len(incidents)) == (10, 1)
    for each in every:
        assert each["category_uid"] == 2
        assert each["type_uid"] == each["class_uid"] * 100 + each["activity_id"]
        assert 1 <= each["severity_id"] <= 5
        assert isinstance(each["time"], int)
        assert each["metadata"]["version"]
        assert each["metadata"]["product"]["vendor_name"]
        assert each["metadata"]["labels"] == ["TLP:AMBER+STRICT"]
    for each in findings:
        assert each["finding_info"]["uid"] == each["metadata"]["uid"]
        assert each["finding_info"]["title"]
        assert each["finding_info"]["attacks"][0]["technique"]["uid"].startswith("T")
        assert each["evidences"][0]["data"]["record"]["sha256"]
        assert "cloud" in each["metadata"]["profiles"]
        assert each["cloud"]["provider"] == "AWS"
    stopped = next(each for each in findings if each["finding_info"]["analytic"]["uid"] == "trail-stopped")
    assert stopped["severity"] == "Critical"
    attack = stopped["finding_info"]["attacks"][0]
    assert attack["sub_technique"] == {"uid": "T1562.008", "name": "Disable or Modify Cloud Logs"}
    assert attack["tactic"] == {"uid": "TA0005", "name": "Defense Evasion"}
    assert {each["uid"] for each in incidents[0]["finding_info_list"]} <= {
        each["finding_info"]["uid"] for each in findings
    }


def test_events_come_as_they_are_with_their_address(material: Material) -> None:
    lines = [json.loads(line) for line in made(material, "ocsf-events")[0].splitlines()]
    assert len(lines) == 18
    assert {each["class_uid"] for each in lines} == {6003}
    assert all(each["record"]["sha256"] for each in lines)
    created = next(each for each in lines if each["api"]["operation"] == "CreateAccessKey")
    assert json.loads(created["api"]["response"]["data"])["accessKey"]["secretAccessKey"] == "[masked]"


def objects(material: Material) -> list[dict[str, Any]]:
    text, _ = made(material, "stix")
    stix2.parse(text, allow_custom=False)
    found: list[dict[str, Any]] = json.loads(text)["objects"]
    return found


@pytest.mark.parametrize("level", ["clear", "green", "amber", "amber+strict", "red"])
def test_the_bundle_parses_and_every_object_carries_its_marking(level: str, changed: Callable[..., Material]) -> None:
    every = objects(changed(tlp=level))
    mark = next(each for each in every if each["type"] == "marking-definition")
    assert mark["name"] == f"TLP:{level.upper()}"
    bare = {"marking-definition", "identity"}
    marked = [each.get("object_marking_refs") for each in every if each["type"] not in bare]
    assert marked
    assert all(each == [mark["id"]] for each in marked)


def test_a_bundle_is_not_written_under_a_marking_that_does_not_exist(changed: Callable[..., Material]) -> None:
    with pytest.raises(BadUsage, match="TLP"):
        made(changed(tlp="white"), "stix")


def test_the_bundle_holds_together(material: Material) -> None:
    every = objects(material)
    ids = [each["id"] for each in every]
    assert len(ids) == len(set(ids))
    for each in every:
        refs = [value for key, value in each.items() if key.endswith("_ref")]
        refs += [one for key, value in each.items() if key.endswith("_refs") for one in value]
        assert set(refs) <= set(ids), each["type"]
    kinds = {each["type"] for each in every}
    assert kinds >= {
        "incident",
        "grouping",
        "indicator",
        "observed-data",
        "attack-pattern",
        "identity",
        "relationship",
        "note",
        "report",
    }
    patterns = {each["pattern"] for each in every if each["type"] == "indicator"}
    assert patterns == {"[ipv4-addr:value = '198.51.100.77']", "[ipv4-addr:value = '203.0.113.24']"}


def test_observables_have_the_ids_that_others_would_give_them(material: Material) -> None:
    ids = {each["id"] for each in objects(material)}
    assert stix2.IPv4Address(value="203.0.113.24").id in ids
    assert stix2.UserAccount(user_id="aws:111122223333:AIDAQ7EXAMPLEDEPLOY01", account_login="deploy-bot").id in ids


def test_a_hostile_bundle_parses_and_makes_no_pattern_of_hostile_text(material: Material) -> None:
    every = objects(hostile(material))
    assert not [each for each in every if each["type"] == "indicator"]
    assert any("(cut, " in each.get("abstract", "") for each in every if each["type"] == "note")


def test_the_layer_has_what_the_navigator_asks(material: Material) -> None:
    layer = json.loads(made(material, "navigator")[0])
    assert layer["versions"]["layer"] == "4.5"
    assert layer["domain"] == "enterprise-attack"
    assert layer["name"]
    assert {each["techniqueID"] for each in layer["techniques"]} == {
        t for f in material.picture.findings for t in f.attack
    }
    for each in layer["techniques"]:
        assert re.fullmatch(r"T\d{4}(\.\d{3})?", each["techniqueID"])
        assert 1 <= each["score"] <= 5
        assert re.fullmatch("#[0-9a-f]{6}", each["color"])
    stopped = next(each for each in layer["techniques"] if each["techniqueID"] == "T1562.008")
    assert (stopped["score"], stopped["tactic"]) == (5, "defense-evasion")
