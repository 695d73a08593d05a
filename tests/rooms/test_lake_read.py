"""A case's lake: the right columns even where there is nothing, and nothing in reach but its own files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from jumpkit.kit.errors import BadUsage, Refused, Unreadable
from jumpkit.store.lake.read import open_lake
from jumpkit.store.lake.schema import EVENT, HIT
from jumpkit.store.lake.write import SegmentRef, SegmentWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

    from jumpkit.store.lake.read import Lake


def test_an_empty_case_has_both_relations_with_their_columns(tmp_path: Path) -> None:
    with open_lake(tmp_path, "case", []) as lake:
        events = [row[0] for row in lake.query("DESCRIBE events")]
        hits = [row[0] for row in lake.query("DESCRIBE hits")]
        assert events == EVENT.names
        assert hits == HIT.names
        assert lake.query("SELECT count(*), count(api.request.data) FROM events") == [(0, 0)]
        assert lake.event("none") is None


def test_an_event_is_found_by_its_id(make_lake: Callable[..., Lake], three_accounts: list[dict[str, Any]]) -> None:
    lake = make_lake(three_accounts)
    wanted = three_accounts[7]
    event = lake.event(wanted["eventID"])
    assert event["api"]["operation"] == wanted["eventName"]
    assert event["cloud"]["account"]["uid"] == wanted["recipientAccountId"]


def test_arrow_and_rows_agree(make_lake: Callable[..., Lake], three_accounts: list[dict[str, Any]]) -> None:
    lake = make_lake(three_accounts)
    sql = "SELECT metadata.uid AS uid, api.operation AS operation FROM events ORDER BY 1"
    assert lake.arrow(sql).to_pylist() == list(lake.rows(sql))
    assert len(three_accounts) == len(lake.query(sql))


@pytest.mark.parametrize(
    "statement",
    [
        "COPY (SELECT 1 AS a) TO '{outside}'",
        "COPY (SELECT 1 AS a) TO '{segment}'",
        "SELECT * FROM read_text('{outside}')",
        "SELECT * FROM read_text('/etc/passwd')",
        "ATTACH '{outside}' AS other",
        "SET enable_external_access = true",
        "SET memory_limit = '10GB'",
        "INSTALL httpfs",
        "LOAD httpfs",
    ],
)
def test_the_engine_is_locked_even_for_statements_that_nobody_parsed(
    tmp_path: Path, make_lake: Callable[..., Lake], three_accounts: list[dict[str, Any]], statement: str
) -> None:
    lake = make_lake(three_accounts)
    segment = tmp_path / "lake" / "case" / "a.parquet"
    before = segment.read_bytes()
    outside = tmp_path / "outside.txt"
    with pytest.raises(duckdb.Error):
        lake.query(statement.format(outside=outside, segment=segment))
    assert not outside.exists()
    assert segment.read_bytes() == before


def test_variables_of_the_caller_are_no_tables(
    make_lake: Callable[..., Lake], three_accounts: list[dict[str, Any]]
) -> None:
    lake = make_lake(three_accounts)
    secret = EVENT.empty_table()  # noqa: F841 - it must not be found by its name
    with pytest.raises(duckdb.Error):
        lake.query("SELECT * FROM secret")


def test_lent_tables_are_taken_back(make_lake: Callable[..., Lake], three_accounts: list[dict[str, Any]]) -> None:
    lake = make_lake(three_accounts)
    with lake.lent(wanted={"operation": ["StopLogging"]}):
        found = lake.query("SELECT count(*) FROM events JOIN wanted ON api.operation = wanted.operation")
    assert found == [(1,)]
    with pytest.raises(duckdb.Error):
        lake.query("SELECT * FROM wanted")


def test_an_endless_query_is_stopped(make_lake: Callable[..., Lake], three_accounts: list[dict[str, Any]]) -> None:
    lake = make_lake(three_accounts)
    product = ", ".join(f"events e{number}" for number in range(9))
    endless = f"SELECT sum(e0.time % e8.time + e1.time % e7.time) FROM {product}"  # noqa: S608 - ours
    with pytest.raises(Refused, match="stopped after"):
        list(lake.rows(endless, seconds=0.3))
    assert lake.query("SELECT count(*) FROM events") == [(len(three_accounts),)]


def test_a_query_that_wants_too_much_memory_is_refused(
    tmp_path: Path, make_lake: Callable[..., Lake], three_accounts: list[dict[str, Any]]
) -> None:
    lake = make_lake(three_accounts)
    files = [SegmentRef(tmp_path / "lake" / "case" / "a.parquet", "events", 1, None, None, ())]
    lake.close()
    product = ", ".join(f"events e{number}" for number in range(4))
    greedy = f"SELECT list(e0.metadata.uid || e3.metadata.uid || e1.time) FROM {product}"  # noqa: S608 - ours
    with open_lake(tmp_path, "case", files, memory="20MB", threads=1) as small, pytest.raises(Refused):
        list(small.rows(greedy, seconds=60))


def test_an_unknown_column_is_told_with_names_near_to_it(
    make_lake: Callable[..., Lake], three_accounts: list[dict[str, Any]]
) -> None:
    lake = make_lake(three_accounts)
    with pytest.raises(BadUsage) as told:
        list(lake.rows("SELECT api.operaton FROM events"))
    assert "api.operation" in (told.value.hint or "")


def test_a_damaged_file_is_named_as_such(
    tmp_path: Path, three_accounts: list[dict[str, Any]], lake_rows: Callable[..., pa.Table]
) -> None:
    writer = SegmentWriter(tmp_path / "lake" / "a.parquet", EVENT)
    writer.append(lake_rows(three_accounts))
    ref = writer.close()
    ref.path.write_bytes(b"no parquet at all")
    with pytest.raises(Unreadable):
        open_lake(tmp_path, "case", [ref])


def test_a_missing_file_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        open_lake(tmp_path, "case", [SegmentRef(tmp_path / "gone.parquet", "events", 3, None, None, ())])
