"""Asks a case's events a question: by a rule, by a condition over OCSF paths, or by one SELECT."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.app.lakes import open_case
from jumpkit.app.latest import latest_case
from jumpkit.app.records import Records
from jumpkit.detect import load, matches
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.kit.masking import mask
from jumpkit.model.event import Address
from jumpkit.normalize import load_source
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.recording import recording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from jumpkit.app.workspace import Desk
    from jumpkit.store.lake.read import Lake

__all__ = ["SHOWN", "Question", "address_of", "as_line", "as_match", "hunt", "latest_case"]

SHOWN = (  # what a line tells; whole rows would have to be sorted with all that requests and responses say
    "metadata.uid AS event",
    "time_dt",
    "record",
    "api.operation AS operation",
    "principal.name AS name",
    "principal.uid AS principal",
    "metadata.log_name AS source",
)


@dataclass(frozen=True, slots=True)
class Question:
    """Exactly one of rule, where and sql."""

    rule: Path | None = None
    where: str | None = None
    sql: str | None = None
    unmask: bool = False


def hunt(desk: Desk, case: str, question: Question) -> Iterator[dict[str, Any]]:
    """Yield one object a match, and last one with `total`, `limits` and `not_runnable`.

    Raises:
        BadUsage: not exactly one question was asked, or it cannot be understood.
        Refused: it would take too much time or memory.

    """
    if sum(item is not None for item in (question.rule, question.where, question.sql)) != 1:
        raise BadUsage("ask one question: --rule, --where or --sql", target="hunt", hint="jumpkit hunt --help")
    if question.unmask:
        _enter_unmask(desk, case, "hunt")
    with open_case(desk, case) as lake:
        if question.sql is not None:
            lines = _by_sql(desk, lake, question.sql)
        elif question.where is not None:
            lines = _by_where(desk, lake, question.where)
        else:
            lines = _by_rule(desk, lake, question.rule)
        for line in lines:
            yield line if question.unmask else mask(line)


def _enter_unmask(desk: Desk, case: str, what: str) -> None:
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        append(pen, case, "unmask", {"what": what, "to": "stdout"})


def _by_where(desk: Desk, lake: Lake, where: str) -> Iterator[dict[str, Any]]:
    from jumpkit.store.lake.userquery import user_where  # noqa: PLC0415 - DuckDB, which triage loads later

    total = 0
    for row in lake.rows(user_where(where, columns=SHOWN), seconds=desk.setting("timeout")):
        total += 1
        yield as_match(row)
    yield {"total": total, "limits": [], "not_runnable": []}


def _by_sql(desk: Desk, lake: Lake, sql: str) -> Iterator[dict[str, Any]]:
    from jumpkit.store.lake.userquery import user_select  # noqa: PLC0415 - as above

    total = 0
    for row in lake.rows(user_select(sql), seconds=desk.setting("timeout")):
        total += 1
        yield {name: _plain(value) for name, value in row.items()}
    yield {"total": total, "limits": [], "not_runnable": []}


def _plain(value: Any) -> Any:
    """Return a value of the lake as JSON can hold it."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else _text(value)


def _text(value: Any) -> str:
    return stamp(value) if hasattr(value, "astimezone") else str(value)


def _by_rule(desk: Desk, lake: Lake, path: Path | None) -> Iterator[dict[str, Any]]:
    """Evaluate the rules of one file on every record's own bytes, in the lake's order of artifacts."""
    if path is None or not path.exists():
        raise NotFound(f"there is no rule file {path}", target=str(path))
    rules = load([path], own=False, cache=None)
    live = [info for info in rules.infos if info.live and not info.correlation]
    waiting = [
        {"rule": info.rule, "reason": info.reason or "correlations are drawn by triage"}
        for info in rules.infos
        if info not in live
    ]
    records = Records(desk.artifact, desk.limits())
    shown = ", ".join(SHOWN)
    found: list[dict[str, Any]] = []
    for row in lake.rows(f"SELECT {shown} FROM events ORDER BY record.sha256, record.member, record.index"):  # noqa: S608 - our own columns
        asked = [info for info in live if row["source"] in info.sources]
        event = records.event_of(address_of(row), load_source(row["source"])) if asked else {}
        found += [as_match(row, info.rule) for info in asked if matches(rules, info.rule, event)]
    yield from sorted(found, key=lambda item: (item["time"] or "", item["event"], item["rule"]))
    yield {"total": len(found), "limits": [], "not_runnable": waiting}


def address_of(row: dict[str, Any]) -> Address:
    """Return the address in a row of events."""
    record = row["record"]
    return Address(record["sha256"], record["member"], record["index"], record["start"], record["end"])


def as_match(row: dict[str, Any], rule: str | None = None) -> dict[str, Any]:
    """Return a row of `SHOWN` as a match is told."""
    time: datetime | None = row["time_dt"]
    return {
        "event": row["event"],
        "rule": rule,
        "time": stamp(time) if time else None,
        "record": row["record"],
        "operation": row["operation"],
        "principal": row["name"] or row["principal"],
    }


def as_line(value: dict[str, Any]) -> str:
    """Return one object as one line of JSON."""
    return json.dumps(value, ensure_ascii=True)  # a terminal obeys some characters beyond ASCII
