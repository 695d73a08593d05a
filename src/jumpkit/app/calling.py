"""Calls people by an escalation policy: entered before anything is sent, sent once, and what became of it said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.casework import enter
from jumpkit.app.escalation import due
from jumpkit.app.messaging import carrier_of, channels_of, deliver_begun, over_tlp
from jumpkit.app.workspace import reading
from jumpkit.coordinate.comms import barred
from jumpkit.coordinate.deed import entered
from jumpkit.coordinate.escalations import (
    FAILED,
    SENDING,
    TOLD,
    UNKNOWN,
    WAITING,
    Call,
    end_call,
    enter_call,
    told_already,
)
from jumpkit.coordinate.messages import approve, begin, draft
from jumpkit.coordinate.states import ENDED
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, Refused
from jumpkit.prepare.directory import directory_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.app.workspace import Opening
    from jumpkit.coordinate.deed import Deed, Row, Who
    from jumpkit.model.escalation import Policy
    from jumpkit.notify import Channel
    from jumpkit.store.book import Tx

_STATES = {"sent": TOLD, "failed": FAILED, "unknown": UNKNOWN}


def call_due(opening: Opening, named: str | None) -> dict[str, Any]:
    """Tell everybody who is due in one case, or in all that are open; a second run tells nobody twice.

    Raises:
        NotFound: there is no such case.

    """
    cases = [named] if named else _open(opening)
    found = []
    for case in cases:
        with reading(opening) as desk, desk.book.read() as tx:
            row = tx.one("case_", case=case)
            late = due(tx, opening, row, desk.clock())[0] if row else _missing(tx, case)
            policies = directory_of(tx).escalation
        for each in late:
            if each["state"] == "due":
                policy = policies[each["policy"].partition(" ")[0]]
                found.append({"case": case, **_call(opening, case, each, policy)})
    return {"schema": "escalate-run/1", "at": stamp(opening.clock()), "cases": cases, "calls": found}


def _open(opening: Opening) -> list[str]:
    with reading(opening) as desk, desk.book.read() as tx:
        return [str(row["case"]) for row in tx.rows("case_") if row["state"] not in ENDED]


def _missing(tx: Tx, case: str) -> list[Any]:
    from jumpkit.coordinate.case import case_row  # noqa: PLC0415 - only for its error, which names the cases

    case_row(tx, case)
    return []


def _call(opening: Opening, case: str, told: dict[str, Any], policy: Policy) -> dict[str, Any]:
    names = ("policy", "step", "turn", "contact", "way", "channel")
    call = Call(**{name: told[name] for name in names}, due=told["at"])
    channel = channels_of(opening).get(call.channel) if call.channel else None

    def make(tx: Tx, who: Who, row: Row) -> Iterator[Deed]:
        if told_already(tx, case, call):
            return
        if channel is None:
            yield enter_call(tx, who, row, call, _without_channel(call, told["because"]))
            return
        yield from _by_message(tx, who, row, (call, channel, policy))

    made = enter(opening, case, make)
    mine = [each for each in made["escalations"] if (each["policy"], each["step"], each["turn"]) == _key(call)][-1]
    if mine["state"] == SENDING and made["entered"] and channel is not None:
        mine = _sent(opening, case, mine, channel)
    return {name: mine[name] for name in ("escalation", *names, "due", "state", "message", "because")}


def _key(call: Call) -> tuple[str, int, int]:
    return call.policy, call.step, call.turn


def _without_channel(call: Call, because: str | None) -> tuple[str, str | None, str | None]:
    if call.way is None:
        return FAILED, None, because
    if call.channel is not None:
        return FAILED, None, f"config.toml has no channel {call.channel}"
    return WAITING, None, f"by hand: {call.way}"


def _by_message(tx: Tx, who: Who, row: Row, how: tuple[Call, Channel, Policy]) -> Iterator[Deed]:
    """Yield a draft, its approval where the policy gives that, and the step; nothing is sent yet."""
    call, channel, policy = how
    case = str(row["case"])
    reason = f"Policy {call.policy}, step {call.step}, was due at {call.due}: nobody has taken it on."
    yield draft(tx, who, row, "escalation", channel.name, {"reason": reason})
    message = entered(tx, case, "message")[-1]
    name = str(message["message"])
    if policy.pre_approved is None or not channel.ours:
        yield enter_call(tx, who, row, call, (WAITING, name, f"{name} waits for somebody's approval"))
        return
    why = barred(tx, case, carrier_of(tx, channel)) or over_tlp(message["tlp"], channel)
    if why:
        yield enter_call(tx, who, row, call, (FAILED, name, why))
        return
    given = policy.pre_approved
    yield approve(tx, who, row, name, f"{given.by}, beforehand on {given.on.isoformat()}, by policy {call.policy}")
    yield begin(tx, who, row, name)
    yield enter_call(tx, who, row, call, (SENDING, name, None))


def _sent(opening: Opening, case: str, mine: dict[str, Any], channel: Channel) -> dict[str, Any]:
    name, message = str(mine["escalation"]), str(mine["message"])
    try:
        became = deliver_begun(opening, case, message, channel)
    except (Refused, BadUsage) as caught:  # one channel that cannot be used keeps nobody else from being told
        state: tuple[str, str | None] = (FAILED, caught.message)
    else:
        because = next(each["because"] for each in became["messages"] if each["message"] == message)
        state = (_STATES[became["delivery"]], because)
    made = enter(opening, case, lambda tx, who, row: end_call(tx, who, row, name, state))
    found: dict[str, Any] = next(each for each in made["escalations"] if each["escalation"] == name)
    return found
