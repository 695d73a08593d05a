"""A case's row: opened, moved, judged, shown; whoever calls keeps it through the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.severity import propose_severity
from jumpkit.coordinate.states import ENDED, FIRST, check_move
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.model.finding import SEVERITIES
from jumpkit.store.book.rows import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.kit.clock import Clock
    from jumpkit.model.finding import Picture
    from jumpkit.store.book import Tx

Row = dict[str, Any]

_TITLE = 300  # characters; a longer one is cut


def open_case(tx: Tx, title: str, clock: Clock, severity: str | None = None, actor: str | None = None) -> Row:
    """Return the row of a new case, `C-<year>-<number>`; a number is never given twice, purged cases counted.

    The caller keeps it: `preserve.open_log(pen, row)`.

    Raises:
        BadUsage: the severity is none, or the title is empty.

    """
    if severity is not None:
        _check_severity(severity)
    if not title.strip():
        raise BadUsage("a case needs a title", target="title")
    now = clock()
    return {
        "case": _next_id(tx, now.year),
        "title": title.strip()[:_TITLE],
        "severity": severity,
        "severity_by": actor if severity else None,
        "severity_basis": to_json([]),
        "state": FIRST,
        "created": stamp(now),
        "updated": stamp(now),
        "estate": None,
        "settings": None,
    }


def judged(row: Row, picture: Picture, clock: Clock, left: Sequence[str] = ()) -> Row:
    """Return the row with the severity that the picture proposes; one that a person set stays, beside the proposal.

    `left` are stores of a named data class from which data left. A case that was new is in triage from then on.
    """
    severity, basis = propose_severity(picture, left)
    if row["severity_by"] not in {None, "criteria"}:
        basis = [f"Set by {row['severity_by']}; the criteria propose {severity}.", *basis]
        severity = row["severity"]
    return {
        **row,
        "severity": severity,
        "severity_by": row["severity_by"] or "criteria",
        "severity_basis": to_json(basis),
        "state": "triage" if row["state"] == FIRST else row["state"],
        "updated": stamp(clock()),
    }


def moved(row: Row, to: str, reason: str | None, clock: Clock) -> Row:
    """Return the row in another state.

    Raises:
        BadUsage: there is no such state.
        Refused: there is no such way, or it needs a reason.

    """
    check_move(row["state"], to, reason)
    return {**row, "state": to, "updated": stamp(clock())}


def set_severity(row: Row, severity: str, actor: str, clock: Clock) -> Row:
    """Return the row with a severity that a person decided."""
    _check_severity(severity)
    basis = [f"Set by {actor}.", *from_json(row["severity_basis"])]
    return {
        **row,
        "severity": severity,
        "severity_by": actor,
        "severity_basis": to_json(basis),
        "updated": stamp(clock()),
    }


def case_row(tx: Tx, case: str) -> Row:
    """Return the case's row.

    Raises:
        NotFound: there is no such case, or it was purged.

    """
    found = tx.one("case_", case=case)
    if found is not None:
        return found
    if tx.count("certificate", certificate=case):
        raise NotFound(f"{case} was purged; its certificate is kept", target=case, hint=f"jumpkit show {case}")
    known = tx.values("case_", "case")
    hint = f"cases here: {', '.join(known[-5:])}" if known else "there is no case in this workspace yet"
    raise NotFound(f"there is no case {case}", target=case, hint=hint)


def is_ended(row: Row) -> bool:
    """Tell whether the case is closed in whatever way."""
    return row["state"] in ENDED


def _next_id(tx: Tx, year: int) -> str:
    prefix = f"C-{year}-"
    used = [*tx.values("case_", "case"), *tx.values("ledger", "case"), *tx.values("certificate", "certificate")]
    numbers = [int(name[len(prefix) :]) for name in used if name.startswith(prefix) and name[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:04d}"


def _check_severity(severity: str) -> None:
    if severity not in SEVERITIES:
        raise BadUsage(f"there is no severity {severity!r}", target=severity, hint=f"one of {', '.join(SEVERITIES)}")
