"""Compares two syncs: what came, what went, what changed, which ports opened, and what cannot be compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jumpkit.app import inventorybook as book
from jumpkit.app.inventorynets import taken
from jumpkit.kit.errors import NotFound
from jumpkit.prepare.inventory import exposure
from jumpkit.prepare.inventory.changes import fields
from jumpkit.prepare.inventory.kinds import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.app.workspace import Desk
    from jumpkit.prepare.inventory.kinds import Kind
    from jumpkit.store.book.book import Row

Key = tuple[str, str, str | None, str]  # kind, account, region, id
Json = dict[str, Any]
_ITEMS = "SELECT kind, account, region, uid, name, digest, body, gaps FROM items ORDER BY 1, 2, 3 NULLS FIRST, 4"
_PARTS = "SELECT kind, account, region, state, gaps FROM parts WHERE kind IS NOT NULL"


def compared(desk: Desk, before: str | None, after: str | None) -> Json:
    """Return what differs between two syncs, by default the last two.

    Raises:
        NotFound: one of them does not exist.

    """
    rows = _two(desk, before, after)
    was, now = (_items(desk, row) for row in rows)
    left, why = _not_compared(desk, rows)
    kinds = load()
    both = sorted(was.keys() & now.keys(), key=_order)
    came = [key for key in sorted(now.keys() - was.keys(), key=_order) if not _outside(key, left)]
    went = [key for key in sorted(was.keys() - now.keys(), key=_order) if not _outside(key, left)]
    opened, closed = exposure.compared(*(taken(desk, row, exposure.KINDS) for row in rows))
    told: Json = {"schema": "inventory-diff/1"}
    told |= {name: _head(row) for name, row in zip(("from", "to"), rows, strict=True)}
    told |= {"added": [_shown(key, now) for key in came], "removed": [_shown(key, was) for key in went]}
    told["changed"] = [each for key in both if (each := _changed(key, was[key], now[key], kinds.get(key[0])))]
    found = {"added": opened, "removed": closed}
    told["ports"] = {name: [exposure.as_json(port) for port in ports] for name, ports in found.items()}
    return told | {"not_compared": why}


def _two(desk: Desk, before: str | None, after: str | None) -> tuple[Row, Row]:
    if before is not None:
        return book.one(desk, before), book.one(desk, after)
    found = book.syncs(desk)
    if len(found) < 2:  # noqa: PLR2004 - two are compared
        raise NotFound("there are no two syncs yet", target=str(desk.home), hint="jumpkit inventory sync")
    return found[-2], found[-1]


def _items(desk: Desk, row: Row) -> Mapping[Key, Json]:
    with book.opened(desk, row) as lake:
        return {
            (kind, account, region, uid): {"name": name, "digest": digest, "body": body, "gaps": gaps}
            for kind, account, region, uid, name, digest, body, gaps in lake.query(_ITEMS)
        }


def _not_compared(desk: Desk, rows: tuple[Row, Row]) -> tuple[set[tuple[str, str, str | None]], list[Json]]:
    """Return the parts (kind, account, region) that one of two syncs did not read whole, and why."""
    whole: list[dict[tuple[str, str, str | None], str | None]] = []
    for row in rows:
        with book.opened(desk, row) as lake:
            read = lake.query(_PARTS)
        whole.append({(kind, account, region): _why(row, state, gaps) for kind, account, region, state, gaps in read})
    found: dict[tuple[str, str, str | None], str] = {}
    for row, mine, other in zip(rows, whole, reversed(whole), strict=True):
        found |= {key: why for key, why in mine.items() if why is not None}
        found |= {key: f"{row['sync']} did not ask for it" for key in other if key not in mine}
    ordered = sorted(found, key=lambda key: (key[1], key[2] or "", key[0]))
    told = [{"account": key[1], "region": key[2], "kind": key[0], "because": found[key]} for key in ordered]
    return set(found), told


def _why(row: Row, state: str, gaps: str) -> str | None:
    lists = [gap for gap in json.loads(gaps) if gap["field"] is None]
    if state in ("known", "not_offered") or not lists:
        return None
    return f"{row['sync']}: {lists[0]['call']} said {lists[0]['code']}"


def _outside(key: Key, left: set[tuple[str, str, str | None]]) -> bool:
    kind, account, region, _ = key
    return (kind, account, region) in left or (kind, account, None) in left


def _changed(key: Key, was: Json, now: Json, kind: Kind | None) -> Json | None:
    if was["digest"] == now["digest"]:
        return None
    unread = {gap["field"] for side in (was, now) for gap in json.loads(side["gaps"]) if gap["field"]}
    told = fields(kind, json.loads(was["body"]), json.loads(now["body"]), unread)
    return _shown(key, {key: now}) | {"fields": told} if told else None


def _shown(key: Key, items: Mapping[Key, Json]) -> Json:
    kind, account, region, uid = key
    return {"kind": kind, "account": account, "region": region, "uid": uid, "name": items[key]["name"]}


def _head(row: Row) -> Json:
    return {"sync": row["sync"], "finished": row["finished"]}


def _order(key: Key) -> tuple[str, str, str, str]:
    return key[0], key[1], key[2] or "", key[3]
