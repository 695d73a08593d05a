"""Moments of a case: set by people, superseded, never overwritten; clocks and metrics are functions of them."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.deed import Deed, Row, Who, chosen, entered, maybe, moment_of, next_id, said
from jumpkit.kit.errors import NotFound
from jumpkit.model.finding import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.store.book import Tx

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "occurred": "it began",
        "detected": "somebody or something of ours noticed it",
        "reported": "it was reported to us",
        "aware": "we were sure enough that it is an incident",
        "triaged": "it was looked at first",
        "acknowledged": "somebody took it on",
        "declared": "it was declared, or determined to have occurred",
        "aware_personal_data": "we were reasonably certain that personal data is concerned",
        "aware_health_data": "a breach of health data was discovered",
        "aware_cardholder_data": "a compromise of cardholder data was suspected",
        "aware_processor": "we, who process for others, were aware of a breach",
        "aware_vulnerability": "we were aware of an exploited vulnerability in a product of ours",
        "significant_determined": "it was determined to be significant",
        "classified_major": "it was classified as major",
        "materiality_determined": "it was determined to be material",
        "material_information_known": "what was not known when it was disclosed became known",
        "fix_available": "a fix for the vulnerability was available",
        "provider_asked": "a provider was asked for help",
        "provider_answered": "the provider answered",
        "status_told": "those who lead were last told how it stands",
        "contained": "it was contained",
        "eradicated": "its cause was removed",
        "recovered": "service was whole again",
        "handled": "its handling ended",
        "closed": "the case was closed",
        "ransom_paid": "a ransom was paid",
    }
)


def set_moment(tx: Tx, who: Who, row: Row, kind: str, time: str, basis: str | None = None) -> Deed:
    """Enter when something was; the moment of this kind that stood before is superseded and stays readable.

    Raises:
        BadUsage: there is no such kind, or the time cannot be used.

    """
    at, precision = moment_of(time, who.clock)
    new = moment_row(tx, who, row, chosen(kind, KINDS, "kind of moment"), at)
    new |= {"precision": precision, "basis": maybe(basis, "the basis")}
    was = f", instead of {new['supersedes']}" if new["supersedes"] else ""
    told = f"{new['moment']}: {kind} at {at if precision is None else at[:10]}{was}"
    return Deed(str(row["case"]), "moment.set", told, said_of(new), {"moment": [new]})


def withdraw_moment(tx: Tx, who: Who, row: Row, kind: str, basis: str | None) -> Deed:
    """Enter that a moment was an error and that nothing takes its place.

    Raises:
        BadUsage: no reason is given.
        NotFound: no moment of this kind stands.

    """
    if chosen(kind, KINDS, "kind of moment") not in standing(tx, row["case"]):
        raise NotFound(f"no moment {kind} stands", target=kind, hint=f"jumpkit case show {row['case']}")
    new = moment_row(tx, who, row, kind, None) | {"basis": said(basis, "the reason")}
    told = f"{new['moment']}: {kind} withdrawn ({new['supersedes']})"
    return Deed(str(row["case"]), "moment.withdrawn", told, said_of(new), {"moment": [new]})


def moment_row(tx: Tx, who: Who, row: Row, kind: str, at: str | None, after: int = 0) -> dict[str, Any]:
    """Return the row of a new moment, which supersedes the one of its kind that stands."""
    case = row["case"]
    before = standing(tx, case).get(kind)
    new = {"case": case, "moment": next_id(tx, case, "moment", "M", after), "kind": kind, "at": at, "precision": None}
    return new | {"basis": None, "supersedes": before["moment"] if before else None, **who.stamps()}


def by_the_way(tx: Tx, who: Who, row: Row, kind: str, basis: str) -> list[dict[str, Any]]:
    """Return the moment that a deed implies, now; nothing where one of its kind stands already."""
    if kind in standing(tx, row["case"]):
        return []
    at, _ = moment_of("now", who.clock)
    return [moment_row(tx, who, row, kind, at) | {"basis": basis}]


def standing(tx: Tx, case: str) -> dict[str, dict[str, Any]]:
    """Return the moments that stand, by kind."""
    last = {row["kind"]: row for row in entered(tx, case, "moment")}
    return {kind: row for kind, row in last.items() if row["at"] is not None}


def shown_moments(tx: Tx, case: str, findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what stands, in the order of time, and what the logs propose or nobody knows, as null with its reason."""
    there = standing(tx, case)
    known = [_stands(row) for row in there.values()]
    known.sort(key=lambda item: (datetime.fromisoformat(item["at"]), item["kind"]))
    return known + [item for item in _proposed(tx, case, findings) if item["kind"] not in there]


def _stands(row: Row) -> dict[str, Any]:
    names = ("kind", "at", "precision", "basis", "moment", "supersedes", "recorded", "author")
    return {name: row[name] for name in names} | {"because": None, "proposed": None}


def _proposed(tx: Tx, case: str, findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    firsts = [each["first"] for each in findings if SEVERITIES.index(each["severity"]) >= SEVERITIES.index("medium")]
    runs = [each["finished"] for each in tx.rows("run", case=case) if each["finished"]]
    return [
        _proposal("occurred", firsts, "first event of a finding of medium or higher", "no such finding"),
        _proposal(
            "detected", runs if findings else [], "end of the first triage that found something", "nothing found"
        ),
    ]


def _proposal(kind: str, known: list[str], basis: str, why: str) -> dict[str, Any]:
    """Return a moment that is not set: what the logs tell is a proposal, which a person makes a fact."""
    if not known:
        because = f"not set, and the logs tell nothing: {why}"
        return {"kind": kind, "at": None, "precision": None, "basis": None, "because": because, "proposed": None}
    first = min(known, key=datetime.fromisoformat)
    because = "proposed by the logs; nobody has set it"
    told = {"kind": kind, "at": None, "precision": None, "basis": None, "because": because}
    return told | {"proposed": {"at": first, "basis": basis}}


def said_of(row: Row) -> dict[str, Any]:
    """Return what the ledger says of a row: all that is known but the case, which the line names anyhow."""
    return {name: value for name, value in row.items() if value is not None and name not in {"case", "author"}}
