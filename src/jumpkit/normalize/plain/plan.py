"""A plain source's file made ready: how its records are told and cut, and what each attribute is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import Unreadable
from jumpkit.normalize.plain.paths import first_of, lower_first, text_of, unquoted
from jumpkit.normalize.source import load_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from jumpkit.normalize.source import Source


@dataclass(frozen=True, slots=True)
class Choice:
    """A translation: what each text of a field becomes, by a table, by patterns or by bands of numbers."""

    paths: tuple[str, ...]
    table: Mapping[str, Any]
    bands: tuple[tuple[float, Any], ...]  # from this number on, ascending
    patterns: tuple[tuple[re.Pattern[str], Any], ...]
    other: Any  # of a text that none of these knows
    absent: Any  # where the field is absent

    def of(self, text: str | None) -> Any:
        """Return what a text becomes, None where nothing is said."""
        if text is None:
            return self.absent
        if text in self.table:
            return self.table[text]
        for pattern, value in self.patterns:
            if pattern.search(text):
                return value
        return self._banded(text)

    def _banded(self, text: str) -> Any:
        try:
            number = float(text) if self.bands else 0.0
        except ValueError:
            return self.other
        found = [value for least, value in self.bands if number >= least]
        return found[-1] if found else self.other


@dataclass(frozen=True, eq=False)
class Plan:
    """How one plain source is read; patterns are searched in bounded text only."""

    source: Source
    separator: str | None  # between the fields of a line; None where they are quoted or bracketed
    order: tuple[str, ...]  # fields of a line without a heading
    least: int  # fields that a line must have
    heading: re.Pattern[str] | None  # a first line that names the fields, in its group `names`
    line: re.Pattern[str] | None  # what a first line looks like where there is no heading
    comment: str | None  # lines that begin so hold no record
    kin: Mapping[str, re.Pattern[str]]  # why it cannot be read → what a first line then looks like
    keys: tuple[frozenset[str], ...]  # of JSON: all keys of one of these sets
    where: Mapping[str, re.Pattern[str]]  # of JSON: paths and what must be found there
    columns: frozenset[str]  # of Parquet, that must be there
    nulls: frozenset[str]  # texts that stand for nothing
    rename: Mapping[str, str]  # another spelling of a field → the one that rules and the mapping use
    parts: Mapping[str, tuple[str, re.Pattern[str]]]  # named part → field that it is cut from, and how
    made: Mapping[str, str]  # name → template over fields
    choices: Mapping[str, Choice]  # OCSF attribute → translation
    constants: Mapping[str, Any]
    numbers: frozenset[str] = field(default=frozenset())  # fields that hold numbers
    known: frozenset[str] = field(default=frozenset())
    unquoted: tuple[str, ...] = ()  # fields that some records hold as a text of JSON
    spelling: bool = False  # records that lack the first set of keys spell every field with a capital

    @property
    def lined(self) -> bool:
        """Say whether this source is read from lines of text."""
        return self.heading is not None or self.line is not None

    def fits(self, record: Any) -> bool:
        """Say whether a JSON value is a record of this source."""
        return isinstance(record, dict) and self.named_so(record.keys()) and self.holds(record)

    def named_so(self, names: AbstractSet[str]) -> bool:
        """Say whether a record with fields of these names may be one of this source."""
        return any(keys <= names for keys in self.keys)

    def holds(self, record: Any) -> bool:
        """Say whether a record with such names holds what is looked for."""
        if not self.where:
            return True
        told = ((pattern, text_of(first_of(record, path))) for path, pattern in self.where.items())
        return all(text is not None and pattern.search(text) for pattern, text in told)

    def named(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return a record with its fields spelled, and its objects read, as rules and the mapping have them."""
        if self.spelling and not any(keys <= record.keys() for keys in self.keys[:1]):
            record = lower_first(record)
        if self.rename and not self.rename.keys().isdisjoint(record):
            record = {self.rename.get(name, name): value for name, value in record.items()}
        quoted = [name for name in self.unquoted if name in record]
        return record | {name: unquoted(record[name]) for name in quoted} if quoted else record

    @property
    def respells(self) -> bool:
        """Say whether rules see other names of fields than some records have."""
        return bool(self.rename or self.spelling or self.unquoted)


def _choice(told: Mapping[str, Any]) -> Choice:
    paths = told["from"]
    return Choice(
        tuple([paths] if isinstance(paths, str) else paths),
        {str(key): value for key, value in told.get("table", {}).items()},
        tuple(sorted((float(least), value) for least, value in told.get("bands", {}).items())),
        tuple((re.compile(str(pattern)), value) for pattern, value in told.get("match", {}).items()),
        told.get("else"),
        told.get("absent"),
    )


def _pattern(told: Any) -> re.Pattern[str] | None:
    return None if told is None else re.compile(str(told))


def _parts(told: Mapping[str, str]) -> dict[str, tuple[str, re.Pattern[str]]]:
    found: dict[str, tuple[str, re.Pattern[str]]] = {}
    for name, text in told.items():
        pattern = re.compile(text)
        found |= dict.fromkeys(pattern.groupindex, (name, pattern))
    return found


@cache
def plan_of(source: str) -> Plan:
    """Return the plan of a source that is not CloudTrail; Unreadable where its file cannot be understood."""
    return compiled(load_source(source))


def compiled(source: Source) -> Plan:
    """Return the plan that a source's file describes."""
    try:
        return _compiled(source, source.tables)
    except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
        raise Unreadable(f"the source file cannot be understood: {error}", target=source.id) from error


def _compiled(source: Source, told: Mapping[str, Any]) -> Plan:
    how = told["recognize"]
    order = tuple(told.get("order", ()))
    parts, made = _parts(told.get("parts", {})), dict(told.get("made", {}))
    numbers = (*source.fields.get("int", ()), *source.fields.get("float", ()))
    return Plan(
        source=source,
        separator=told.get("separator"),
        order=order,
        least=int(told.get("at_least", len(order))),
        heading=_pattern(how.get("heading")),
        line=_pattern(how.get("line")),
        comment=told.get("comment"),
        kin={why: re.compile(str(pattern)) for why, pattern in how.get("kin", {}).items()},
        keys=tuple(frozenset(keys) for keys in how.get("keys", ())),
        where={path: re.compile(str(text)) for path, text in how.get("where", {}).items()},
        columns=frozenset(how.get("columns", ())),
        nulls=frozenset(map(str, told.get("nulls", ()))),
        rename=dict(told.get("rename", {})),
        parts=parts,
        made=made,
        choices={name: _choice(each) for name, each in told.get("values", {}).items()},
        constants=dict(told.get("constants", {})),
        numbers=frozenset(numbers),
        known=source.known | parts.keys() | made.keys(),
        unquoted=tuple(told.get("unquoted", ())),
        spelling=told.get("spelling") == "lower_first",
    )
