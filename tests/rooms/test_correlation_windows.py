"""Correlations in and out of their windows, by type; what they report and what they offer to correlations above."""

from __future__ import annotations

import itertools
import json
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from jumpkit.detect import RuleSet, correlate, load
from jumpkit.store.lake.schema import HIT

Hit = tuple[str, str, float, dict[str, Any]]  # rule, event, second, fields


def number(name: str) -> str:
    return f"00000000-0000-4000-8000-{name.encode().hex():0>12}"


def rules_of(folder: Path, correlations: dict[str, dict[str, Any]]) -> RuleSet:
    documents: list[dict[str, Any]] = [
        {
            "title": name,
            "name": name,
            "id": number(name),
            "logsource": {"product": "aws"},
            "detection": {"one": {"eventName": name}, "condition": "one"},
        }
        for name in "abc"
    ]
    documents += [
        {"title": name, "name": name, "id": number(name), "correlation": found} for name, found in correlations.items()
    ]
    (folder / "rules.yml").write_text(yaml.safe_dump_all(documents), encoding="utf-8")
    return load([folder], own=False, cache=None)


def table(hits: list[Hit]) -> pa.Table:
    rows = [
        {"rule": number(rule), "uid": uid, "time": int(second * 1000), "fields": json.dumps(fields) if fields else None}
        for rule, uid, second, fields in hits
    ]
    return pa.Table.from_pylist([dict.fromkeys(HIT.names) | row for row in rows], schema=HIT)


def found(folder: Path, correlation: dict[str, Any], hits: list[Hit]) -> list[str]:
    """Return the events reported under one correlation, in order of time."""
    rules = rules_of(folder, {"z": correlation})
    assert rules.infos[-1].live, rules.infos[-1].reason
    result = correlate(rules, table(hits))
    assert result.schema == HIT
    assert set(result["rule"].to_pylist()) <= {number("z")}
    again = correlate(rules, table(hits[::-1]))
    assert again.to_pylist() == result.to_pylist()
    return [str(uid) for uid in result["uid"].to_pylist()]


def seconds(rule: str, *times: float, **fields: Any) -> list[Hit]:
    return [(rule, f"{rule}{time:g}", time, fields) for time in times]


def counting(kind: str = "event_count", span: str = "10s", **condition: Any) -> dict[str, Any]:
    return {"type": kind, "rules": ["a"], "timespan": span, "condition": condition}


def test_counts_within_the_window_both_ends_included(tmp_path: Path) -> None:
    rule = counting(gte=3)
    assert found(tmp_path, rule, seconds("a", 0, 5, 10)) == ["a0", "a5", "a10"]
    assert found(tmp_path, rule, seconds("a", 0, 5, 10.001)) == []
    assert found(tmp_path, rule, seconds("a", 0, 1, 9, 10.5, 30, 40, 50)) == ["a0", "a1", "a9", "a10.5"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"gt": 2}, []),
        ({"gte": 2}, ["a0", "a1"]),
        ({"lt": 2}, ["a0", "a30"]),
        ({"lte": 2}, ["a0", "a1", "a30"]),
        ({"eq": 2}, ["a0", "a1"]),
        ({"neq": 2}, ["a0", "a30"]),
    ],
)
def test_every_operator(tmp_path: Path, condition: dict[str, int], expected: list[str]) -> None:
    assert found(tmp_path, counting(**condition), seconds("a", 0, 1, 30)) == expected


def test_events_of_one_moment_have_no_order(tmp_path: Path) -> None:
    hits: list[Hit] = [("a", uid, 5, {}) for uid in ("z", "m", "b")]
    assert found(tmp_path, counting(eq=3), hits) == ["b", "m", "z"]
    assert found(tmp_path, counting(eq=1), hits) == []


def test_an_event_counts_once_however_many_rules_match_it(tmp_path: Path) -> None:
    rule = counting(gte=2) | {"rules": ["a", "b"]}
    assert found(tmp_path, rule, [("a", "same", 1, {}), ("b", "same", 1, {}), ("a", "same", 1, {})]) == []
    assert found(tmp_path, rule, [("a", "one", 1, {}), ("b", "two", 1, {})]) == ["one", "two"]


def test_groups_are_counted_apart_and_events_without_a_group_not_at_all(tmp_path: Path) -> None:
    rule = counting(gte=2) | {"group-by": ["user", "ip"]}
    hits = [
        *seconds("a", 0, 1, user="u", ip="1"),
        *seconds("a", 2, user="U", ip="1"),
        *seconds("a", 3, 4, user="u"),
        *seconds("a", 5, 6, user=None, ip="1"),
        *seconds("a", 7, 8, user=["u", "v"], ip=2),
    ]
    assert found(tmp_path, rule, hits) == ["a0", "a1", "a7", "a8"]
    groups = correlate(rules_of(tmp_path, {"z": rule}), table(hits))["fields"].to_pylist()
    assert groups == ['{"user":"u","ip":"1"}'] * 2 + ['{"user":"[\\"u\\",\\"v\\"]","ip":"2"}'] * 2


