"""Steps whose undoing is in the same logs."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jumpkit.report import render
from jumpkit.report.story.facts import outcome_of, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.report import Material

SNAPSHOT = {"snapshotId": "snap-0a1b2c3d4e5f60718"}
UNSHARED = {**SNAPSHOT, "createVolumePermission": {"remove": {"items": [{"userId": "777788889999"}]}}}
SHARED = {**SNAPSHOT, "createVolumePermission": {"add": {"items": [{"userId": "777788889999"}]}}}


def _later(*calls: tuple[str, str, dict[str, Any], str]) -> Callable[..., list[dict[str, Any]]]:
    """Return successful calls as app hands them over: operation, time, request, region."""
    rows = [
        {
            "operation": operation,
            "time": time,
            "event": f"later-{number}",
            "request": json.dumps(request),
            "principal": "p",
            "account": "111122223333",
            "region": region,
        }
        for number, (operation, time, request, region) in enumerate(calls)
    ]
    return lambda operations: [row for row in rows if row["operation"] in operations]


def _parts(material: Material, *calls: tuple[str, str, dict[str, Any], str]) -> tuple[str, str]:
    """Return what is said under What now and under What else to do."""
    out = io.BytesIO()
    render(replace(material, later=_later(*calls)), "md", out)
    page = out.getvalue().decode()
    later = page[page.index("## What else to do") : page.index("## Limits")]
    return page[: page.index("## Summary")], later


def test_what_was_undone_is_checked_not_done(material: Material) -> None:
    now, _ = _parts(material)
    assert "Stop sharing the disk snapshot" in now + _
    _, later = _parts(material, ("ModifySnapshotAttribute", "2026-03-14T03:50:00Z", UNSHARED, "us-east-1"))
    assert "undone at 2026-03-14 03:50:00 UTC" in later
    assert "later-0" in later
    assert "--operation-type remove" not in later


def test_what_was_done_again_is_not_told_as_undone(material: Material) -> None:
    calls = [
        ("ModifySnapshotAttribute", "2026-03-14T03:50:00Z", UNSHARED, "us-east-1"),
        ("ModifySnapshotAttribute", "2026-03-14T03:55:00Z", SHARED, "us-east-1"),
    ]
    now, later = _parts(material, *calls)
    assert "undone at" not in now + later
    assert "--operation-type remove" in now + later


def test_an_undoing_elsewhere_or_of_another_thing_or_before_counts_for_nothing(material: Material) -> None:
    calls = [
        ("DeleteSnapshot", "2026-03-14T03:50:00Z", SNAPSHOT, "eu-central-1"),
        ("DeleteSnapshot", "2026-03-14T03:50:00Z", {"snapshotId": "snap-other"}, "us-east-1"),
        ("StartLogging", "2026-03-14T02:40:00Z", {"name": "org-trail"}, "eu-central-1"),
    ]
    now, later = _parts(material, *calls)
    assert "undone at" not in now + later


def test_logging_switched_on_again_by_its_arn_is_no_step_to_take(material: Material) -> None:
    request = {"name": "arn:aws:cloudtrail:eu-central-1:111122223333:trail/org-trail"}
    now, later = _parts(material, ("StartLogging", "2026-03-14T03:31:00Z", request, "eu-central-1"))
    assert "Bring back the record" not in now
    assert "Bring back the record" in later


def test_a_key_that_the_intruder_made_and_deleted_calls_for_nothing(material: Material) -> None:
    rows = _later(("CreateAccessKey", "2026-03-14T02:21:00Z", {}, "eu-central-1"))(["CreateAccessKey"])
    gone = _later(("DeleteAccessKey", "2026-03-14T03:00:00Z", {"accessKeyId": "AKIAQ7EXAMPLE5BACKUP"}, "x"))
    deleted = gone(["DeleteAccessKey"])
    made = {**rows[0], "event": "ev-key-created-0"}
    out = io.BytesIO()
    render(replace(material, later=lambda _operations: [made, *deleted]), "md", out)
    assert "new access key" not in out.getvalue().decode()
    out = io.BytesIO()
    other = {**deleted[0], "principal": "someone else"}
    render(replace(material, later=lambda _operations: [made, other]), "md", out)
    assert "undone at 2026-03-14 03:00:00 UTC" in out.getvalue().decode()


def test_refused_means_for_lack_of_rights_and_other_failures_failed() -> None:
    def told(code: str) -> tuple[bool, str]:
        row = {"status_id": 2, "status_code": code}
        return refused(row), outcome_of(row)

    assert told("Client.UnauthorizedOperation") == (True, "refused: Client.UnauthorizedOperation")
    assert told("NoSuchBucketPolicy") == (False, "failed: NoSuchBucketPolicy")


def test_events_left_out_on_request_are_told_so(material: Material) -> None:
    out = io.BytesIO()
    first = [{**row, "first": "2026-03-12T18:23:45Z"} for row in material.activity[:1]]
    events = {**material.events, "outside": 1234}
    render(replace(material, events=events, activity=first), "md", out)
    page = out.getvalue().decode()
    assert page.count("1,234 events outside of the window or accounts asked for") == 2
    assert "what happened before that is not known" not in page
    assert "12 March 2026 at 18:23" in page
