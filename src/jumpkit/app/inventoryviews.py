"""Shows what a sync found: things by kind, id or owner, their number, and what changed between two syncs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.app import inventorybook as book
from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.prepare.inventory.estate import ALWAYS
from jumpkit.prepare.inventory.kinds import chosen, load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.app.workspace import Desk
    from jumpkit.store.book.book import Row
    from jumpkit.store.lake.read import Lake

_COLUMNS = (
    "kind", "account", "region", "uid", "arn", "name", "created", "owner", "criticality", "data_classes", "category",
    "model", "seen_at",
)  # fmt: skip
_JSON = ("tags", "body", "gaps")
_ORDER = "ORDER BY account, region NULLS FIRST, kind, uid"
_PARTS = "ORDER BY account, region NULLS FIRST, kind"
BY = {"type": "kind", "account": "account", "region": "region", "owner": "owner", "category": "category"}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which things are wanted; None is all. `what` is a kind, an id, an ARN or a name."""

    what: str | None = None
    account: str | None = None
    region: str | None = None
    owner: str | None = None
    unowned: bool = False


def shown(desk: Desk, sync: str | None, wanted: Filter) -> dict[str, Any]:
    """Return the wanted things of a sync, sorted by account, region, kind and id, and which parts say nothing of them.

    Raises:
        NotFound: there is no such sync; or nothing of this name, and every part was read.

    """
    row = book.one(desk, sync)
    where, params = _where(wanted)
    with book.opened(desk, row) as lake:
        found = list(lake.rows(f"SELECT {', '.join((*_COLUMNS, *_JSON))} FROM items{where} {_ORDER}", params))  # noqa: S608 - our own columns
        unread = _unread(lake, wanted)
    items = [item | {name: json.loads(item[name]) for name in _JSON} for item in found]
    if not items and not unread and wanted.what and wanted.what not in load():
        hint = "jumpkit inventory kinds lists the kinds; jumpkit inventory sync reads anew"
        raise NotFound(f"nothing of this name was there at {row['finished']}", target=wanted.what, hint=hint)
    head = {"schema": "inventory/1", "sync": row["sync"], "finished": row["finished"]}
    return head | {"items": items, "unknown": unread, "uncovered": uncovered(row)}


def counted(desk: Desk, sync: str | None, by: str) -> dict[str, Any]:
    """Return how many things there are by type, account, region, owner or category; a floor where parts are unknown."""
    if by not in BY:
        raise BadUsage(f"things are not counted by {by}", target=by, hint=f"one of {', '.join(BY)}")
    row = book.one(desk, sync)
    with book.opened(desk, row) as lake:
        column = BY[by]
        found = lake.query(f"SELECT {column}, count(*) FROM items GROUP BY 1 ORDER BY 1 NULLS FIRST")  # noqa: S608 - one of BY
        read = [name for (name,) in lake.query("SELECT DISTINCT kind FROM parts WHERE kind IS NOT NULL ORDER BY 1")]
        unread = _unread(lake, Filter())
    numbers = dict(found)
    if by == "type":
        numbers = {name: numbers.get(name, 0) for name in read}
    listless = {gap["kind"] for gap in unread if gap["field"] is None}
    floor = listless if by == "type" else set(numbers) if listless else set()
    counts = [{by: name, "count": number, "at_least": name in floor} for name, number in numbers.items()]
    head = {"schema": "inventory-count/1", "sync": row["sync"], "finished": row["finished"], "by": by}
    return head | {"counts": counts, "unknown": unread, "uncovered": uncovered(row)}


def uncovered(row: Row) -> list[dict[str, Any]]:
    """Return the accounts of a sync that nobody could enter, and why."""
    found = [each for each in book.accounts_of(row) if not each["covered"]]
    return [{name: each[name] for name in ("account", "name", "status", "because")} for each in found]


def _where(wanted: Filter) -> tuple[str, list[object]]:
    parts, params = [], []
    if wanted.what is not None:
        if wanted.what in load():
            parts.append("kind = ?")
            params.append(wanted.what)
        else:
            parts.append("(uid = ? OR arn = ? OR name = ?)")
            params += [wanted.what] * 3
    for column, value in (("account", wanted.account), ("region", wanted.region), ("owner", wanted.owner)):
        if value is not None:
            parts.append(f"{column} = ?")
            params.append(value)
    if wanted.unowned:
        parts.append("owner IS NULL")
    return (" WHERE " + " AND ".join(parts) if parts else ""), list(params)


def _unread(lake: Lake, wanted: Filter) -> list[dict[str, Any]]:
    """Return the gaps of parts that may hold what is wanted, one row a gap."""
    kind = wanted.what if wanted.what in load() else None
    wishes = (("kind", kind), ("account", wanted.account), ("region", wanted.region))
    chosen: Sequence[tuple[str, str]] = [(column, value) for column, value in wishes if value is not None]
    said = "".join(f" AND ({column} = ? OR {column} IS NULL)" for column, _ in chosen)
    sql = f"SELECT account, region, kind, state, gaps FROM parts WHERE state IN ('unknown', 'partial'){said} {_PARTS}"  # noqa: S608 - our own columns
    found = []
    for account, region, name, state, gaps in lake.query(sql, [value for _, value in chosen]):
        place = {"account": account, "region": region, "kind": name, "state": state}
        found += [place | gap for gap in json.loads(gaps)]
    return found


def kinds() -> dict[str, Any]:
    """Return every kind with its calls and the IAM actions that it needs, sorted."""
    listed = [
        {
            **{name: getattr(kind, name) for name in ("kind", "title", "category", "model", "reach")},
            "calls": sorted({ask.label for ask in kind.asks()}),
            "actions": kind.actions(),
        }
        for kind in load().values()
    ]
    return {"schema": "inventory-kinds/1", "kinds": listed}


def permissions(names: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the IAM actions that a sync of some kinds, or of all, needs, as a policy too.

    Raises:
        NotFound: there is no such kind.

    """
    by_kind = {name: kind.actions() for name, kind in chosen(load(), names).items()}
    actions = sorted({*ALWAYS, *(action for each in by_kind.values() for action in each)})
    statement = {"Sid": "JumpkitInventory", "Effect": "Allow", "Action": actions, "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"schema": "inventory-permissions/1", "actions": actions, "by_kind": by_kind, "policy": policy}
