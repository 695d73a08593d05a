"""A rule's own examples put to the test, as they are and in another letter case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jumpkit.detect.bring import fields_of
from jumpkit.detect.correlate import correlate
from jumpkit.detect.documents import declared_id
from jumpkit.detect.explain import matches
from jumpkit.detect.leaf import moment_of
from jumpkit.detect.load import load, rule_files
from jumpkit.detect.swap import MOMENTS, swapped, written_paths
from jumpkit.kit import strictyaml
from jumpkit.store.lake.schema import HIT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jumpkit.detect.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example of one rule in one letter case: what it should do, what it did, and what went wrong."""

    path: str
    rule: str
    example: str
    letters: str  # as written, other case
    expected: bool
    got: bool | None
    problem: str | None

    @property
    def passed(self) -> bool:
        """Say whether it did what it should."""
        return self.problem is None and self.got == self.expected


def test_examples(folder: Path, ruleset: RuleSet | None = None) -> list[ExampleResult]:  # noqa: PT028  # no pytest test
    """Return the result of every example below a folder (or of one file), by file and place.

    Rules come from the folder alone, or from `ruleset`. Case is not changed where the rule asks for it as written.
    """
    rules = load([folder], own=False, cache=None) if ruleset is None else ruleset
    return [
        result
        for path in rule_files(folder)
        for document in _documents(path)
        for result in _document(rules, path, document)
    ]


def _documents(path: Path) -> list[Any]:
    try:
        return [value for value, _, _ in strictyaml.documents(path.read_bytes()) if isinstance(value, dict)]
    except (strictyaml.BadYaml, OSError):
        return []  # the rule set has it as not runnable


def _document(rules: RuleSet, path: Path, document: dict[str, Any]) -> Iterator[ExampleResult]:
    listed = document.get("examples")
    rule = declared_id(document.get("id"))
    for number, example in enumerate(listed if isinstance(listed, list) else []):
        name, expected, events, problem = _example(example, number, "correlation" in document)
        if problem is None and (rule is None or rule not in rules.places):
            problem = "the rule was not loaded, or has no id"
        if problem is not None or rule is None:
            yield ExampleResult(str(path), rule or "", name, "as written", expected, None, problem)
            continue
        yield _tried(rules, path, rule, (name, "as written", expected), events)
        kept = written_paths(rules, rule)
        if kept is not None:
            others = [swapped(event, kept) for event in events]
            yield _tried(rules, path, rule, (name, "other case", expected), others)


def _example(example: Any, number: int, several: bool) -> tuple[str, bool, list[Any], str | None]:  # noqa: FBT001  # says which of two keys is read
    said = example if isinstance(example, dict) else {}
    key = "events" if several else "event"
    name = str(said.get("name") or f"example {number + 1}")
    found = said.get(key)
    events = found if several and isinstance(found, list) else [found]
    if not isinstance(said.get("match"), bool):
        return name, False, [], "says no `match: true` or `match: false`"
    if not events or not all(isinstance(event, dict) for event in events):
        return name, said["match"], [], f"says no `{key}`"
    return name, said["match"], events, None


def _tried(
    rules: RuleSet, path: Path, rule: str, said: tuple[str, str, bool], events: list[dict[str, Any]]
) -> ExampleResult:
    name, letters, expected = said
    place = rules.places[rule]
    if not rules.infos[place].live:
        return ExampleResult(str(path), rule, name, letters, expected, None, rules.infos[place].reason)
    if rules.bodies[place].correlation is None:
        return ExampleResult(str(path), rule, name, letters, expected, matches(rules, rule, events[0]), None)
    try:
        hits = hits_of(rules, rule, events)
    except ValueError as error:
        return ExampleResult(str(path), rule, name, letters, expected, None, str(error))
    got = rule in set(correlate(rules, hits)["rule"].to_pylist())
    return ExampleResult(str(path), rule, name, letters, expected, got, None)


def hits_of(rules: RuleSet, rule: str, events: list[dict[str, Any]]) -> pa.Table:
    """Return the matches of all rules under a correlation on these events; ValueError where one has no time."""
    rows: list[dict[str, Any]] = []
    for number, event in enumerate(events):
        moments = [moment for key in MOMENTS if (moment := moment_of(event.get(key))) is not None]
        if not moments:
            raise ValueError(f"event {number + 1} has no time that can be read ({', '.join(MOMENTS)})")
        for place in _under(rules, rules.places[rule]):
            info = rules.infos[place]
            if matches(rules, info.rule, event):
                text = fields_of(rules.brings(place, info.sources[0]), event)
                uid = str(event.get("eventID") or f"event {number + 1}")
                time = int(moments[0].timestamp() * 1000)
                rows.append({"rule": info.rule, "uid": uid, "time": time, "fields": text})
    return pa.Table.from_pylist([dict.fromkeys(HIT.names) | row for row in rows], schema=HIT)


def _under(rules: RuleSet, place: int) -> list[int]:
    found: dict[int, None] = {}
    open_ = [place]
    while open_:
        body = rules.bodies[open_[-1]]
        last = open_.pop()
        if body.correlation is None:
            found[last] = None
        open_ += body.bases
    return list(found)
