"""Who does what in a case: asked, accepted, ended; one manager at a time, and who tells is not who leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.deed import SHORT, Deed, Row, Who, entered, next_id, one_of, said, still_open
from jumpkit.coordinate.moments import by_the_way, said_of
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.store.book import Tx

MANAGER = "manager"
COMMUNICATOR = "communicator"
ROLES = (MANAGER, "deputy", COMMUNICATOR, "lead", "scribe", "legal", "approver", "expert")
ALONE = frozenset({MANAGER, COMMUNICATOR, "lead"})  # of which a case has one at a time
GRAVE = frozenset({"high", "critical"})  # severities at which one person cannot both lead and tell


def ask_role(tx: Tx, who: Who, row: Row, role: str, person: str, *, accepted: bool = False) -> Deed:
    """Ask a person to take a role; with `accepted` they have said yes already, and it is theirs.

    Raises:
        Refused: the case has ended, or at its severity one person would both manage and communicate.

    """
    case, name = still_open(row), said(person, "who it is", SHORT)
    role = said(role, "the role", SHORT).lower()
    _check_apart(tx, row, role, name)
    new: dict[str, Any] = {"case": case, "entry": next_id(tx, case, "role", "R"), "role": role, "person": name}
    new |= {"accepted": None, "until": None, "ended_because": None, **who.stamps()}
    if accepted:
        return _taken(tx, who, row, new)
    told = f"{new['entry']}: {name} was asked to be {role}; it counts once accepted"
    return Deed(case, "role.asked", told, said_of(new), {"role": [new]})


def accept_role(tx: Tx, who: Who, row: Row, entry: str) -> Deed:
    """Enter that whoever was asked said yes; who had a role that one person has at a time gives it up.

    Raises:
        Refused: it was answered already, the case has ended, or the roles do not go together.

    """
    still_open(row)
    asked = _waiting(tx, row, entry)
    _check_apart(tx, row, asked["role"], asked["person"])
    return _taken(tx, who, row, asked)


def end_role(tx: Tx, who: Who, row: Row, entry: str, reason: str | None) -> Deed:
    """Enter that a role ends, or that it was declined; the last manager of an open case hands over instead.

    Raises:
        Refused: it ended already, or it would leave the case without a manager.

    """
    there = one_of(tx, row["case"], "role", entry)
    if there["until"] is not None:
        raise Refused(f"{entry} ended already, at {there['until']}", target=entry, hint="ask somebody anew")
    if there["role"] == MANAGER and there["accepted"] and row["state"] != "new":
        hint = f"jumpkit case role {row['case']} manager PERSON --accept"
        raise Refused("a case is never without a manager", target=entry, hint=hint)
    new = _ended(there, who, said(reason, "the reason"))
    how = "ended" if there["accepted"] else "declined"
    told = f"{entry}: {there['role']} {there['person']} {how}"
    return Deed(str(row["case"]), f"role.{how}", told, said_of(new), {"role": [new]})


def declare_solo(tx: Tx, _who: Who, row: Row, reason: str | None) -> Deed:
    """Declare that one person works alone, which every report says; without a reason, that this is over."""
    case = still_open(row)
    why = said(reason, "the reason") if reason is not None else None
    if why is None and _clash({**row, "solo": None}, current(tx, case)):
        hint = "give one of the roles to somebody else first"
        raise Refused("manager and communicator are one person", target=case, hint=hint)
    told = f"{case} is in solo mode: {why}" if why else f"{case} is no longer in solo mode"
    new = {**row, "solo": why}
    return Deed(case, "solo.declared" if why else "solo.ended", told, {"reason": why}, {"case_": [new]})


def current(tx: Tx, case: str) -> list[dict[str, Any]]:
    """Return the roles that people have now, as they were entered."""
    return [row for row in entered(tx, case, "role") if row["accepted"] and not row["until"]]


def manager_of(tx: Tx, case: str) -> str | None:
    """Return who manages the case, None where nobody does yet."""
    found = [str(row["person"]) for row in current(tx, case) if row["role"] == MANAGER]
    return found[-1] if found else None


def shown_roles(tx: Tx, case: str) -> list[dict[str, Any]]:
    """Return all roles with their history, the manager's place first even where it is empty."""
    rows = entered(tx, case, "role")
    names = ("role", "accepted", "until", "ended_because", "entry", "recorded", "author")
    listed = [{"name": row["person"], "because": None, **{name: row[name] for name in names}} for row in rows]
    if manager_of(tx, case) is None:
        asked = any(row["role"] == MANAGER and not row["until"] for row in rows)
        why = "asked, and not yet accepted" if asked else "nobody was named"
        listed.insert(0, {"role": MANAGER, "name": None, "because": why, **dict.fromkeys(names[1:])})
    return listed


def apart(tx: Tx, row: Row) -> str | None:
    """Return what is wrong with who leads and who tells, None where nothing is."""
    return _clash(row, current(tx, row["case"]))


def _clash(row: Row, roles: Sequence[Row]) -> str | None:
    leads = {each["person"].casefold() for each in roles if each["role"] == MANAGER}
    tells = {each["person"].casefold() for each in roles if each["role"] == COMMUNICATOR}
    if row["severity"] in GRAVE and not row["solo"] and leads & tells:
        return f"manager and communicator are one person, at {row['severity']} severity, and solo mode is not declared"
    return None


def _check_apart(tx: Tx, row: Row, role: str, person: str) -> None:
    others = [each for each in current(tx, row["case"]) if each["role"] != role]
    clash = _clash(row, [*others, {"role": role, "person": person}])
    if clash:
        hint = f"name somebody else, or: jumpkit case role {row['case']} --solo REASON"
        raise Refused(clash, target=person, hint=hint)


def _taken(tx: Tx, who: Who, row: Row, asked: Row) -> Deed:
    case, at = str(row["case"]), stamp(who.clock())
    new = {**asked, "accepted": at}
    former = [each for each in current(tx, case) if each["role"] == new["role"] and new["role"] in ALONE]
    over = [_ended(each, who, f"{new['person']} took over") for each in former]
    told = f"{new['entry']}: {new['person']} is {new['role']}"
    told += f", instead of {', '.join(each['person'] for each in former)}" if former else ""
    moments = by_the_way(tx, who, row, "acknowledged", f"{new['person']} took it on") if new["role"] == MANAGER else []
    rows = {"role": [new, *over], "moment": moments}
    return Deed(case, "role.accepted", told, said_of(new) | {"instead_of": [each["entry"] for each in former]}, rows)


def _ended(row: Row, who: Who, why: str) -> dict[str, Any]:
    return {**row, "until": stamp(who.clock()), "ended_because": why}


def _waiting(tx: Tx, row: Row, entry: str) -> Row:
    if not entry.startswith("R-"):
        raise BadUsage(f"{entry} is no entry of a role", target=entry, hint="such as R-1; jumpkit case show lists them")
    asked = one_of(tx, row["case"], "role", entry)
    if asked["accepted"] or asked["until"]:
        raise Refused(f"{entry} was answered already", target=entry, hint="ask anew")
    return asked