def test_aliases_join_what_rules_call_differently(tmp_path: Path) -> None:
    rule = counting(gte=2) | {
        "rules": ["a", number("b")],
        "group-by": ["who"],
        "aliases": {"who": {"a": "user", "b": "target.name"}},
    }
    hits: list[Hit] = [("a", "1", 1, {"user": "u"}), ("b", "2", 2, {"target.name": "u"}), ("b", "3", 3, {"user": "u"})]
    assert found(tmp_path, rule, hits) == ["1", "2"]
    rules = rules_of(tmp_path, {"z": rule})
    assert [body.fields for body in rules.bodies[:3]] == [("user",), ("target.name",), ()]


def test_distinct_values(tmp_path: Path) -> None:
    rule = counting("value_count", gte=3, field="x")
    same = [*seconds("a", 0, x="1"), *seconds("a", 1, x=1), *seconds("a", 2, x="2"), *seconds("a", 3)]
    assert found(tmp_path, rule, same) == []
    assert found(tmp_path, rule, [*same, *seconds("a", 4, x=["3", "1"])]) == ["a0", "a1", "a2", "a3", "a4"]
    late = [*seconds("a", 0, x="1"), *seconds("a", 5, x="2"), *seconds("a", 11, x="3")]
    assert found(tmp_path, rule, late) == []


def test_distinct_tuples(tmp_path: Path) -> None:
    rule = counting("value_count", gte=2, field=["x", "y"])
    assert found(tmp_path, rule, [*seconds("a", 0, x="1", y="1"), *seconds("a", 1, x="1", y="2")]) == ["a0", "a1"]
    assert found(tmp_path, rule, [*seconds("a", 0, x="1", y="1"), *seconds("a", 1, x="1")]) == []


NUMBERS: list[tuple[str, dict[str, Any], list[Any], bool]] = [
    ("value_sum", {"gt": 9}, [4, "5", "six", True, 0.5], True),
    ("value_sum", {"gt": 9.5}, [4, "5", 0.5], False),
    ("value_sum", {"eq": 9007199254740993}, [9007199254740992, 1], True),
    ("value_avg", {"eq": 2}, [1, 2, 3], True),
    ("value_avg", {"gt": 2}, [1, 2, 3], False),
    ("value_avg", {"lt": 2}, ["x"], False),
    ("value_median", {"eq": 2.5}, [1, 2, 3, 100], True),
    ("value_median", {"eq": 3}, [100, 1, 3], True),
    ("value_percentile", {"gte": 91, "percentile": 90}, list(range(1, 102)), True),
    ("value_percentile", {"gt": 91, "percentile": 90}, list(range(1, 102)), False),
    ("value_percentile", {"eq": 1.75, "percentile": 25}, [1, 2, 3, 4], True),
    ("value_percentile", {"eq": 2.5}, [1, 2, 3, 4], True),
    ("value_percentile", {"eq": 4, "percentile": 100}, [1, 2, 3, 4], True),
]


@pytest.mark.parametrize(("kind", "condition", "values", "expected"), NUMBERS)
def test_numbers(tmp_path: Path, kind: str, condition: dict[str, Any], values: list[Any], *, expected: bool) -> None:
    hits: list[Hit] = [("a", f"{place:03}", 5, {"x": value}) for place, value in enumerate(values)]
    assert bool(found(tmp_path, counting(kind, field="x", **condition), hits)) is expected


def test_numbers_leave_the_window_again(tmp_path: Path) -> None:
    hits = [*seconds("a", 0, x=100), *seconds("a", 20, x=1), *seconds("a", 25, x=3)]
    assert found(tmp_path, counting("value_sum", field="x", eq=4), hits) == ["a20", "a25"]
    assert found(tmp_path, counting("value_median", field="x", eq=2), hits) == ["a20", "a25"]
    assert found(tmp_path, counting("value_avg", field="x", gte=50), hits) == ["a0"]


def temporal(kind: str = "temporal", rules: str = "ab", condition: Any = None) -> dict[str, Any]:
    rule: dict[str, Any] = {"type": kind, "rules": list(rules), "timespan": "10s"}
    return rule if condition is None else rule | {"condition": condition}


def test_temporal_wants_all_rules_in_any_order(tmp_path: Path) -> None:
    assert found(tmp_path, temporal(), [*seconds("b", 0), *seconds("a", 10)]) == ["b0", "a10"]
    assert found(tmp_path, temporal(), [*seconds("b", 0), *seconds("a", 11)]) == []
    assert found(tmp_path, temporal(), [("a", "same", 1, {}), ("b", "same", 1, {})]) == ["same"]


