"""Syncs of estates in the book, and their files in the workspace, vouched for by the workspace's log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import NotFound
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch
from jumpkit.store.book import WORKSPACE
from jumpkit.store.book.rows import from_json, to_json
from jumpkit.store.files import file_digest

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk
    from jumpkit.store.book.book import Row
    from jumpkit.store.lake.read import Lake

TABLE, FOLDER, KIND = "inventory_sync", "inventory", "inventory"
_STALE = timedelta(hours=24)  # what was read before that would be shown beside what is true now


@dataclass(frozen=True, slots=True)
class Begun:
    """A sync that is under way."""

    sync: str
    started: str
    resumed: bool


def begin(desk: Desk, request: dict[str, Any], caller: str, *, fresh: bool) -> Begun:
    """Enter a new sync, or go on with the one that was interrupted less than a day ago and asked for the same."""
    now, wanted = desk.clock(), to_json(request)
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        rows = pen.tx.rows(TABLE, case=WORKSPACE)
        given_up = []
        for row in rows:
            if row["finished"] or row["abandoned"]:
                continue
            young = datetime.fromisoformat(row["started"]) > now - _STALE
            if young and not fresh and row["request"] == wanted and row["caller"] == caller:
                return Begun(row["sync"], row["started"], resumed=True)
            if row["request"] == wanted or not young:
                given_up.append({**row, "abandoned": stamp(now)})
        sync = f"S-{now:%Y}-{len(rows) + 1:04d}"
        made = {"case": WORKSPACE, "sync": sync, "provider": "aws", "started": stamp(now), "request": wanted}
        append(pen, WORKSPACE, "inventory.begun", {"sync": sync, "request": request, "caller": caller})
        vouch(pen, WORKSPACE, TABLE, [*given_up, made | {"caller": caller, "author": desk.actor}])
    return Begun(sync, stamp(now), resumed=False)


def finish(desk: Desk, sync: str, told: dict[str, Any], paths: tuple[str, str]) -> str:
    """Enter what a sync found, with its two files; one line of the log vouches for each file."""
    at = stamp(desk.clock())
    files = [{"case": WORKSPACE, "path": path, "kind": KIND, "made": at} | _content(desk.home / path) for path in paths]
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        row = pen.tx.one(TABLE, case=WORKSPACE, sync=sync)
        if row is None:
            raise NotFound("this sync was never begun", target=sync)
        row |= {"finished": at, "items": told["counts"]["items"], "counts": to_json(told["counts"])}
        row |= {"accounts": to_json(told["accounts"]), "items_path": paths[0], "parts_path": paths[1]}
        append(pen, WORKSPACE, "inventory.synced", {"sync": sync, "counts": told["counts"], "files": list(paths)})
        vouch(pen, WORKSPACE, TABLE, [row])
        vouch(pen, WORKSPACE, "file_", files)
    return at


def _content(path: Path) -> dict[str, Any]:
    return {"sha256": file_digest(path), "size": path.stat().st_size}


def syncs(desk: Desk) -> list[Row]:
    """Return the syncs that ended, the oldest first."""
    with desk.book.read() as tx:
        rows = tx.rows(TABLE, case=WORKSPACE)
    return sorted((row for row in rows if row["finished"]), key=lambda row: (row["finished"], row["sync"]))


def one(desk: Desk, named: str | None) -> Row:
    """Return the named sync, or the last.

    Raises:
        NotFound: there is none.

    """
    found = [row for row in syncs(desk) if named in (None, row["sync"])]
    if not found:
        said = f"there is no sync {named} that ended" if named else "nothing was synced yet"
        raise NotFound(said, target=named or str(desk.home), hint="jumpkit inventory sync")
    return found[-1]


def opened(desk: Desk, row: Row) -> Lake:
    """Return the views `items` and `parts` of a sync."""
    from jumpkit.store.lake.inventory import open_inventory  # noqa: PLC0415 - DuckDB; only questions need it

    memory = str(desk.setting("memory"))
    return open_inventory(desk.home, row["sync"], Path(row["items_path"]), Path(row["parts_path"]), memory=memory)


def accounts_of(row: Row) -> list[dict[str, Any]]:
    """Return the accounts of a sync, each with its regions or why it is uncovered."""
    found: list[dict[str, Any]] = from_json(row["accounts"])
    return found
