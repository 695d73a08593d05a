"""One axis: all sources in order, clocks compared where both saw a request, nothing cut in silence."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pyarrow as pa
import pytest
from command.flows import EVIL, NICS, WEB, attack, segment, usual
from command.flows import START as FLOWS_START
from command.logs import START, at, call, user

from jumpkit.investigate import investigate
from jumpkit.investigate.axis import Asked, axis, folded, stream
from jumpkit.report.axis import page
from jumpkit.store.lake.read import open_lake
from jumpkit.store.lake.schema import EVENT
from jumpkit.store.lake.write import SegmentRef, SegmentWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import Picture
    from jumpkit.model.rule import RuleInfo
    from jumpkit.store.lake.read import Lake

Json = dict[str, Any]
SCHEMA = json.loads(files("jumpkit.content").joinpath("schemas", "timeline.json").read_text("utf-8"))
HOSTILE = "<script>alert(1)</script>\u202e\x1b[31m"


def calls() -> list[Json]:
    found = [call("s3", "GetObject", user("asha"), at(place), requestID=f"REQ{place}") for place in range(6)]
    return [*found, call("cloudtrail", "StopLogging", user("eve"), at(7), sourceIPAddress=EVIL)]


def access(place: int, *, apart: float, address: str = "198.51.100.7") -> Json:
    """Return the row of an access log that saw request `place`, its clock `apart` seconds ahead."""
    when = START + timedelta(minutes=place, seconds=apart)
    return {
        "metadata": {
            "uid": f"s3-{place}",
            "log_name": "aws/s3access",
            "original_time": f"{when:%d/%b/%Y:%H:%M:%S} +0000",
        },
        "time": round(when.timestamp() * 1000),
        "time_dt": when,
        "class_uid": 6003,
        "api": {"operation": "REST.GET.OBJECT", "request": {"uid": f"REQ{place}"}},
        "resource": {"name": "payroll", "uid": "arn:aws:s3:::payroll"},
        "file": {"path": HOSTILE},
        "http_response": {"code": 200},
        "src_endpoint": {"ip": address},
        "cloud": {"account": {"uid": "111122223333"}},
        "record": {"sha256": "1" * 64, "index": place, "start": 0, "end": 9},
    }  # fmt: skip


@pytest.fixture
def opened(tmp_path: Path, make_lake: Callable[..., Lake]) -> Callable[..., Lake]:
    """Return a function that opens a lake of calls, rows of other sources and flow records."""

    def made(rows: Sequence[Json] = (), flows: Sequence[Any] = (), records: Sequence[Json] | None = None) -> Lake:
        make_lake(calls() if records is None else records, rules).close()
        folder = tmp_path / "lake" / "case"
        segments = [
            SegmentRef(folder / "a.parquet", "events", 9, None, None, ()),
            SegmentRef(folder / "hits" / "a.parquet", "hits", 9, None, None, ()),
        ]
        if rows:
            writer = SegmentWriter(folder / "b.parquet", EVENT)
            writer.append(pa.Table.from_pylist(list(rows), EVENT))
            segments.append(writer.close())
        if flows:
            segments.append(segment(folder / "c.parquet", flows))
        return open_lake(tmp_path, "case", segments)

    return made


def rules(record: Json) -> list[str]:
    return [record["eventName"]] if record["eventName"] in ("StopLogging", "GetObject") else []


@pytest.fixture
def look(rule_info: Callable[..., RuleInfo], nobody_said: Estate) -> Callable[..., Json]:
    infos = {
        "StopLogging": rule_info("StopLogging", "high", ("defense-evasion", "impact")),
        "GetObject": replace(rule_info("GetObject", "low", ("collection",)), attack=("T1530",)),
    }

    def looked(lake: Lake, said: Sequence[Json] = (), **asked: Any) -> Json:
        picture: Picture = investigate(lake, infos, nobody_said, "case")
        found = axis(lake, picture, nobody_said, Asked(**asked), said)
        jsonschema.validate({"schema": "timeline/1", "case": "case", **found}, SCHEMA)
        lines = list(stream(lake, picture, nobody_said, Asked(**asked | {"most": None}), said))
        if asked.get("most", 1) is None:
            assert lines[:-1] == found["items"]
        assert lines[-1]["total"] == len(lines) - 1
        return found | {"lines": lines}

    return looked


def test_clocks_are_compared_where_both_saw_a_request(opened: Callable[..., Lake], look: Callable[..., Json]) -> None:
    found = look(opened([access(place, apart=-95 + place % 2) for place in range(5)]))
    clocks = {each["source"]: each for each in found["clocks"]}
    there = clocks["aws/s3access"]
    assert (there["reference"], there["pairs"]) == ("aws/cloudtrail", 5)
    assert (there["value_s"], there["least_s"], there["most_s"]) == (-95, -95, -94)
    assert clocks["aws/cloudtrail"]["value_s"] is None
    row = next(row for row in found["items"] if row["source"] == "aws/s3access")
    assert row["clock_skew"]["value_s"] == -95
    assert row["original_time"].endswith("+0000"), "the log's own time is kept as it was written"


@pytest.mark.parametrize("rows", [[], [access(place, apart=1) for place in range(2)]], ids=["one source", "two pairs"])
def test_elsewhere_skew_is_unknown(opened: Callable[..., Lake], look: Callable[..., Json], rows: list[Json]) -> None:
    found = look(opened(rows))
    assert all(each["value_s"] is None and each["because"] for each in found["clocks"])
    assert any(each["what"].startswith("clock skew") for each in found["limits"])


def test_all_sources_stand_in_order_with_what_they_rest_on(
    opened: Callable[..., Lake], look: Callable[..., Json]
) -> None:
    flows = usual(30) + attack(FLOWS_START + 20 * 3600)
    found = look(opened([access(7, apart=2, address=EVIL)], flows), most=None)
    items = found["items"]
    assert {row["kind"] for row in items} == {"event", "network", "context", "gap"}
    assert {row["source"] for row in items if row["source"]} == {"aws/cloudtrail", "aws/s3access", "aws/vpcflow"}
    times = [row["time"] for row in items]
    assert times == sorted(times)
    assert all(row["record"]["sha256"] and row["events"] == [row["event"]] for row in items if row["kind"] == "event")
    assert all(row["events"] for row in items if row["kind"] == "network")
    assert {row["why"] for row in items if row["kind"] == "network"} >= {"beacon", "egress", "contact"}
    stop = next(row for row in items if row["operation"] == "StopLogging")
    assert (stop["phase"], stop["tactics"]) == ("defense-evasion", ["defense-evasion", "impact"])
    assert [phase["tactic"] for phase in found["phases"]] == ["collection", "defense-evasion", "impact"]
    assert {each["by"] for each in found["pivots"]} == {"principal", "ip", "resource"}


def test_each_filter_narrows(opened: Callable[..., Lake], look: Callable[..., Json]) -> None:
    lake = opened([access(place, apart=0) for place in range(5)], usual(2))
    by_ip = look(lake, ip=EVIL, kinds=("event",))["items"]
    assert [row["operation"] for row in by_ip] == ["StopLogging"]
    by_name = look(lake, principal="asha", kinds=("event",))["items"]
    assert {row["operation"] for row in by_name} == {"GetObject"}
    assert len(look(lake, resource="payroll", kinds=("event",))["items"]) == 5
    assert look(lake, resource=NICS[WEB], kinds=("event",), most=None)["items"]
    after = look(lake, since=round((START + timedelta(minutes=4)).timestamp() * 1000), kinds=("event",))["items"]
    assert min(row["time"] for row in after) == at(4)
    assert {row["kind"] for row in look(lake, kinds=("gap",))["items"]} == {"gap"}
    every = look(
        opened([access(9, apart=0)], records=[*calls(), call("ec2", "DescribeVpcs", user("bo"), at(8))]), every=True
    )
    assert "DescribeVpcs" in {row["operation"] for row in every["items"]}


def test_what_is_not_shown_is_counted(opened: Callable[..., Lake], look: Callable[..., Json]) -> None:
    found = look(opened(), most=2)
    events = [row for row in found["items"] if row["kind"] == "event"]
    assert [row["operation"] for row in events][-1] == "StopLogging", "the weightiest stay"
    assert (len(events), found["more"]) == (2, 5)
    assert any("5 further events" in each["because"] for each in found["limits"])
    assert found["lines"][-1]["total"] == len(found["items"]) + 5


def test_what_people_wrote_has_its_place(opened: Callable[..., Lake], look: Callable[..., Json]) -> None:
    said = [{"kind": "note", "time": at(3), "text": "eve is on leave", "why": "note N-1 by asha"}]
    items = look(opened(), said)["items"]
    (note,) = [row for row in items if row["kind"] == "note"]
    assert (note["state"], note["text"]) == ("stated", "eve is on leave")
    assert items.index(note) > 0


def test_the_picture_holds_every_row_and_nothing_hostile(
    opened: Callable[..., Lake], look: Callable[..., Json]
) -> None:
    records = [*calls(), call("iam", "GetObject", user("eve"), at(9), sourceIPAddress=EVIL, userAgent=HOSTILE)]
    found = look(opened([access(place, apart=0, address=EVIL) for place in range(5)], records=records))
    rows = folded(found["items"])
    assert sum(row["count"] for row in rows) == len(found["items"])
    assert sorted(uid for row in rows for uid in row["uids"]) == sorted(row["uid"] for row in found["items"])
    html = page(found | {"case": "case"}, rows, at(0))
    assert "<script>alert" not in html
    assert "\u202e" not in html
    assert "\x1b" not in html
    assert html.count("<script>") == 1
    assert "default-src 'none'" in html
    assert "http://" not in html.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in html
    assert all(f'id="r{place}"' in html and f'href="#r{place}"' in html for place in range(len(rows)))


def test_an_empty_case_draws_and_says_so(make_lake: Callable[..., Lake], look: Callable[..., Json]) -> None:
    found = look(make_lake([]))
    assert found["items"] == []
    assert "Nothing was asked for" in page(found | {"case": "case"}, folded([]), at(0))


def test_where_no_rule_found_anything_all_events_are_rows(
    opened: Callable[..., Lake], look: Callable[..., Json]
) -> None:
    found = look(opened(records=[call("ec2", "DescribeVpcs", user("bo"), at(place)) for place in range(3)]), most=None)
    assert [row["kind"] for row in found["items"]] == ["event"] * 3
    assert any("no rule found anything" in each["because"] for each in found["limits"])


def test_events_of_no_finding_are_counted(opened: Callable[..., Lake], look: Callable[..., Json]) -> None:
    found = look(opened(records=[*calls(), call("ec2", "DescribeVpcs", user("bo"), at(8))]))
    assert "DescribeVpcs" not in {row["operation"] for row in found["items"]}
    assert any(each["because"].startswith("1 of 8 events") for each in found["limits"])
