"""Our own pack as plain documents, read from the files and not through the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from plain.correlator import MOMENTS, fires
from plain.evaluator import hits

FOLDER = Path(__file__).resolve().parents[2] / "src" / "jumpkit" / "content" / "rules"
LEVELS = ("informational", "low", "medium", "high", "critical")
Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Pack:
    """All rules by their place below the folder, and what a reference in a correlation means."""

    rules: Mapping[str, Rule]
    known: Mapping[str, Rule]

    def run(self, rule: Rule, events: Sequence[Mapping[str, Any]]) -> set[int]:
        return fires(rule, self.known, events) if "correlation" in rule else hits(rule, events)

    def silent(self) -> set[str]:
        """Return the ids of rules that only feed correlations."""
        return {
            self.known[reference]["id"]
            for rule in self.rules.values()
            if "correlation" in rule and not rule["correlation"].get("generate")
            for reference in rule["correlation"]["rules"]
        }

    def findings(self, events: Sequence[Mapping[str, Any]]) -> dict[str, set[int]]:
        """Return the events of each rule that alerts, by the rule's place."""
        silent = self.silent()
        loud = {place: self.run(rule, events) for place, rule in self.rules.items() if rule["id"] not in silent}
        return {place: found for place, found in loud.items() if found}


def read_pack() -> Pack:
    rules = {
        path.relative_to(FOLDER).with_suffix("").as_posix(): yaml.safe_load(path.read_text("utf-8"))
        for path in sorted(FOLDER.rglob("*.yml"))
    }
    known = {str(rule["id"]): rule for rule in rules.values()}
    known |= {str(rule["name"]): rule for rule in rules.values() if "name" in rule}
    return Pack(rules, known)


def in_other_case(value: Any, key: str = "") -> Any:
    """Swap the letters of every text but the time's."""
    if isinstance(value, dict):
        return {name: in_other_case(below, name) for name, below in value.items()}
    if isinstance(value, list):
        return [in_other_case(below) for below in value]
    return value.swapcase() if isinstance(value, str) and key not in MOMENTS else value
