"""What the doors ask of rules."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

from jumpkit.detect import lint as lint_rules
from jumpkit.detect import load, test_examples

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jumpkit.model.rule import RuleInfo


def listing(home: Path, folders: Sequence[Path], *, own: bool) -> list[dict[str, Any]]:
    """Return every rule as contract.md has it, sorted by rule."""
    rules = load(folders, own=own, cache=home / "cache" / "rules" if home.is_dir() else None)
    return [_object(info) for info in sorted(rules.infos, key=lambda info: (info.rule, info.path))]


def _object(info: RuleInfo) -> dict[str, Any]:
    return {
        "rule": info.rule,
        "title": info.title,
        "severity": info.severity,
        "sources": list(info.sources),
        "attack": list(info.attack),
        "tactics": list(info.tactics),
        "live": info.live,
        "reason": info.reason,
        "correlation": info.correlation,
        "own": info.own,
        "path": info.path,
    }


def lint(folder: Path | None) -> list[dict[str, Any]]:
    """Return the problems of a folder's rules, or of jumpkit's own."""
    if folder is not None:
        return [{"rule": item.rule, "problem": item.problem} for item in lint_rules(folder)]
    with as_file(files("jumpkit.content") / "rules") as own:
        return lint(own)


def try_examples(folder: Path | None) -> list[dict[str, Any]]:
    """Return each example of a folder's rules, or of jumpkit's own, and whether it held."""
    if folder is not None:
        return [
            {
                "rule": item.rule,
                "example": item.example,
                "letters": item.letters,
                "expected": item.expected,
                "held": item.passed,
                "problem": item.problem,
            }
            for item in test_examples(folder)
        ]
    with as_file(files("jumpkit.content") / "rules") as own:
        return try_examples(own)
