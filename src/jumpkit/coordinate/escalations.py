"""What a case did about escalation: who was told, when it was due, by which way, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.deed import Deed, Row, Who, entered, maybe, next_id, one_of, said
from jumpkit.coordinate.moments import said_of, set_moment, standing
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import Refused

if TYPE_CHECKING:
    from jumpkit.store.book import Tx

TOLD, FAILED, UNKNOWN, WAITING, SENDING = "told", "failed", "unknown", "waiting", "sending"
ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class Call:
    """One step that is due: whom it reaches and by which way, or why nobody."""

    policy: str
    step: int
    turn: int
    due: str
    contact: str | None
    way: str | None
    channel: str | None


def told_already(tx: Tx, case: str, call: Call) -> bool:
    """Tell whether a step was entered before, whatever came of it."""
    found = tx.rows("escalation", case=case, policy=call.policy, step=call.step, turn=call.turn)
    return bool(found)


def enter_call(tx: Tx, who: Who, row: Row, call: Call, became: tuple[str, str | None, str | None]) -> Deed:
    """Enter a step: its state, the message that carries it, and why it is not yet told."""
    state, message, because = became
    case = str(row["case"])
    new = {
        "case": case,
        "escalation": next_id(tx, case, "escalation", "S"),
        "policy": call.policy,
        "step": call.step,
        "turn": call.turn,
        "due": call.due,
        "contact": call.contact,
        "way": call.way,
        "channel": call.channel,
        "message": message,
        "state": state,
        "because": because,
        "ended": stamp(who.clock()) if state in {TOLD, FAILED} else None,
        **who.stamps(),
    }
    told = f"{new['escalation']}: {call.policy} step {call.step}, {call.contact or call.way or 'nobody'}: {state}"
    return Deed(case, f"escalation.{state}", told + (f", {because}" if because else ""), said_of(new), _rows(new))


def end_call(tx: Tx, who: Who, row: Row, name: str, became: tuple[str, str | None]) -> Deed:
    """Enter what became of a step that was on its way or waited for a person.

    Raises:
        Refused: it was told already.

    """
    state, because = became
    there = one_of(tx, str(row["case"]), "escalation", name)
    if there["state"] == TOLD:
        raise Refused(f"{name} was told already", target=name)
    new = {**there, "state": state, "because": because, "ended": stamp(who.clock())}
    body = {"id": name, "state": state, "because": because}
    return Deed(str(row["case"]), f"escalation.{state}", f"{name}: {state}", body, _rows(new))


def by_hand(tx: Tx, who: Who, row: Row, name: str, note: str | None, *, failed: bool) -> Deed:
    """Enter that a person told somebody, or did not reach them.

    Raises:
        BadUsage: they were not reached, and nothing is said of how.

    """
    because = said(note, "what happened") if failed else maybe(note, "the note")
    return end_call(tx, who, row, name, (FAILED if failed else TOLD, because))


def acknowledge(tx: Tx, who: Who, row: Row, person: str | None, time: str) -> Deed:
    """Enter that somebody takes it on: the moment at which escalation stops.

    Raises:
        Refused: somebody did already.

    """
    there = standing(tx, str(row["case"])).get(ACKNOWLEDGED)
    if there is not None:
        raise Refused(f"it was acknowledged already, at {there['at']}: {there['basis']}", target=str(row["case"]))
    return set_moment(tx, who, row, ACKNOWLEDGED, time, f"{said(person or who.actor, 'who it is')} took it on")


def calls_of(tx: Tx, case: str) -> list[dict[str, Any]]:
    """Return every step that was entered."""
    return entered(tx, case, "escalation")


def _rows(new: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {"escalation": [new]}
