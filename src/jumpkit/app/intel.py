"""Takes indicators in, lists them, and looks for them in a case."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.app.intelbook import Import, any_kept, indicators, keep, known_already
from jumpkit.app.intellimits import limits_of
from jumpkit.app.lakes import open_case
from jumpkit.app.latest import latest_case
from jumpkit.detect.intel import Found, match, read_indicators
from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import sha256_hex
from jumpkit.kit.errors import NotFound, Unreadable
from jumpkit.kit.text import counted
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.recording import recording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.app.workspace import Desk
    from jumpkit.model.indicator import Indicator
    from jumpkit.store.lake.read import Lake

_LISTED = 100


def take_in(desk: Desk, names: Sequence[str], *, added_after: str | None) -> dict[str, Any]:
    """Read lists of indicators, from files and TAXII collections, into the workspace, and say what each held."""
    items: list[dict[str, Any]] = []
    rejected: list[dict[str, str]] = []
    taken: list[Indicator] = []
    for name in names:
        data = _bytes_of(name, added_after)
        with desk.book.read() as tx:
            known = known_already(tx, data)
        try:
            fmt, found = read_indicators(data, Path(name).name if "://" not in name else name)
        except Unreadable as error:
            rejected.append({"path": name, "sha256": sha256_hex(data), "reason": error.message})
            continue
        taken += found
        if not known:
            keep(desk, Import(name, fmt, sha256_hex(data), found), data)
        items.append({"path": name, "sha256": sha256_hex(data), "format": fmt, "known": known} | counts(desk, found))
    waiting = [item for item in taken if item.reason]  # of these lists; `intel list` tells those of all
    return {
        "schema": "intel-import/1",
        "items": items,
        "rejected": rejected,
        "not_runnable": [_waiting(item) for item in waiting[:_LISTED]],
        "more_not_runnable": max(0, len(waiting) - _LISTED),
    }


def _bytes_of(name: str, added_after: str | None) -> bytes:
    if "://" in name:
        from jumpkit.collect.taxii import Login, fetch  # noqa: PLC0415 - an HTTP client, which triage has no use for

        login = Login(*(os.environ.get(f"JUMPKIT_TAXII_{part}") for part in ("USER", "PASSWORD", "TOKEN")))
        return fetch(name, login, added_after=added_after)
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise NotFound(
            f"it cannot be read ({error.strerror})", target=name, hint="jumpkit intel import FILE…"
        ) from error


def state_of(desk: Desk, item: Indicator) -> str:
    """Return what can be done with an indicator now."""
    if item.revoked:
        return "revoked"
    if not item.clauses:
        return "refused" if item.refused else "not_runnable"
    if item.until is not None and item.until <= desk.clock().timestamp() * 1000:
        return "expired"
    return "partly" if item.reason else "live"


def counts(desk: Desk, found: Sequence[Indicator]) -> dict[str, int]:
    """Return how many indicators there are, and how many of each state."""
    states = Counter(state_of(desk, item) for item in found)
    names = ("live", "partly", "expired", "revoked", "refused", "not_runnable")
    return {"indicators": len(found)} | {name: states[name] for name in names}


def _waiting(item: Indicator) -> dict[str, Any]:
    return {"uid": item.uid, "name": item.name, "source": item.source, "refused": item.refused, "why": item.reason}


def listing(desk: Desk) -> dict[str, Any]:
    """Return all indicators of the workspace, sorted by id, each with its state and why."""
    found = indicators(desk)
    items = [_told(item) | {"state": state_of(desk, item), "why": item.reason} for item in found]
    return {"schema": "intel-list/1", "counts": counts(desk, found), "items": items, "limits": []}


def _told(item: Indicator) -> dict[str, Any]:
    terms = sorted({(term.kind, term.value) for clause in item.clauses for term in clause})
    return {
        "uid": item.uid,
        "name": item.name,
        "values": [{"kind": kind, "value": value} for kind, value in terms],
        "source": item.source,
        "tlp": item.tlp,
        "confidence": item.confidence,
        "from": _at(item.since),
        "to": _at(item.until),
        "context": item.context,
    }


def _at(milliseconds: int | None) -> str | None:
    return stamp(datetime.fromtimestamp(milliseconds / 1000, UTC)) if milliseconds is not None else None


def look_for(desk: Desk, named: str | None, *, retro: bool) -> dict[str, Any]:
    """Look for the workspace's indicators in a case: in what came in last, or backwards in all of it."""
    case = latest_case(desk, named)
    run = None if retro else _last_run(desk, case)
    with open_case(desk, case, run=run) as lake:
        return answer(desk, lake, only_last=run is not None)


def _last_run(desk: Desk, case: str) -> str | None:
    """Return the run that stored events last, None where only one did."""
    with desk.book.read() as tx:
        rows = tx.rows("segment", case=case)
        runs = {row["run"]: row["started"] for row in tx.rows("run", case=case)}
    stored = sorted({row["run"] for row in rows if row["events"]}, key=lambda name: (runs.get(name) or "", name))
    return stored[-1] if len(stored) > 1 else None


def answer(desk: Desk, lake: Lake, *, only_last: bool) -> dict[str, Any]:
    """Return the matches in a lake, what was seen out of its time, and what these logs cannot say."""
    known = indicators(desk)
    found = match(lake, known)
    findings = _findings(desk, lake.case)
    within = sorted((each for each in found if each.events), key=lambda each: (each.first or 0, each.indicator.uid))
    outside = [each for each in found if not each.events]
    waiting = [item for item in known if item.reason and not item.revoked]
    told = counts(desk, known) | {"matched": len(within), "outside_validity": len(outside)}
    return {
        "schema": "intel/1",
        "case": lake.case,
        "counts": told,
        "items": [_item(each, findings) for each in within],
        "outside_validity": [_outside(each) for each in outside[:_LISTED]],
        "more_outside": max(0, len(outside) - _LISTED),
        "not_runnable": [_waiting(item) for item in waiting[:_LISTED]],
        "more_not_runnable": max(0, len(waiting) - _LISTED),
        "limits": limits_of(lake, known, told, only_last=only_last),
    }


def _item(each: Found, findings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    touched = set(each.touched)
    ids = sorted(row["finding"] for row in findings if (row["rule"], row["principal_uid"]) in touched)
    item = _told(each.indicator)
    seen = counted(each.events, "event")
    shown = ", ".join(f"{value['kind']} {value['value']}" for value in item["values"][:3])
    return item | {
        "state": "matched",
        "why": f"{shown} stands in {' and '.join(each.fields)} of {seen} while {item['source']} vouched for it",
        "fields": list(each.fields),
        "count": each.events,
        "first": _at(each.first),
        "last": _at(each.last),
        "events": list(each.sample),
        "more": each.events - len(each.sample),
        "before": each.early,
        "after": each.late,
        "findings": ids,
    }


def _outside(each: Found) -> dict[str, Any]:
    return _told(each.indicator) | {"before": each.early, "after": each.late}


def _findings(desk: Desk, case: str) -> list[dict[str, Any]]:
    with desk.book.read() as tx:
        return tx.rows("finding", case=case, superseded_by=None)


def live(desk: Desk, case: str, run: str) -> dict[str, Any] | None:
    """Look for the workspace's indicators in the events that a run brought; None where the workspace has none.

    What was seen is entered in the case's ledger.
    """
    if not any_kept(desk):
        return None
    with open_case(desk, case, run=run) as lake:
        found = answer(desk, lake, only_last=True)
    told = {"run": run, "counts": found["counts"], "matched": [item["uid"] for item in found["items"][:_LISTED]]}
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        append(pen, case, "intel.matched", told)
    return found
