"""Segments: what goes in comes out, files take their name when whole, rows can be dropped and marked afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jumpkit.store.lake.schema import EVENT, HIT
from jumpkit.store.lake.write import GROUP_ROWS, SegmentWriter, mark_conflicts, rewrite_without

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jumpkit.store.lake.write import SegmentRef


@pytest.fixture
def table(lake_rows: Callable[..., pa.Table], three_accounts: list[dict[str, Any]]) -> pa.Table:
    return lake_rows(three_accounts)


def written(path: Path, *tables: pa.Table) -> SegmentRef:
    writer = SegmentWriter(path, EVENT)
    for each in tables:
        writer.append(each)
    return writer.close()


def test_what_goes_in_comes_out_and_the_span_is_told(tmp_path: Path, table: pa.Table) -> None:
    ref = written(tmp_path / "a.parquet", table)
    back = pq.read_table(ref.path)
    assert back.to_pylist() == table.to_pylist()
    assert ref.rows == table.num_rows
    assert ref.accounts == ("111122223333", "444455556666", "777788889999")
    times = table.column("time").to_pylist()
    assert (ref.since, ref.until) == (min(times), max(times))


def test_the_file_has_its_name_only_when_closed(tmp_path: Path, table: pa.Table) -> None:
    path = tmp_path / "sub" / "a.parquet"
    writer = SegmentWriter(path, EVENT)
    writer.append(table)
    assert not path.exists()
    writer.close()
    assert [file.name for file in path.parent.iterdir()] == ["a.parquet"]


def test_a_failed_block_leaves_nothing(tmp_path: Path, table: pa.Table) -> None:
    def fail() -> None:
        with SegmentWriter(tmp_path / "a.parquet", EVENT) as writer:
            writer.append(table)
            raise OSError("disk gone")

    with pytest.raises(OSError, match="disk gone"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_an_empty_segment_is_a_readable_file(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path / "h.parquet", HIT, kind="hits")
    ref = writer.close()
    assert (ref.rows, ref.since, ref.until, ref.accounts, ref.kind) == (0, None, None, (), "hits")
    assert pq.read_table(ref.path).num_rows == 0


def test_small_tables_are_gathered_into_large_row_groups(tmp_path: Path, table: pa.Table) -> None:
    many = pa.concat_tables([table] * 300)
    ref = written(tmp_path / "a.parquet", *([many] * 8))
    groups = pq.ParquetFile(ref.path)
    sizes = [groups.metadata.row_group(number).num_rows for number in range(groups.num_row_groups)]
    assert sum(sizes) == ref.rows == 8 * many.num_rows
    assert all(size >= GROUP_ROWS for size in sizes[:-1])


def test_rows_are_dropped_and_the_rest_is_unchanged(tmp_path: Path, table: pa.Table) -> None:
    ref = written(tmp_path / "a.parquet", table)
    left = rewrite_without(ref.path, [0, 5, table.num_rows - 1])
    kept = [row for number, row in enumerate(table.to_pylist()) if number not in (0, 5, table.num_rows - 1)]
    assert pq.read_table(left.path).to_pylist() == kept
    assert left.rows == len(kept)


def test_a_conflict_is_marked_under_a_new_id(tmp_path: Path, table: pa.Table) -> None:
    ref = written(tmp_path / "a.parquet", table)
    marked = mark_conflicts(ref.path, {3: "other-id"})
    back = pq.read_table(marked.path).to_pylist()
    was = table.to_pylist()
    assert back[3]["conflict"] is True
    assert back[3]["metadata"]["uid"] == "other-id"
    assert back[3]["metadata"]["original_event_uid"] == was[3]["metadata"]["original_event_uid"]
    assert [row for number, row in enumerate(back) if number != 3] == [
        row for number, row in enumerate(was) if number != 3
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drop=st.sets(st.integers(0, 28)), cuts=st.lists(st.integers(1, 12), max_size=6))
def test_counts_add_up_however_the_rows_came(tmp_path: Path, table: pa.Table, drop: set[int], cuts: list[int]) -> None:
    path = tmp_path / "p.parquet"
    writer = SegmentWriter(path, EVENT)
    start = 0
    for cut in (*cuts, table.num_rows):
        writer.append(table.slice(start, cut))
        start += cut
    ref = writer.close()
    assert ref.rows == table.num_rows
    assert rewrite_without(path, sorted(drop)).rows == table.num_rows - len(drop & set(range(table.num_rows)))