def test_temporal_may_want_some(tmp_path: Path) -> None:
    rule = temporal(rules="abc", condition={"gte": 2})
    assert found(tmp_path, rule, [*seconds("a", 0, 1), *seconds("c", 9), *seconds("b", 40)]) == ["a0", "a1", "c9"]


def test_order_matters_where_it_is_asked_for(tmp_path: Path) -> None:
    rule = temporal("temporal_ordered", "abc")
    assert found(tmp_path, rule, [*seconds("a", 0), *seconds("b", 5), *seconds("c", 10)]) == ["a0", "b5", "c10"]
    assert found(tmp_path, rule, [*seconds("a", 0), *seconds("c", 5), *seconds("b", 10)]) == []
    assert found(tmp_path, rule, [*seconds("a", 0), *seconds("b", 5), *seconds("c", 11)]) == []
    early = [*seconds("b", 0), *seconds("a", 1, 2), *seconds("b", 5), *seconds("c", 6), *seconds("a", 7)]
    assert found(tmp_path, rule, early) == ["a1", "a2", "b5", "c6"]


def test_order_within_one_second_may_be_any(tmp_path: Path) -> None:
    rule = temporal("temporal_ordered")
    assert found(tmp_path, rule, [("a", "y", 1, {}), ("b", "x", 1, {})]) == ["x", "y"]
    assert found(tmp_path, rule, [("a", "x", 1, {}), ("b", "x", 1, {})]) == []
    twice = temporal("temporal_ordered", "aa")
    assert found(tmp_path, twice, [("a", "x", 1, {})]) == []
    assert found(tmp_path, twice, [("a", "x", 1, {}), ("a", "y", 1, {})]) == ["x", "y"]


def test_extended_conditions(tmp_path: Path) -> None:
    rule = temporal(rules="abc", condition="a and (b or c)")
    assert found(tmp_path, rule, [*seconds("a", 0), *seconds("c", 5)]) == ["a0", "c5"]
    assert found(tmp_path, rule, [*seconds("b", 0), *seconds("c", 5)]) == []
    unlisted = {"type": "temporal", "timespan": "10s", "condition": "a and b and not c"}
    assert found(tmp_path, unlisted, [*seconds("a", 0), *seconds("b", 5)]) == ["a0", "b5"]
    assert found(tmp_path, unlisted, [*seconds("a", 0), *seconds("c", 1), *seconds("b", 5)]) == []
    assert found(tmp_path, unlisted, [*seconds("c", 0), *seconds("a", 9), *seconds("b", 11)]) == ["a9", "b11"]


def test_extended_conditions_in_order(tmp_path: Path) -> None:
    rule = {"type": "temporal_ordered", "timespan": "10s", "condition": "a and not c and b"}
    assert found(tmp_path, rule, [*seconds("a", 0), *seconds("b", 5)]) == ["a0", "b5"]
    assert found(tmp_path, rule, [*seconds("b", 0), *seconds("a", 5)]) == []
    assert found(tmp_path, rule, [*seconds("a", 0), *seconds("c", 3), *seconds("b", 5)]) == []
    assert found(tmp_path, rule, [*seconds("a", 0), *seconds("c", 3), *seconds("a", 4), *seconds("b", 5)]) == [
        "a4",
        "b5",
    ]
    either = {"type": "temporal_ordered", "timespan": "10s", "condition": "a and (b or c)"}
    assert found(tmp_path, either, [*seconds("b", 0), *seconds("a", 1), *seconds("c", 2)]) == ["a1", "c2"]


def test_what_is_not_defined_is_not_runnable(tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path,
        {
            "x": temporal("temporal_ordered", "abc", {"gte": 2}),
            "y": counting("value_sum", gte=1, field=["x", "y"]),
            "z": {
                "type": "temporal_ordered",
                "timespan": "10s",
                "condition": " and ".join(["(a or b or c)"] * 5),
            },
        },
    )
    assert [info.reason for info in rules.infos[3:]] == [
        "an order of some of the rules only is not defined",
        "a value_sum of several fields is not defined",
        "its condition has too many alternatives",
    ]


