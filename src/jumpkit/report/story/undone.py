"""Which calls that call for a step were undone later in the same logs, and by which event."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.report.content import proposals
from jumpkit.report.story.rows import decoded, moment, text_at

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from jumpkit.report.material import Row

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Undone:
    """The call that undid another; `own` where one principal made the thing in the case and removed it again."""

    time: datetime
    event: str
    own: bool


class Later:
    """Successful calls that do, undo or create what steps are about; asked for once, read by operation."""

    def __init__(self, ask: Callable[[Collection[str]], Iterable[Row]], operations: Collection[str]) -> None:
        """Ask for the calls of these entries; with no entry nothing is asked."""
        entries = [each for each in proposals()["proposals"] if "undone_by" in each and _starts(each, operations)]
        wanted = sorted({name for entry in entries for name in _operations(entry)})
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._ends: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = {}
        for row in ask(wanted) if wanted else ():
            at = moment(row.get("time"))
            if at is not None:
                said = {name: decoded(row.get(name)) or {} for name in ("request", "response")}
                held = {**row, **said, "at": at}
                self._rows.setdefault(str(row.get("operation")), []).append(held)

    def doer(self, operation: str, uid: str | None) -> str | None:
        """Return whose call an event is, None where it is not among these calls."""
        return next((row.get("principal") for row in self._rows.get(operation, ()) if row.get("event") == uid), None)

    def of(
        self, operations: Iterable[str], paths: str | None = None, wanted: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the calls of these operations; with `paths`, those that may name `wanted` there."""
        if paths is None:
            return [row for name in operations for row in self._rows.get(name, ())]
        end = _end(wanted or "")
        return [row for name in operations for row in self._named(name, paths).get(end, ())]

    def _named(self, operation: str, paths: str) -> dict[str, list[dict[str, Any]]]:
        """Return the calls of one operation by the end of what they name at the first of `paths` that holds a value."""
        if (operation, paths) not in self._ends:
            ends = self._ends[operation, paths] = {}
            for row in self._rows.get(operation, ()):
                found = next((value for each in paths.split("|") if (value := text_at(row, each))), None)
                if found is not None:
                    ends.setdefault(_end(found), []).append(row)
        return self._ends[operation, paths]


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that a step is proposed for, and the values that its commands name."""

    entry: Entry
    event: Mapping[str, Any]
    values: Mapping[str, str | None]

    @property
    def operation(self) -> str:
        return str(text_at(self.event, "api.operation"))

    def concerned(self, items: Iterable[Entry]) -> list[Entry]:
        """Return the entries that hold for this operation."""
        return [each for each in items if "of" not in each or self.operation in each["of"]]

    def among(self, later: Later, item: Entry, operations: Iterable[str]) -> list[dict[str, Any]]:
        """Return the calls of these operations that may concern the same thing."""
        name, paths = next(iter(item["at"].items()), (None, None))
        return later.of(operations, paths, self.values.get(name) if name else None)

    def same(self, item: Entry, row: Mapping[str, Any]) -> bool:
        """Return whether another call concerns the same thing, in the same account and, where names are, region."""
        places = {"account": "cloud.account.uid"}
        if "region" in self.entry["values"]:
            places["region"] = "cloud.region"
        if any(row.get(name) != text_at(self.event, path) for name, path in places.items()):
            return False
        for name, path in item["at"].items():
            wanted = self.values.get(name)
            found = next((value for each in path.split("|") if (value := text_at(row, each))), None)
            if wanted is None or found is None or _bare(wanted, found) != _bare(found, wanted):
                return False
        return states(item, row)


def undone(entry: Entry, event: Mapping[str, Any], values: Mapping[str, str | None], later: Later) -> Undone | None:
    """Return what undid the call last, None where nothing did or it was done once more afterwards."""
    call, since, uid = _Call(entry, event, values), moment(event.get("time")), text_at(event, "metadata.uid")
    if since is None or "undone_by" not in entry:
        return None
    made = _made(call, since, later)
    items = [
        each
        for each in call.concerned(entry["undone_by"])
        if (made or each.get("gone") != "own") and not any(text_at(event, path) for path in each.get("unless", ()))
    ]
    found = [
        (row, item)
        for item in items
        for row in call.among(later, item, item["operations"])
        if (row["at"] > since or row.get("event") == uid) and call.same(item, row)
    ]
    if not found:
        return None
    row, item = max(found, key=lambda each: (each[0]["at"], str(each[0].get("event"))))
    if _again(call, items, later, row["at"]):
        return None
    both = made and bool(item.get("gone")) and row.get("principal") == later.doer(call.operation, uid)
    return Undone(row["at"], str(row.get("event")), own=both or row.get("event") == uid)


def either(first: Undone | None, second: Undone | None) -> Undone | None:
    """Return the later of two, None where one of the calls was not undone."""
    return max(first, second, key=lambda each: each.time) if first and second else None


def _starts(entry: Entry, operations: Collection[str]) -> bool:
    return any(name in operations for name in entry.get("operations", operations))


def _operations(entry: Entry) -> list[str]:
    names = [*entry.get("operations", ())]
    for item in (*entry["undone_by"], *entry.get("made_by", ())):
        names += item["operations"]
    return names


def _made(call: _Call, since: datetime, later: Later) -> bool:
    """Return whether the principal of the call had itself made the thing, by this call or an earlier one."""
    doer = later.doer(call.operation, text_at(call.event, "metadata.uid"))
    for item in call.concerned(call.entry.get("made_by", ())):
        if call.operation in item["operations"]:
            return True
        for row in call.among(later, item, item["operations"]):
            if doer and row.get("principal") == doer and row["at"] <= since and call.same(item, row):
                return True
    return False


def _again(call: _Call, items: Iterable[Entry], later: Later, until: datetime) -> bool:
    """Return whether the same was done to the same thing once more, at the moment of its undoing or after it."""
    undoes = [each for each in items if call.operation in each["operations"]]
    does = {"at": call.entry.get("does", {}).get(call.operation, call.entry["undone_by"][0]["at"])}
    return any(
        row["at"] >= until and call.same(does, row) and not any(states(each, row) for each in undoes)
        for row in call.among(later, does, [call.operation])
    )


def states(item: Entry, row: Mapping[str, Any]) -> bool:
    """Return whether a call's request says what makes it an undoing; a `*` stands for any value."""
    for path, wanted in item.get("having", {}).items():
        value = text_at(row, path)
        if value is None or (wanted != "*" and value.lower() != str(wanted).lower()):
            return False
    return not any(text_at(row, path) for path in item.get("lacking", ()))


def _end(value: str) -> str:
    """Return the last part of a name or an ARN."""
    return re.split("[:/]", value)[-1]


def _bare(value: str, other: str) -> str:
    """Return the name at the end of an ARN where the other one is a bare name."""
    if value.startswith("arn:") and not other.startswith("arn:"):
        return _end(value)
    return value
