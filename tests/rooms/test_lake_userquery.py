"""What users ask in SQL: plain questions are answered, everything else is refused and nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jumpkit.kit.errors import BadUsage, JumpkitError, Refused
from jumpkit.store.lake.userquery import user_select, user_where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jumpkit.store.lake.read import Lake


@pytest.fixture
def lake(make_lake: Callable[..., Lake], three_accounts: list[dict[str, Any]]) -> Iterator[Lake]:
    with make_lake(three_accounts) as opened:
        yield opened


def expected(records: list[dict[str, Any]], holds: Callable[[dict[str, Any]], bool]) -> list[str]:
    return sorted(record["eventID"] for record in records if holds(record))


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("api.operation = 'AssumeRole'", lambda r: r["eventName"] == "AssumeRole"),
        (
            "api.operation = 'AssumeRole' and src_endpoint.ip <> '198.51.100.7'",
            lambda r: r["eventName"] == "AssumeRole" and r["sourceIPAddress"] != "198.51.100.7",
        ),
        ("time > '2024-05-14T09:30:00Z'", lambda r: r["eventTime"] > "2024-05-14T09:30:00Z"),
        ("'2024-05-14T09:30:00Z' >= time", lambda r: r["eventTime"] <= "2024-05-14T09:30:00Z"),
        ("time > '2024-05-14T11:30:00+02:00'", lambda r: r["eventTime"] > "2024-05-14T09:30:00Z"),
        ("events.time < TIMESTAMP '2024-05-14 09:00:00'", lambda r: r["eventTime"] < "2024-05-14T09:00:00Z"),
        (
            "time between '2024-05-14T09:00:00Z' and '2024-05-14T09:05:00Z'",
            lambda r: "2024-05-14T09:00:00Z" <= r["eventTime"] <= "2024-05-14T09:05:00Z",
        ),
        ("time in ('2024-05-14T09:00:00Z')", lambda r: r["eventTime"] == "2024-05-14T09:00:00Z"),
        ("time_dt >= TIMESTAMP '2024-05-14 10:00:00'", lambda r: r["eventTime"] >= "2024-05-14T10:00:00Z"),
        ("lower(api.operation) like 'list%'", lambda r: r["eventName"].startswith("List")),
        ("api.operation ilike 'LIST%'", lambda r: r["eventName"].startswith("List")),
        ("regexp_matches(api.operation, '^(Get|List)')", lambda r: r["eventName"].startswith(("Get", "List"))),
        ("status_code is not null", lambda r: "errorCode" in r),
        (
            "json_extract_string(api.request.data, '$.userName') = 'svc-backup'",
            lambda r: (r["requestParameters"] or {}).get("userName") == "svc-backup",
        ),
        (
            "principal.kind in ('root', 'service') -- a comment",
            lambda r: r["userIdentity"]["type"] in ("Root", "AWSService"),
        ),
        ("actor.user.account.uid = '111122223333'", lambda r: r["userIdentity"].get("accountId") == "111122223333"),
    ],
)
def test_a_condition_gives_exactly_the_events_that_meet_it(
    lake: Lake, three_accounts: list[dict[str, Any]], condition: str, holds: Callable[[dict[str, Any]], bool]
) -> None:
    rows = list(lake.rows(user_where(condition), seconds=20))
    assert sorted(row["metadata"]["uid"] for row in rows) == expected(three_accounts, holds)
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)


def test_statements_may_group_join_and_name_parts(lake: Lake, three_accounts: list[dict[str, Any]]) -> None:
    sql = """
        WITH calls AS (SELECT api.operation AS operation, count(*) AS n FROM events GROUP BY ALL)
        SELECT operation, n, row_number() OVER (ORDER BY n DESC, operation) AS place FROM calls
        UNION ALL SELECT 'hits', count(*), 0 FROM hits ORDER BY place
    """
    rows = list(lake.rows(user_select(sql), seconds=20))
    assert rows[0] == {"operation": "hits", "n": 0, "place": 0}
    assert sum(row["n"] for row in rows) == len(three_accounts)


def test_rows_can_be_limited(lake: Lake) -> None:
    assert len(list(lake.rows(user_select("SELECT time FROM events ORDER BY time", limit=3)))) == 3
    assert len(list(lake.rows(user_where("true", limit=4)))) == 4


HOSTILE = [
    "COPY (SELECT 1) TO '{out}'",
    "COPY events TO '{out}' (FORMAT parquet)",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_parquet('{segment}')",
    "SELECT * FROM '{segment}'",
    'SELECT * FROM "{segment}"',
    'WITH "{segment}" AS (SELECT 1 AS a) SELECT * FROM "{segment}"',
    'SELECT * FROM (WITH "{segment}" AS (SELECT 1) SELECT 1), "{segment}"',
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('events')",
    "SELECT getenv('HOME')",
    "SELECT current_setting('memory_limit')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM main.events",
    "SELECT * FROM memory.main.events",
    "SELECT * FROM sqlite_master",
    "ATTACH '{out}' AS other",
    "DETACH memory",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA database_list",
    "SET memory_limit = '99GB'",
    "RESET ALL",
    "CALL pragma_version()",
    "EXPLAIN ANALYZE SELECT 1",
    "DESCRIBE events",
    "SUMMARIZE events",
    "CREATE TABLE t AS SELECT 1",
    "CREATE VIEW events AS SELECT 1",
    "INSERT INTO events SELECT * FROM events",
    "UPDATE events SET time = 0",
    "DELETE FROM events",
    "DROP VIEW events",
    "ALTER TABLE events RENAME TO x",
    "EXPORT DATABASE '{out}'",
    "IMPORT DATABASE '{out}'",
    "VACUUM",
    "CHECKPOINT",
    "BEGIN",
    "USE other",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP VIEW events",
    "SELECT 1 /* ; */ ; COPY events TO '{out}'",
    "SELECT * INTO t FROM events",
    "WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t) SELECT * FROM t",
    "SELECT * FROM range(100000000000)",
    "SELECT * FROM generate_series(1, 100000000000)",
    "SELECT unnest(range(100000000000))",
    "SELECT repeat('x', 1000000000)",
    "SELECT lpad('x', 1000000000, 'y')",
    "SELECT nextval('s')",
    "SELECT $1",
    "SELECT ?",
    "PIVOT events ON time",
    "FROM events SELECT write_log('x')",
    "SELECT * FROM (VALUES (1)) AS t",
    "SELECT * FROM events, LATERAL (SELECT 1)",
    "SELECT * FROM events TABLESAMPLE 10%",
    "SELECT x.read_text() FROM (SELECT '/etc/passwd' AS x)",
    "SELECT CAST('a' AS no_such_type)",
    "PREPARE q AS SELECT 1",
    "EXECUTE q",
    "SELECT " + "(" * 500 + "1" + ")" * 500,
    "SELECT " + "-" * 1 + "1 + 1" * 1 + " + 1" * 9000,
    "",
    ";",
    "nonsense at all",
    "SELECT FROM WHERE",
]


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize("statement", HOSTILE)
def test_what_is_no_plain_question_is_refused_and_nothing_is_written(tmp_path: Path, statement: str) -> None:
    segment = tmp_path / "lake" / "case" / "a.parquet"
    before = segment.read_bytes()
    names = set(tmp_path.rglob("*"))
    with pytest.raises((Refused, BadUsage)) as told:
        user_select(statement.format(out=tmp_path / "out", segment=segment))
    assert told.value.message
    assert set(tmp_path.rglob("*")) == names
    assert segment.read_bytes() == before


@pytest.mark.parametrize(
    "condition",
    [
        "true) UNION ALL (SELECT 1",
        "true; DROP VIEW events",
        "time > 0 ORDER BY time",
        "SELECT 1",
        "exists (SELECT * FROM read_text('/etc/passwd'))",
        "api.operation = getenv('HOME')",
        "1 = 1) --",
        "'a' = 'b' /*",
        "time > 'yesterday'",
        "",
    ],
)
def test_conditions_cannot_break_out(condition: str) -> None:
    with pytest.raises((Refused, BadUsage)):
        user_where(condition)


def test_a_text_that_is_no_time_is_told_what_to_write() -> None:
    with pytest.raises(BadUsage) as told:
        user_where("time > 'last week'")
    assert "time_dt" in (told.value.hint or "")


def test_quotes_stay_inside_their_text(lake: Lake) -> None:
    rows = list(lake.rows(user_where("api.operation = 'x'' OR ''1''=''1'"), seconds=20))
    assert rows == []


WORDS = (
    "SELECT * FROM events hits WHERE ( ) , ; ' '' \" -- /* */ COPY TO 'x' read_text time = 1 UNION WITH AS t "
    "INTO || :: [ ] { } $$ . api operation ATTACH PRAGMA \\ \x00 e'"
)


def outcome(lake: Lake, words: list[str]) -> str:
    """Return what came of asking: the message of an error, else the number of rows."""
    try:
        return str(len(list(lake.rows(user_select(" ".join(words)), seconds=5))))
    except JumpkitError as error:
        return error.message


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(WORDS.split(" ")), max_size=14))
def test_whatever_is_asked_is_answered_or_refused_and_never_writes(
    lake: Lake, tmp_path: Path, words: list[str]
) -> None:
    assert outcome(lake, words)
    assert {path.name for path in (tmp_path / "lake" / "case").iterdir()} == {"a.parquet", "hits"}
