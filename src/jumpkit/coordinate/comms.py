"""Which channels a case still trusts, and whether it has moved out of band; what leaves is held against both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.deed import SHORT, Deed, Row, Who, chosen, entered, next_id, said, still_open
from jumpkit.coordinate.moments import said_of
from jumpkit.kit.errors import Refused

if TYPE_CHECKING:
    from jumpkit.store.book import Tx

LEVELS = ("trusted", "suspect", "compromised")
NORMAL, OOB = "normal", "oob"


@dataclass(frozen=True, slots=True)
class Carrier:
    """A channel as trust sees it: what it rests on, and what of that nobody wrote down."""

    name: str
    on: frozenset[str]  # its own name too
    unknown: str | None  # why it is not known what it rests on
    out_of_band: bool


def set_trust(tx: Tx, who: Who, row: Row, name: str, level: str, reason: str | None) -> Deed:
    """Enter how far a service or a channel is trusted in this case, from now on.

    Raises:
        BadUsage: no reason is given, or there is no such level.
        Refused: the case has ended.

    """
    case = still_open(row)
    new = {
        "case": case,
        "trust": next_id(tx, case, "trust", "U"),
        "name": said(name, "what it is about", SHORT),
        "level": chosen(level, LEVELS, "level of trust"),
        "reason": said(reason, "the reason"),
        **who.stamps(),
    }
    return Deed(
        case, f"comms.{level}", f"{new['trust']}: {name} is {level} in this case", said_of(new), {"trust": [new]}
    )


def switch(tx: Tx, who: Who, row: Row, mode: str, reason: str | None) -> Deed:
    """Enter that the case moves out of band, or back.

    Raises:
        Refused: it is there already, or it has ended.
        BadUsage: no reason is given.

    """
    case = still_open(row)
    chosen(mode, (NORMAL, OOB), "mode")
    if mode_of(tx, case) == mode:
        raise Refused(f"{case} is {_WORDS[mode]} already", target=case, hint=f"jumpkit comms show {case}")
    new = {"case": case, "switch": next_id(tx, case, "comms_switch", "W"), "mode": mode}
    new |= {"reason": said(reason, "the reason"), **who.stamps()}
    told = f"{new['switch']}: {case} is {_WORDS[mode]} from now on"
    return Deed(case, "comms.switched", told, said_of(new), {"comms_switch": [new]})


_WORDS = {NORMAL: "on its usual channels", OOB: "out of band"}


def mode_of(tx: Tx, case: str) -> str:
    """Return whether the case is out of band."""
    rows = entered(tx, case, "comms_switch")
    return str(rows[-1]["mode"]) if rows else NORMAL


def distrusted(tx: Tx, case: str) -> dict[str, dict[str, Any]]:
    """Return what is suspect or compromised in this case, with the entry that says so."""
    last = {row["name"]: row for row in entered(tx, case, "trust")}
    return {name: row for name, row in last.items() if row["level"] != "trusted"}


def barred(tx: Tx, case: str, carrier: Carrier) -> str | None:
    """Return why nothing of the case may take this way any more, None where it may."""
    out, mode = distrusted(tx, case), mode_of(tx, case)
    hit = sorted(carrier.on & set(out))
    if hit:
        row = out[hit[0]]
        rests = "is" if hit[0] == carrier.name else f"rests on {hit[0]}, which is"
        return f"{carrier.name} {rests} {row['level']} in this case since {row['recorded']}: {row['reason']}"
    if mode == OOB and not carrier.out_of_band:
        return f"the case has moved out of band, and {carrier.name} is not"
    if carrier.unknown and (out or mode == OOB):
        return f"{carrier.name} may rest on what is no longer trusted: {carrier.unknown}"
    return None


def refuse_if_barred(tx: Tx, case: str, carrier: Carrier) -> None:
    """Raise Refused where nothing of the case may take this way any more."""
    why = barred(tx, case, carrier)
    if why:
        raise Refused(why, target=carrier.name, hint=f"jumpkit comms show {case} names the ways that are left")
