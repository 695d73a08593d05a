"""A case as lists and `case show` give it: what stands, what waits, and null beside a reason where nobody knows."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.case import case_row
from jumpkit.coordinate.comms import mode_of
from jumpkit.coordinate.moments import shown_moments
from jumpkit.coordinate.notes import notes
from jumpkit.coordinate.registers import listed
from jumpkit.coordinate.reviews import cycle_of
from jumpkit.coordinate.roles import apart, shown_roles
from jumpkit.coordinate.states import reachable
from jumpkit.model.finding import SEVERITIES

if TYPE_CHECKING:
    from jumpkit.coordinate.deed import Row
    from jumpkit.store.book import Tx

Shown = dict[str, Any]

_REGISTERS = {
    "data": "data_class",
    "tasks": "task",
    "decisions": "decision",
    "questions": "question",
    "hypotheses": "hypothesis",
    "observables": "observable",
    "assets": "asset",
    "handoffs": "handoff",
    "links": "link",
    "duties": "duty",
    "holds": "hold",
    "retention": "retention",
    "messages": "message",
    "cadences": "cadence",
    "exchanges": "exchange",
    "trust": "trust",
    "switches": "comms_switch",
    "escalations": "escalation",
    "states": "state_change",
}


def show_case(tx: Tx, case: str) -> Shown:
    """Return the case as one object, with the ids of all that it points to.

    Raises:
        NotFound: there is no such case.

    """
    row = case_row(tx, case)
    standing = [each for each in tx.rows("finding", case=case) if each["superseded_by"] is None]
    incidents = [each for each in tx.rows("incident", case=case) if each["superseded_by"] is None]
    return {
        "schema": "case/1",
        **_head(row),
        "severity_basis": json.loads(row["severity_basis"]),
        "severity_by": row["severity_by"],
        "next_states": list(reachable(row["state"])),
        **_kind(row),
        "comms": mode_of(tx, case),
        "moments": shown_moments(tx, case, standing),
        "roles": shown_roles(tx, case),
        "wrong": list(filter(None, [apart(tx, row)])),
        **{name: listed(tx, case, table) for name, table in _REGISTERS.items()},
        "impact": _standing_impact(tx, case),
        "notes": [_note(each) for each in notes(tx, case)],
        "incidents": [each["incident"] for each in sorted(incidents, key=_rank)],
        "findings": [each["finding"] for each in sorted(standing, key=_rank)],
        "principals": tx.values("principal", "principal", case=case),
        "artifacts": tx.count("artifact", case=case),
        "runs": tx.values("run", "run", case=case),
    }


def without_privileged(shown: Shown) -> Shown:
    """Return a shown case for those outside: what is under legal privilege is left out, and counted."""
    kept = {name: [each for each in shown[name] if not each["privileged"]] for name in ("decisions", "notes")}
    return {**shown, **kept, "withheld": {name: len(shown[name]) - len(each) for name, each in kept.items()}}


def _kind(row: Row) -> Shown:
    """Return what kind of case it is and how it is marked; what nobody said is null, and so is an open cause."""
    return {
        "kind": row["kind"],
        "cause": row["cause"],
        "cycle": cycle_of(row),
        "solo": row["solo"],
        "tlp": row["tlp"],
        "restricted": bool(row["restricted"]),
        "privileged": bool(row["privileged"]),
    }


def _standing_impact(tx: Tx, case: str) -> list[Shown]:
    rows = listed(tx, case, "impact")
    gone = {each["supersedes"] for each in rows}
    return [each for each in rows if each["impact"] not in gone]


def _note(row: Row) -> Shown:
    names = ("note", "number", "tlp", "recorded", "author")
    shown = {name: row[name] for name in names} | {"privileged": bool(row["privileged"])}
    return shown | {"characters": len(row["text"])}


def list_cases(tx: Tx) -> list[Shown]:
    """Return all cases in short, sorted by id."""
    return [
        {**_head(row), "findings": _standing(tx, "finding", row), "incidents": _standing(tx, "incident", row)}
        for row in tx.rows("case_")
    ]


def _standing(tx: Tx, table: str, row: dict[str, Any]) -> int:
    return tx.count(table, case=row["case"], superseded_by=None)


def _head(row: dict[str, Any]) -> Shown:
    return {name: row[name] for name in ("case", "title", "state", "severity", "created", "updated")}


def _rank(row: dict[str, Any]) -> tuple[int, datetime, str]:
    name = row.get("finding") or row["incident"]
    return -SEVERITIES.index(row["severity"]), datetime.fromisoformat(row["first"]), str(name)
