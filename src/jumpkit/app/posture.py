"""Keeps what scanners of configuration found, and tells what is new, changed or fixed since the scan before."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import sha256_hex
from jumpkit.kit.errors import NotFound, Unreadable
from jumpkit.prepare.posture import FAIL, Change, Posture, changes, read_posture
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.app.workspace import Desk

_KIND = "posture"  # of file_
_KINDS = ("new", "changed", "unchanged", "fixed", "undecided", "gone")
_NAMED = ("product", "check", "account", "region", "resource", "title")
_LARGEST = 1 << 30


def take_in(desk: Desk, names: Sequence[str]) -> dict[str, Any]:
    """Read scans into the workspace and say what each held; a file that is known is not taken twice.

    Raises:
        NotFound: a file cannot be read.

    """
    items: list[dict[str, Any]] = []
    rejected: list[dict[str, str]] = []
    for name in names:
        data = _bytes_of(name)
        digest = sha256_hex(data)
        try:
            fmt, found, repeats = read_posture(data, name)
        except Unreadable as error:
            rejected.append({"path": name, "sha256": digest, "reason": error.message})
            continue
        known = not _keep(desk, name, digest, found)
        states = Counter(each.state for each in found)
        told = {"path": name, "sha256": digest, "format": fmt, "known": known, "findings": len(found)}
        items.append(told | {"repeated": repeats, "states": dict(sorted(states.items()))})
    return {"schema": "scan-import/1", "items": items, "rejected": rejected, "standing": len(_standing(desk))}


def _bytes_of(name: str) -> bytes:
    try:
        size = Path(name).stat().st_size
        if size > _LARGEST:
            raise NotFound(f"{size:,} bytes are more than a scan may have", target=name, hint="split it by account")
        return Path(name).read_bytes()
    except OSError as error:
        raise NotFound(
            f"it cannot be read ({error.strerror})", target=name, hint="jumpkit scan import FILE…"
        ) from error


def _keep(desk: Desk, name: str, digest: str, found: Sequence[Posture]) -> bool:
    """Write one scan into the workspace; return whether it was new."""
    data = "".join(f"{json.dumps(asdict(each), sort_keys=True)}\n" for each in found).encode()
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        held = pen.tx.rows("file_", case=WORKSPACE, kind=_KIND)
        if any(row["path"].endswith(f"-{digest}.jsonl") for row in held):
            return False
        path = f"posture/{len(held):05d}-{digest}.jsonl"
        append(pen, WORKSPACE, "scan.imported", {"name": name, "sha256": digest, "findings": len(found)})
        row: dict[str, object] = {"case": WORKSPACE, "path": path, "kind": _KIND, "sha256": sha256_hex(data)}
        vouch(pen, WORKSPACE, "file_", [row | {"size": len(data), "made": stamp(desk.clock())}])
        target = desk.home / path
        target.parent.mkdir(mode=0o700, exist_ok=True)
        target.write_bytes(data)
    return True


def _scans(desk: Desk) -> list[tuple[str, list[Posture]]]:
    """Return when each scan was taken in, and what it holds, the earliest first."""
    with desk.book.read() as tx:
        rows = tx.rows("file_", case=WORKSPACE, kind=_KIND)
    return [
        (
            row["made"],
            [Posture(**json.loads(line)) for line in (desk.home / row["path"]).read_text("utf-8").splitlines()],
        )
        for row in sorted(rows, key=lambda row: str(row["path"]))
    ]


def _standing(desk: Desk) -> dict[tuple[str, ...], dict[str, Any]]:
    """Return the last word on each check and resource, with when it was seen first and last."""
    held: dict[tuple[str, ...], dict[str, Any]] = {}
    for taken, scan in _scans(desk):
        for each in scan:
            seen = each.seen or taken
            first = held[each.key]["first_seen"] if each.key in held else seen
            held[each.key] = {**asdict(each), "first_seen": min(first, seen), "last_seen": seen}
    return held


def listing(desk: Desk) -> dict[str, Any]:
    """Return the last word on each check and resource, what fails first."""
    found = [{name: value or None for name, value in row.items() if name != "seen"} for row in _standing(desk).values()]
    found.sort(key=lambda row: (row["state"] != FAIL, row["product"], row["check"], row["resource"] or ""))
    counts = Counter(item["state"] for item in found)
    return {"schema": "scan-list/1", "counts": dict(sorted(counts.items())), "items": found}


def difference(desk: Desk) -> dict[str, Any]:
    """Return what the last scan of each product and account says against the one before it.

    Raises:
        NotFound: there are not two scans to compare.

    """
    scans = _scans(desk)
    latest: dict[tuple[str, str], list[tuple[str, list[Posture]]]] = {}
    for taken, scan in scans:
        for place in sorted({(each.product, each.account) for each in scan}):
            mine = [each for each in scan if (each.product, each.account) == place]
            latest.setdefault(place, []).append((taken, mine))
    pairs = {place: told[-2:] for place, told in latest.items() if len(told) > 1}
    if not pairs:
        raise NotFound("no two scans of one account are here", target="scan", hint="jumpkit scan import OLDER NEWER")
    found = [each for (_, before), (_, after) in pairs.values() for each in changes(before, after)]
    counts = Counter(each.change for each in found)
    items = [_told(each) for each in sorted(found, key=lambda each: _KINDS.index(each.change))]
    alone = [
        f"{product} of account {account or 'unknown'}" for product, account in sorted(latest.keys() - pairs.keys())
    ]
    limits = [{"what": name, "because": "only one scan of it is here: nothing to compare with"} for name in alone]
    if counts["gone"]:
        because = (
            f"{counts['gone']:,} that failed are not in the later scan: removed, or not looked at; none is called fixed"
        )
        limits.append({"what": "gone", "because": because})
    return {
        "schema": "scan-diff/1",
        "counts": {kind: counts[kind] for kind in _KINDS},
        "items": items,
        "limits": limits,
    }


def _told(change: Change) -> dict[str, Any]:
    """Return one change as answers tell it."""
    last = change.after or change.before
    named = {
        name: getattr(last, name) or None for name in ("product", "check", "account", "region", "resource", "title")
    }
    was, now = (None if each is None else each.state for each in (change.before, change.after))
    return {"change": change.change, **named, "severity": getattr(last, "severity", None), "was": was, "now": now}