def test_a_correlation_of_correlations_counts_runs(tmp_path: Path) -> None:
    inner = counting(gte=2, span="5s") | {"group-by": ["user"]}
    rules = rules_of(
        tmp_path,
        {
            "many": inner,
            "then": {"type": "temporal_ordered", "rules": ["many", "b"], "group-by": ["user"], "timespan": "10s"},
            "often": {"type": "event_count", "rules": ["many"], "timespan": "1h", "condition": {"gte": 2}},
            "place": {
                "type": "temporal", "rules": ["many", "c"], "group-by": ["ip"], "timespan": "10s",
                "aliases": {"ip": {"c": "source"}},
            },
        },
    )  # fmt: skip
    assert all(info.live for info in rules.infos)
    assert rules.bodies[0].fields == ("ip", "user")
    hits = [
        *seconds("a", 0, 1, 2, user="u", ip="1"),
        *seconds("b", 8, user="u"),
        *seconds("b", 9, user="v"),
        *seconds("c", 5, source="1"),
        *seconds("c", 6, source="2"),
    ]
    result = correlate(rules, table(hits))
    by_rule = {
        name: [
            uid
            for rule, uid in zip(result["rule"].to_pylist(), result["uid"].to_pylist(), strict=True)
            if rule == number(name)
        ]
        for name in ("many", "then", "often", "place")
    }
    assert by_rule == {
        "many": ["a0", "a1", "a2"],
        "then": ["a0", "a1", "a2", "b8"],
        "often": [],
        "place": ["a0", "a1", "a2", "c5"],
    }
    again = correlate(rules, table([*hits, *seconds("a", 60, 61, user="v")]))
    assert again["rule"].to_pylist().count(number("often")) == 5


def test_a_run_happens_at_the_moment_its_condition_first_held(tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path,
        {
            "many": counting(gte=2, span="5s"),
            "then": {"type": "temporal_ordered", "rules": ["many", "b"], "timespan": "10s"},
        },
    )
    hits = [*seconds("a", 0, 1, 4, 8, 12), *seconds("b", 3)]
    result = correlate(rules, table(hits))
    assert result["rule"].to_pylist().count(number("then")) == 6


def test_events_without_a_time_and_rules_unknown_are_left_alone(tmp_path: Path) -> None:
    rows = [
        {"rule": number("a"), "uid": "x", "time": None},
        {"rule": number("a"), "uid": "y", "time": 0},
        {"rule": "gone", "uid": "z", "time": 0},
    ]
    hits = pa.Table.from_pylist([dict.fromkeys(HIT.names) | row for row in rows], schema=HIT)
    rules = rules_of(tmp_path, {"z": counting(gte=1)})
    assert correlate(rules, hits)["uid"].to_pylist() == ["y"]
    assert correlate(rules, HIT.empty_table()).num_rows == 0


def test_other_columns_are_those_of_the_event(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, {"z": counting(gte=1)})
    row = dict.fromkeys(HIT.names, "text") | {"rule": number("a"), "time": 7, "row": 3, "fields": None}
    (result,) = correlate(rules, pa.Table.from_pylist([row], schema=HIT)).to_pylist()
    assert result == row | {"rule": number("z"), "row": None}


Timed = list[tuple[str, str, int]]
timed = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("pqrstuvw"), st.integers(0, 30)), max_size=12).map(
    lambda rows: [(rule, f"{uid}{time}", time) for rule, uid, time in rows]
)


def windows(hits: Timed, span: int) -> list[Timed]:
    return [[hit for hit in hits if end - span <= hit[2] <= end] for end in sorted({hit[2] for hit in hits})]


def slowly_counted(hits: Timed, least: int) -> set[str]:
    mine = [hit for hit in hits if hit[0] == "a"]
    return {hit[1] for window in windows(mine, 10) if len({hit[1] for hit in window}) >= least for hit in window}


def slowly_joined(hits: Timed) -> set[str]:
    return {hit[1] for window in windows(hits, 10) if {hit[0] for hit in window} == set("abc") for hit in window}


def slowly_ordered(hits: Timed) -> set[str]:
    by_rule = [[hit for hit in hits if hit[0] == rule] for rule in "abc"]
    found: set[str] = set()
    for one, two, three in itertools.product(*by_rule):
        apart = one[1] != two[1] and two[1] != three[1]
        if apart and one[2] <= two[2] <= three[2] <= one[2] + 10:
            found |= {hit[1] for hit in hits if one[2] <= hit[2] <= three[2]}
    return found


@settings(max_examples=200, deadline=None)
@given(timed)
def test_fast_windows_equal_slow_ones(hits: Timed) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rules = rules_of(
            Path(folder),
            {
                "count": counting(gte=3),
                "all": temporal(rules="abc"),
                "order": temporal("temporal_ordered", "abc"),
            },
        )
    result = correlate(rules, table([(*hit, {}) for hit in hits]))
    rows = list(zip(result["rule"].to_pylist(), result["uid"].to_pylist(), strict=True))
    assert len(rows) == len(set(rows))
    expected = {"count": slowly_counted(hits, 3), "all": slowly_joined(hits), "order": slowly_ordered(hits)}
    assert {name: {uid for rule, uid in rows if rule == number(name)} for name in expected} == expected
