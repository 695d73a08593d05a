"""A case goes from state to state, through guards that say what lacks; it is reopened and reclassified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.deed import LONG, Deed, Row, Who, chosen, maybe, next_id, said, still_open
from jumpkit.coordinate.guards import lacking
from jumpkit.coordinate.moments import by_the_way
from jumpkit.coordinate.notes import TLP
from jumpkit.coordinate.reviews import cycle_of
from jumpkit.coordinate.states import ENDED, FORWARD, check_move, reachable
from jumpkit.kit.errors import BadUsage, Refused
from jumpkit.model.finding import SEVERITIES
from jumpkit.store.book.rows import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.coordinate.clocks.rules import Rulebook
    from jumpkit.store.book import Tx

KINDS = ("security", "outage", "quota", "deletion", "billing", "misconfiguration", "other")
UNKNOWN = "unknown"  # the cause that opens it again

# Reaching a state says that something was; where nobody said when, it was now.
_IMPLIED: Mapping[str, str] = {
    "investigating": "declared",
    "contained": "contained",
    "review": "recovered",
    "closed": "closed",
}


@dataclass(frozen=True, slots=True)
class Way:
    """How a case is to move: by which rules, why, over which obstacles, and what others found in the way (custody)."""

    book: Rulebook
    reason: str | None = None
    override: str | None = None
    outside: Sequence[str] = ()


def move(tx: Tx, who: Who, row: Row, to: str, way: Way) -> Deed:
    """Move the case to another state.

    Raises:
        BadUsage: there is no such state.
        Refused: there is no such way, or a guard names what lacks; an override passes both, but ends no case.

    """
    obstacles = _obstacles(tx, who, row, to, way)
    if obstacles and (not way.override or to in ENDED):
        raise Refused(
            f"{row['case']} cannot go to {to}: {'; '.join(obstacles)}",
            target=str(row["case"]),
            hint="enter what is missing" if to in ENDED else "enter what is missing, or --override REASON",
        )
    override = maybe(way.override, "the reason") if obstacles else None
    changed, new = changed_state(tx, who, row, to, override or way.reason)
    changed["overrode"] = to_json(obstacles) if obstacles else None
    implied = _IMPLIED.get(to)
    basis = f"the case went from {row['state']} to {to}"
    moments = by_the_way(tx, who, row, implied, basis) if implied and _says_so(row, to) else []
    told = f"{row['case']} went from {row['state']} to {to}"
    body = {"was": row["state"], "now": to, "reason": override or way.reason, "overrode": obstacles or None}
    rows: dict[str, list[Any]] = {"state_change": [changed], "case_": [new], "moment": moments}
    return Deed(str(row["case"]), "case.state", told, body, rows)


def changed_state(tx: Tx, who: Who, row: Row, to: str, reason: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the row of the change, and the case's in the new state."""
    case = row["case"]
    changed = {"case": case, "change": next_id(tx, case, "state_change", "S"), "was": row["state"], "now": to}
    changed |= {"reason": maybe(reason, "the reason", LONG), "overrode": None, **who.stamps()}
    return changed, {**row, "state": to}


def reopen(tx: Tx, who: Who, row: Row, reason: str) -> Deed:
    """Open an ended case again: a new cycle, with all that was entered before.

    Raises:
        Refused: it has not ended.
        BadUsage: no reason is given.

    """
    if row["state"] not in ENDED:
        raise Refused(f"{row['case']} is open ({row['state']})", target=str(row["case"]), hint="jumpkit case state")
    why = said(reason, "the reason")
    changed, new = changed_state(tx, who, row, "investigating", why)
    new["cycle"] = cycle_of(row) + 1
    body = {"was": row["state"], "reason": why, "cycle": new["cycle"]}
    told = f"{row['case']} is open again, cycle {new['cycle']}"
    return Deed(str(row["case"]), "case.reopened", told, body, {"state_change": [changed], "case_": [new]})


def reclassify(_tx: Tx, who: Who, row: Row, fields: Mapping[str, Any], reason: str) -> Deed:
    """Change what kind of case it is, its cause, severity or marks; the ledger's line keeps what they were.

    Raises:
        BadUsage: a value is none of those known, nothing changes, or no reason is given.

    """
    case, why = still_open(row), said(reason, "the reason")
    new = {name: value for name, value in fields.items() if value is not None}
    for name, known in (("kind", KINDS), ("severity", SEVERITIES), ("tlp", TLP)):
        if name in new:
            chosen(new[name], known, name)
    if "cause" in new:
        new["cause"] = None if new["cause"] == UNKNOWN else said(new["cause"], "the cause")
    was = {name: row[name] for name, value in new.items() if row[name] != value}
    if not was:
        raise BadUsage("that changes nothing", target=case, hint="jumpkit case show")
    told = f"{case}: " + ", ".join(f"{name} is now {_word(new[name])}" for name in was)
    body = {"was": was, "now": {name: new[name] for name in was}, "reason": why}
    changed = {**row, **new}
    if "severity" in was:
        changed |= {"severity_by": who.actor}
        changed["severity_basis"] = to_json([f"Set by {who.actor}: {why}", *from_json(row["severity_basis"])])
    return Deed(case, "case.reclassified", told, body, {"case_": [changed]})


def _obstacles(tx: Tx, who: Who, row: Row, to: str, way: Way) -> list[str]:
    chosen(to, FORWARD, "state")
    found = []
    if to in reachable(row["state"]):
        check_move(row["state"], to, way.reason or way.override)
    elif to == "closed":
        found.append(
            f"it is in {row['state']}, and a case closes from review (jumpkit case state {row['case']} review)"
        )
    else:
        there = ", ".join(reachable(row["state"])) or "nowhere"
        found.append(f"from {row['state']} it goes to {there}")
    return [*found, *lacking(tx, who, row, to, way.book), *way.outside]


def _says_so(row: Row, to: str) -> bool:
    """Tell whether coming to a state says something: a step back or a hold says nothing new."""
    return to in FORWARD[row["state"]] or to == "closed"


def _word(value: object) -> str:
    return UNKNOWN if value is None else str(value)
