"""The journal of a case: its ledger's lines as people read them, who did what and when; it is never edited."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.case import case_row
from jumpkit.kit.text import clip
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.store.book import Tx

PLUMBING = frozenset({"rows", "checkpoint"})  # lines that vouch and seal; what they stand for has a line of its own
_OUTSIDE = frozenset({"case.exported", "case.imported"})
_LONGEST = 300  # characters of a sentence


def journal(tx: Tx, case: str, *, whole: bool = False) -> dict[str, Any]:
    """Return the lines of a case's ledger, oldest first; those that only vouch and seal are counted, or shown too.

    Raises:
        NotFound: there is no such case.

    """
    row = case_row(tx, case)
    entries = [_entry(line["seq"], line["line"]) for line in tx.rows("ledger", case=case)]
    entries += [each for each in _of_workspace(tx) if (each["body"] or {}).get("case") == case]
    entries.sort(key=lambda each: each["at"] or "")
    shown = [each for each in entries if whole or each["kind"] not in PLUMBING]
    head = {name: row[name] for name in ("case", "title", "state", "severity")}
    return {"schema": "journal/1", **head, "entries": shown, "left_out": len(entries) - len(shown)}


def entries_of(tx: Tx, case: str, seq: int) -> list[dict[str, Any]]:
    """Return the lines of a case's ledger from `seq` on, without those that only vouch and seal."""
    found = [_entry(line["seq"], line["line"]) for line in tx.lines_from(case, seq)]
    return [each for each in found if each["kind"] not in PLUMBING]


def _of_workspace(tx: Tx) -> Iterator[dict[str, Any]]:
    """Yield what the workspace's own log says of cases: that they were taken out, or in, which changes no case."""
    for line in tx.rows("ledger", case=WORKSPACE):
        entry = _entry(line["seq"], line["line"]) | {"log": WORKSPACE}
        if entry["kind"] in _OUTSIDE:
            yield entry


def _entry(seq: int, line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
        body = said["body"]
    except (ValueError, KeyError, TypeError):
        # Somebody changed the line; `verify` names it, and the others are still read.
        return {
            "seq": seq,
            "at": None,
            "author": None,
            "kind": "unreadable",
            "what": "not a line of ours",
            "body": None,
        }
    told = {"seq": seq, "at": said.get("at"), "author": said.get("actor"), "kind": said.get("kind")}
    return told | {"what": _sentence(body), "body": body}


def _sentence(body: Any) -> str:
    if not isinstance(body, dict):
        return ""
    parts = [
        f"{name} {_word(value)}"
        for name, value in body.items()
        if name != "recorded" and value not in (None, [], {}, "", 0)  # the line itself says when
    ]
    return clip("; ".join(parts), _LONGEST)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
