"""Pages that show what a verb says: they say all of it, and what is hostile stays text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.report.deliver import formats

if TYPE_CHECKING:
    from .conftest import Served

HOSTILE = "<img src=x onerror=alert(1)>\u202e\x1b[31m"


def test_a_report_is_read_where_nothing_runs_and_written_in_every_format(served: Served) -> None:
    with served.client("viewer") as desk:
        case = desk.get("/api/v1/cases").json()["cases"][0]["case"]
        shown = desk.get(f"/cases/{case}/report").text
        for name in formats():
            assert f'value="{name}"' in shown
        kept = desk.get(f"/cases/{case}/report/kept")
        policy = kept.headers["content-security-policy"]
        assert kept.status_code == 200
        assert case in kept.text
        assert policy.startswith("default-src 'none'")
        assert policy.endswith("sandbox")
        assert "script" not in policy
        written = desk.post(f"/cases/{case}/report/write", data={"format": "md"})
        assert written.headers["content-disposition"].startswith(f'attachment; filename="{case}-')
        assert case in written.text
        refused = desk.post(f"/cases/{case}/report/write", data={"format": HOSTILE})
        assert 400 <= refused.status_code < 500
        assert "&lt;img src=x" in refused.text
        assert [each for each in ("<img", "\u202e", "\x1b") if each in refused.text] == []


def test_every_rule_and_source_is_listed_and_what_is_no_source_stays_text(served: Served) -> None:
    with served.client("viewer") as desk:
        shown = desk.get("/rules").text
        for each in desk.get("/api/v1/rules").json()["rules"]:
            assert f'id="{each["rule"]}"' in shown
        listed = desk.get("/sources?source=aws/cloudtrail").text
        for each in desk.get("/api/v1/sources").json()["sources"]:
            assert f'/sources?source={each["source"]}"' in listed
        assert "What is left out" in listed
        refused = desk.get("/sources", params={"source": HOSTILE})
        assert 400 <= refused.status_code < 500
        assert [each for each in ("<img", "\u202e", "\x1b") if each in refused.text] == []
