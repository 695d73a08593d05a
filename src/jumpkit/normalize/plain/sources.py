"""All plain sources side by side: which of them a record, a line or a table belongs to, by content alone."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from jumpkit.normalize.plain.lines import told_by
from jumpkit.normalize.plain.paths import json_text
from jumpkit.normalize.plain.peel import DEEPEST
from jumpkit.normalize.plain.plan import Plan, plan_of
from jumpkit.normalize.shapes import other_vendor
from jumpkit.normalize.source import Source, load_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LOOKED_AT = 2000  # characters of a line that nothing names
_REMEMBERED = 4096  # sets of names
_SIGNS = 3  # of a CloudTrail record without its two names


class Plans:
    """The plain sources, and CloudTrail beside them so that its records are told apart."""

    def __init__(self, sources: Sequence[str]) -> None:
        """Take the ids of all sources; their files are read when the first is asked for."""
        self._sources = sources
        self._shapes: dict[tuple[str, ...], tuple[bool, tuple[Plan, ...]]] = {}

    @cached_property
    def _loaded(self) -> tuple[Source, ...]:
        return tuple(load_source(name) for name in self._sources)

    @cached_property
    def first(self) -> Source:
        """Return CloudTrail, whose reader takes what belongs to no other."""
        return next(source for source in self._loaded if source.kind == "cloudtrail")

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """Return the plans in the order of their ids."""
        return tuple(plan_of(source.id) for source in self._loaded if source.kind != "cloudtrail")

    def by_id(self, source: str) -> Plan:
        """Return one plan."""
        return next(plan for plan in self.plans if plan.source.id == source)

    @cached_property
    def wrappers(self) -> dict[str, str]:
        """Return what may hold records: key → list, object or text."""
        found: dict[str, str] = {}
        for source in self._loaded:
            found |= source.wrappers
        return found

    def known(self, value: Any) -> bool:
        """Say whether a JSON value is a record of some source."""
        if not isinstance(value, dict):
            return False
        trail, plans = self._named(value)
        return trail or any(plan.holds(value) for plan in plans)

    def _named(self, value: dict[str, Any]) -> tuple[bool, tuple[Plan, ...]]:
        """Return whether a record is CloudTrail's, else of which sources it may be; most have the same few names."""
        names = tuple(value)
        found = self._shapes.get(names)
        if found is None:
            if len(self._shapes) >= _REMEMBERED:
                self._shapes.clear()
            told = self.first.tables
            trail = value.keys() >= set(told["names"]) or len(value.keys() & set(told["signs"])) >= _SIGNS
            plans = () if trail else tuple(plan for plan in self.plans if plan.named_so(value.keys()))
            found = self._shapes[names] = (trail, plans)
        return found

    def told(self, value: Any) -> bool:
        """Say whether a value within JSON, be it an object or a line, is a record of some source."""
        return self.lines([value]) is not None if isinstance(value, str) else self.known(value)

    def trail(self, value: Any) -> bool:
        """Say whether a JSON value is a CloudTrail record."""
        return isinstance(value, dict) and self._named(value)[0]

    def of(self, value: Any) -> Plan | None:
        """Return the plan of a record, be it JSON or a line, None where it belongs to none."""
        if isinstance(value, str):
            found = self.lines([value])
            return found[0] if found else None
        if not isinstance(value, dict):
            return None
        return next((plan for plan in self._named(value)[1] if plan.holds(value)), None)

    def why_none(self, value: Any) -> str:
        """Return why a value within JSON is no record."""
        if value is None:
            return f"no valid JSON, or nested more than {DEEPEST} levels deep"
        vendor = other_vendor(json_text(value).encode()) if isinstance(value, dict) else None
        return f"it looks like {vendor}" if vendor else "nothing in it names a log source that is known"

    def lines(self, lines: Sequence[str]) -> tuple[Plan, tuple[str, ...]] | None:
        """Return the plan of a text that begins with these lines, and the names of its fields."""
        for plan in self.plans:
            names = told_by(plan, lines) if plan.lined else None
            if names:
                return plan, names
        return None

    def why_not(self, lines: Sequence[str]) -> str | None:
        """Return why a text that begins with these lines cannot be read though its source is known."""
        kin = [item for plan in self.plans for item in plan.kin.items()] if lines else []
        return next((why for why, pattern in kin if pattern.search(lines[0][:_LOOKED_AT])), None)

    def table(self, columns: Iterable[str]) -> Plan | None:
        """Return the plan of a Parquet file with these columns, however they are spelled."""
        found = set(columns)
        for plan in self.plans:
            if plan.columns and plan.columns <= found | {plan.rename.get(name, name) for name in found}:
                return plan
        return None
