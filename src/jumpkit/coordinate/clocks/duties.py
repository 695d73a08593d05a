"""What people enter of a duty: handed in, held back by who may, not applicable, signed; every row stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.clocks.standing import OURS
from jumpkit.coordinate.deed import SHORT, Deed, Row, Who, maybe, moment_of, next_id, said
from jumpkit.coordinate.moments import said_of
from jumpkit.kit.errors import BadUsage, NotFound, Refused

if TYPE_CHECKING:
    from jumpkit.coordinate.clocks.rules import ClockSpec, Rule, Rulebook
    from jumpkit.store.book import Tx

WHAT = ("submitted", "not_applicable", "held", "released", "withdrawn")


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of a duty."""

    what: str
    time: str | None = None  # when it was handed in, or until when it is held
    signer: str | None = None  # who answers for it
    reason: str | None = None
    receipt: str | None = None


def enter_duty(tx: Tx, who: Who, row: Row, clock: str, word: Word, book: Rulebook) -> Deed:
    """Enter that a report was handed in, that a duty is held or released, or that it does not apply.

    Raises:
        NotFound: there is no such clock.
        BadUsage: signer, reason or time is missing.
        Refused: the rule knows no such delay, or it is a target, which nobody signs away.

    """
    found = book.clock(clock)
    if found is None:
        raise NotFound(f"there is no clock {clock}", target=clock, hint=f"jumpkit clocks {row['case']}")
    rule, spec = found
    _check(word, rule, spec)
    case = str(row["case"])
    new: dict[str, Any] = {"case": case, "duty": next_id(tx, case, "duty", "Y"), "clock": clock, "what": word.what}
    new |= {"rule_version": rule.version, "at": None, "until": None, "signer": maybe(word.signer, "the signer", SHORT)}
    new |= {"reason": maybe(word.reason, "the reason"), "receipt": maybe(word.receipt, "the receipt"), **who.stamps()}
    if word.time:
        new["until" if word.what == "held" else "at"], _ = moment_of(word.time, who.clock)
    told = f"{new['duty']}: {clock} {word.what.replace('_', ' ')}" + (f" by {new['signer']}" if new["signer"] else "")
    return Deed(case, f"duty.{word.what}", told, said_of(new), {"duty": [new]})


def _check(word: Word, rule: Rule, spec: ClockSpec) -> None:
    if word.what == "submitted":
        if not word.time:
            raise BadUsage("say when it was handed in", target="time", hint="--submitted TIME")
        return
    said(word.signer, "the signer", SHORT)
    said(word.reason, "the reason")
    if rule.kind in OURS:
        raise Refused(f"{spec.clock} is a target, not a duty", target=spec.clock, hint="a target is met or missed")
    if word.what == "held":
        if spec.hold is None:
            raise Refused(f"the rule of {spec.clock} knows no delay", target=spec.clock, hint="hand it in, in phases")
        if not word.time:
            raise BadUsage("say until when it is held", target="until", hint="--held UNTIL")
