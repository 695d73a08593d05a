"""Policies unrolled in time, and what is wrong with them: dead ends, loops, people whom nobody knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from command.people import example
from hypothesis import given
from hypothesis import strategies as st

from jumpkit.coordinate.moments import KINDS
from jumpkit.model.escalation import Policy, Step
from jumpkit.prepare.directory import Directory, read_entries, shaped
from jumpkit.prepare.escalation import links, target_of, unrolled
from jumpkit.prepare.lint import Outside, lint

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
OUTSIDE = Outside(KINDS, ("pager", "wide"), ("pager",))
CHAIN = """      - {after: 0, rota: primary}
      - {after: 15, contact: bo}
      - {after: 30, contact: asha, by: phone}
"""


def directory(text: str) -> Directory:
    found: dict[str, dict[str, object]] = {}
    for entry, body in read_entries(text.encode(), "test").items():
        section, _, name = entry.partition("/")
        if section != "roles":
            found.setdefault(section, {})[name] = shaped(entry, body)
    return Directory(**found)  # type: ignore[arg-type]


def faults(text: str) -> set[tuple[str, int | None, str]]:
    return {(each.policy, each.step, each.kind) for each in lint(directory(text), NOW, OUTSIDE)}


def test_what_the_card_shows_is_sound() -> None:
    assert faults(example()) == set()


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("    repeat: 30", "", ("p1", 3, "dead_end")),
        ("    repeat: 30", "    then: p1", ("p1", None, "loop")),
        ("    repeat: 30", "    then: nobody", ("p1", None, "unknown_policy")),
        ("  p1:\n", "  p2: {steps: [{after: 0, contact: bo}], then: p1}\n  p1:\n    then: p2\n", ("p2", None, "loop")),
        ("    repeat: 30", "    repeat: 30\n    then: p1", ("p1", None, "ambiguous")),
        ("contact: bo}", "contact: zoe}", ("p1", 2, "unknown_contact")),
        ("rota: primary}", "rota: secondary}", ("p1", 1, "unknown_rota")),
        ("by: phone", "by: pager", ("p1", 3, "dead_end")),
        ("after: 30", "after: 5", ("p1", 3, "not_in_order")),
        ("contact: bo}", "contact: bo, rota: primary}", ("p1", 2, "no_target")),
        ("contact: bo}", "path: tam}", ("p1", 2, "unknown_path")),
        ("severities: [critical, high]", "severities: [critical]", ("", None, "uncovered")),
        ("severities: [critical, high]", "provider: nimbus", ("p1", None, "unknown_provider")),
        ("severities: [critical, high]", "title: idle", ("p1", None, "never_starts")),
        ("stops: acknowledged", "stops: answered", ("p1", None, "unknown_moment")),
        (CHAIN, "      - {after: 0, contact: bo}\n      - {after: 9, contact: bo}\n", ("p1", None, "one_person")),
        ("every_days: 7}", "every_days: 7, until: 2026-12-01}", ("p1", 1, "dead_end")),
        (
            "    hours: always\n    verified: 2026-11-02\n    authenticate: as",
            "    authenticate: as",
            ("p1", 2, "hours_unknown"),
        ),
        ("    deputy: bo\n", "    deputy: eve\n", ("p1", 3, "dead_end")),
        ('555 0102", ', '555 0102", via: nowhere, ', ("p1", 2, "unknown_channel")),
        ('555 0102", ', '555 0102", via: wide, ', ("p1", 2, "not_ours")),
    ],
)
def test_each_thing_that_is_wrong_is_named(old: str, new: str, found: tuple[str, int | None, str]) -> None:
    text = example()
    assert old in text
    assert found in faults(text.replace(old, new, 1))


POLICIES = st.dictionaries(
    st.sampled_from("abcd"),
    st.builds(
        Policy,
        steps=st.lists(st.builds(Step, after=st.integers(0, 60), contact=st.just("x")), max_size=3).map(
            lambda steps: tuple(sorted(steps, key=lambda step: step.after))
        ),
        then=st.one_of(st.none(), st.sampled_from("abcd")),
        then_after=st.integers(0, 60),
        repeat=st.one_of(st.none(), st.integers(1, 60)),
        severities=st.just(("critical", "high")),
    ),
    min_size=1,
)


@given(POLICIES, st.integers(0, 2000))
def test_any_chain_ends_and_runs_forward_in_time(policies: dict[str, Policy], until: int) -> None:
    """Loops and repetitions included: no simulation runs for ever, and none comes too late or goes back."""
    known = Directory(escalation=policies)
    for name in policies:
        steps = list(unrolled(known, name, until))
        assert [each.after for each in steps] == sorted(each.after for each in steps)
        assert all(each.after <= until for each in steps)
        assert len({(each.policy, each.step, each.turn) for each in steps}) == len(steps)
        loop = any(each.kind == "loop" and each.policy == name for each in lint(known, NOW, OUTSIDE))
        assert loop == (len(links(known, name)) > len(set(links(known, name))))


def test_who_keeps_hours_is_stood_in_for() -> None:
    known = directory(example())
    policy, step = known.escalation["p1"], Step(after=0, contact="asha")
    day, night = NOW, NOW + timedelta(hours=10)
    assert target_of(known, policy, step, day, lambda _: True).contact == "asha"
    assert target_of(known, policy, step, night, lambda _: True).contact == "bo"
    left = target_of(known, policy, step, day, lambda way: way.out_of_band)
    assert left.way == "phone +49 30 5550101"
    assert target_of(known, policy, step, day, lambda _: False).because
