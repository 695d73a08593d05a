"""Finds everything about one address, key, principal or object of a case, by an index that is made at first need."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jumpkit.app.lakes import references
from jumpkit.coordinate.case import case_row
from jumpkit.investigate import pivot as told
from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import short_id
from jumpkit.kit.errors import Refused
from jumpkit.kit.text import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jumpkit.app.workspace import Desk
    from jumpkit.store.lake.places import Indexed, Meeting, Place

MOST_BLOCKS = 12  # that are read unless the whole is asked for: half of them the first, half the last


def indexed(desk: Desk, case: str) -> list[Indexed]:
    """Return the case's segments with their indexes in the cache; what is missing is made, what is stale removed.

    Raises:
        Refused: the cache cannot be written.

    """
    from jumpkit.store.lake.places import Indexed, build  # noqa: PLC0415 - DuckDB

    folder = desk.home / "cache" / "pivot" / case
    with desk.book.read() as tx:
        rows = [row for row in tx.rows("segment", case=case) if row["events"]]
    segments = [Indexed(desk.home / row["path"], folder / f"{row['sha256'][:24]}.parquet") for row in rows]
    try:
        build(segments, str(desk.setting("memory")))
        for path in folder.glob("*") if folder.is_dir() else ():
            if path not in {segment.index for segment in segments}:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    except OSError as error:
        hint = "the index of a case lies in the workspace's cache folder"
        raise Refused(f"the index cannot be written: {error}", target=str(folder), hint=hint) from error
    return segments


def pivot(desk: Desk, case: str, value: str, *, whole: bool = False) -> dict[str, Any]:
    """Return all about one value: where it stands, how often, and who did what with it."""
    from jumpkit.store.lake.places import FIELDS, find  # noqa: PLC0415 - DuckDB
    from jumpkit.store.lake.places import counted as by_field  # noqa: PLC0415 - DuckDB

    with desk.book.read() as tx:
        case = str(case_row(tx, case)["case"])
        known = tx.rows("finding", case=case, superseded_by=None)
    places = find(indexed(desk, case), value.strip())
    fields = by_field(places)
    read, complete = _read(desk, places, value.strip(), whole=whole)
    items, uids = _items(case, value, fields, read, complete=complete, sql=FIELDS)
    events = read.query("SELECT count(*) FROM events")[0][0] if read else 0
    total = events if complete else max((number for number, _, _ in fields.values()), default=0)
    return {
        "schema": "pivot/1",
        "case": case,
        "value": value,
        "found": bool(places),
        "count": total,
        "at_least": not complete and len(fields) > 1,
        "first": _at(min((first for _, first, _ in fields.values()), default=None)),
        "last": _at(max((last for _, _, last in fields.values()), default=None)),
        "items": items,
        "about": told.about(read) if read else {},
        "about_events": events,
        "findings": _findings(desk, case, value, uids, known),
        "limits": [{"what": what, "because": because} for what, because in _limits(fields, events, total, complete)],
    }


def _read(desk: Desk, places: Sequence[Place], value: str, *, whole: bool) -> tuple[Meeting | None, bool]:
    """Return rows in which the value stands, and whether these are all."""
    from jumpkit.store.lake.places import meet  # noqa: PLC0415 - DuckDB

    if not places:
        return None, True
    every = sorted({(place.segment.index, block) for place in places for block in place.blocks}, key=_order(places))
    half = MOST_BLOCKS // 2
    chosen = every if whole or len(every) <= MOST_BLOCKS else every[:half] + every[-half:]
    kept: Sequence[Place] = _narrowed(places, set(chosen)) if len(chosen) < len(every) else places
    return meet(kept, value, str(desk.setting("memory"))), len(chosen) == len(every)


def _order(places: Sequence[Place]) -> Any:
    """Return a key by which blocks come in order of their segments' times."""
    first: dict[Path, int] = {}
    for place in places:
        first[place.segment.index] = min(place.first, first.get(place.segment.index, place.first))
    return lambda each: (first[each[0]], str(each[0]), each[1])


def _narrowed(places: Sequence[Place], chosen: set[tuple[Path, int]]) -> list[Place]:
    cut = [
        replace(place, blocks=tuple(block for block in place.blocks if (place.segment.index, block) in chosen))
        for place in places
    ]
    return [place for place in cut if place.blocks]


def _items(
    case: str,
    value: str,
    fields: Mapping[str, tuple[int, int, int]],
    read: Meeting | None,
    *,
    complete: bool,
    sql: Mapping[str, str],
) -> tuple[list[dict[str, Any]], set[str]]:
    items, uids = [], set()
    for name, (number, first, last) in sorted(fields.items()):
        where = f"list_contains({sql[name]}, $1)" if sql[name].startswith("list_") else f"{sql[name]} = $1"
        events = _asked(read, name, where, value.strip())
        uids.update(events)
        how = "" if complete else "; the events listed are from the first and the last of them"
        items.append(
            {
                "uid": short_id("P", case, name, value),
                "state": "seen",
                "why": f"it stands in {name} of {counted(number, 'event')}{how}",
                "field": name,
                "count": number,
                "first": _at(first),
                "last": _at(last),
                "events": events,
                "more": number - len(events),
            }
        )
    return sorted(items, key=lambda item: (-item["count"], item["field"])), uids


def _asked(read: Meeting | None, name: str, where: str, value: str) -> list[str]:
    """Return events of a field; where no row that was read has it, none."""
    column = name.partition(":")[0]
    if read is None or (column.endswith(".data") and column not in read.long):
        return []
    return told.sample(read, where, value)


def _findings(desk: Desk, case: str, value: str, uids: set[str], known: Sequence[Mapping[str, Any]]) -> list[str]:
    from jumpkit.store.lake.read import open_lake  # noqa: PLC0415 - DuckDB

    hits = [reference for reference in references(desk, case) if reference.kind == "hits"]
    if not hits or not known:
        return []
    with open_lake(desk.home, case, hits, memory=str(desk.setting("memory"))) as lake:
        return told.findings(known, told.touched(lake, value.strip(), uids))


def _at(milliseconds: int | None) -> str | None:
    return stamp(datetime.fromtimestamp(milliseconds / 1000, UTC)) if milliseconds is not None else None


def _limits(
    fields: Mapping[str, Any],
    events: int,
    total: int,
    complete: bool,  # noqa: FBT001 - plain facts of one answer
) -> list[tuple[str, str]]:
    found = []
    if not fields:
        found.append(
            ("the value was not found, which is not that it was not used", "a log that would have it may be missing")
        )
    if not complete:
        because = f"{events:,} of some {total:,} events were read, the first and the last; --whole reads all"
        found.append(("what was done with it is told from a part", because))
    found.append(
        ("only the value exactly as written was looked for", "parts of names, ranges and other spellings are not")
    )
    found.append(("in requests only ids, ARNs, keys and names were looked for", "free text is found by jumpkit hunt"))
    return found
