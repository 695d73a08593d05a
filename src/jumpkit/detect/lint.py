"""What a rule file of ours has to say before it may be shipped; strangers' files may say less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.detect.documents import LEVELS, declared_id
from jumpkit.detect.link import TACTIC, TECHNIQUE
from jumpkit.detect.load import load, rule_files
from jumpkit.kit import strictyaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a rule file lacks or has wrong."""

    path: str
    rule: str | None
    problem: str


def lint(folder: Path) -> list[Problem]:
    """Return what is wrong with the rules below a folder, by file."""
    found = [Problem(info.path, info.rule, f"is not runnable: {info.reason}") for info in _dead(folder)]
    for path in rule_files(folder):
        try:
            documents = strictyaml.documents(path.read_bytes())
        except (strictyaml.BadYaml, OSError):
            continue  # named above, as not runnable
        for value, _, _ in documents:
            if isinstance(value, dict):
                rule = declared_id(value.get("id"))
                found += [Problem(str(path), rule, problem) for problem in _problems(value)]
    return sorted(found, key=lambda problem: (problem.path, problem.rule or "", problem.problem))


def _dead(folder: Path) -> list[Any]:
    return [info for info in load([folder], own=False, cache=None).infos if not info.live]


def _problems(document: dict[str, Any]) -> Iterator[str]:
    if declared_id(document.get("id")) is None:
        yield "`id` is no UUID"
    for key in ("title", "description"):
        if not (isinstance(document.get(key), str) and document[key].strip()):
            yield f"`{key}` is missing"
    if "filter" in document:
        return
    if document.get("level") not in LEVELS:
        yield "`level` is none of " + ", ".join(LEVELS)
    if "correlation" not in document and not isinstance(document.get("logsource"), dict):
        yield "`logsource` is missing"
    if not document.get("falsepositives"):
        yield "`falsepositives` is missing"
    yield from _tags(document.get("tags"), document.get("logsource"))
    yield from _examples(document)


def _restates(logsource: Any) -> bool:
    """Say whether a rule hands on other products' findings, whose types need not name what ATT&CK calls it."""
    return isinstance(logsource, dict) and logsource.get("category") == "finding"


def _tags(tags: Any, logsource: Any) -> Iterator[str]:
    if _restates(logsource):
        return
    listed = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    if not any(TECHNIQUE.fullmatch(tag) for tag in listed):
        yield "`tags` names no ATT&CK technique (attack.t1078.004)"
    if not any(TACTIC.fullmatch(tag) for tag in listed):
        yield "`tags` names no ATT&CK tactic (attack.persistence)"


def _examples(document: dict[str, Any]) -> Iterator[str]:
    listed = document.get("examples")
    said = [each.get("match") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    if True not in said:
        yield "`examples` has none that matches"
    if False not in said:
        yield "`examples` has none that must not match"
