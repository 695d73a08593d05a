"""A case as lists and `case show` give it: moments are derived, unknown is null beside a reason."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.case import case_row
from jumpkit.coordinate.states import reachable
from jumpkit.model.finding import SEVERITIES

if TYPE_CHECKING:
    from jumpkit.store.book import Tx

Shown = dict[str, Any]


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
        "moments": _moments(tx, case, standing),
        "roles": [{"role": "lead", "name": None, "because": "nobody was named"}],
        "incidents": [each["incident"] for each in sorted(incidents, key=_rank)],
        "findings": [each["finding"] for each in sorted(standing, key=_rank)],
        "principals": tx.values("principal", "principal", case=case),
        "artifacts": tx.count("artifact", case=case),
        "runs": tx.values("run", "run", case=case),
    }


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


def _moments(tx: Tx, case: str, findings: list[dict[str, Any]]) -> list[Shown]:
    """Return what is known of when; a moment that nothing tells is null, with why."""
    firsts = [each["first"] for each in findings if SEVERITIES.index(each["severity"]) >= SEVERITIES.index("medium")]
    runs = [each["finished"] for each in tx.rows("run", case=case) if each["finished"]]
    return [
        _moment("occurred", firsts, "first event of a finding of medium or higher", "no such finding"),
        _moment("detected", runs if findings else [], "end of the first triage that found something", "nothing found"),
    ]


def _moment(kind: str, known: list[str], basis: str, why: str) -> Shown:
    if not known:
        return {"kind": kind, "at": None, "basis": None, "because": why}
    return {"kind": kind, "at": min(known, key=datetime.fromisoformat), "basis": basis, "because": None}


def _rank(row: dict[str, Any]) -> tuple[int, datetime, str]:
    name = row.get("finding") or row["incident"]
    return -SEVERITIES.index(row["severity"]), datetime.fromisoformat(row["first"]), str(name)
