"""Takes steps back in reverse order: what is there must be what the step left, else nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import Denied, JumpkitError, NotFound, ProviderError, Unreachable
from jumpkit.respond.effects import INTENDED, calls_of, latest
from jumpkit.respond.running import Ended, Stage, look
from jumpkit.respond.same import differences
from jumpkit.respond.sending import send
from jumpkit.store.book.rows import from_json

if TYPE_CHECKING:
    from jumpkit.model.action import Json, Seen
    from jumpkit.respond.effects import Row
    from jumpkit.respond.sending import Hands

_SETTLING = (0.0, 0.1, 0.3, 0.6, 1.0, 2.0, 3.0)  # seconds before each look


@dataclass(frozen=True, slots=True)
class Back:
    """A step that may have changed something, as it stands now: what was, what it left, what is there."""

    stage: Stage
    row: Row
    before: Seen
    after: Seen | None
    now: Seen

    def is_back(self, now: Seen) -> bool:
        """Tell whether what is there is what was before."""
        if self.stage.action.undone is not None:
            return self.stage.action.undone(self.stage.target, self.before, now)
        return not differences(self.before, now, self.stage.action.spec.new_ids)

    def drift(self) -> dict[str, Any]:
        """Return what somebody else changed since the step ended; where nobody saw its end, nothing is known."""
        return {} if self.after is None else differences(self.after, self.now)


def standing(hands: Hands, stage: Stage) -> Back | Ended:
    """Return a step that can be taken back, or why there is nothing to take back."""
    writer = hands.writer
    row, back = latest(writer.journal, writer.case, writer.plan, str(stage.step["step"]))
    nothing = _nothing(hands, stage, row, back)
    if nothing is not None or row is None:
        return nothing or Ended("already", "the step changed nothing", None, None, verified=True)
    try:
        now = look(hands, stage)
    except (NotFound, Denied, Unreachable, ProviderError) as caught:
        return Ended("unknown", f"what is there now cannot be seen, so nothing was sent: {caught}", None, None)
    before = from_json(row["before"])
    after = from_json(row["after"]) if row["after"] and row["state"] != INTENDED else None
    return Back(stage, row, before, after, now)


def _nothing(hands: Hands, stage: Stage, row: Row | None, back: Row | None) -> Ended | None:
    """Return why nothing is to be taken back, or cannot be; None where something is."""
    if back is not None:
        return Ended("already", f"{back['effect']} took it back", None, None, verified=True)
    if row is None or (row["state"] != INTENDED and not calls_of(hands.writer.journal, row)):
        return Ended("already", "the step changed nothing", None, None, verified=True)
    if stage.action.apply is None or (stage.action.spec.verb == "collect" and stage.action.undo is None):
        return Ended("already", "it gathered evidence, which stays", None, None, verified=True)
    if stage.action.undo is None:
        return Ended("refused", "it cannot be taken back, as the plan said", None, None)
    return None


def take_back(hands: Hands, back: Back) -> Ended:
    """Take one step back and look whether it is."""
    stage, before = back.stage, back.before
    if back.is_back(back.now):
        return Ended("already", "it is as it was before the step", back.now, back.now, verified=True)
    assert stage.action.undo is not None  # noqa: S101 - `standing` let only those through
    calls = stage.action.undo(stage.target, before, back.now, stage.mark)
    row = hands.writer.begin(stage.step, "undo", back.now)
    sent = send(hands, row, calls)
    ended = _judged(hands, back, sent.because, tuple(sent.request_ids))
    hands.writer.end(row, ended.told(stage))
    return ended


def drifted(back: Back) -> Ended | None:
    """Return the refusal where somebody changed the target since; nothing is written then."""
    drift = back.drift()
    if not drift or back.is_back(back.now):
        return None
    why = "somebody changed it since the step; taking it back would overwrite that"
    return Ended("refused", why, back.after, back.now, drift=drift)


def _judged(hands: Hands, back: Back, because: str | None, ids: tuple[str, ...]) -> Ended:
    try:
        now = _settled(hands, back)
    except JumpkitError as caught:
        return Ended("unknown", f"what it came to cannot be seen: {caught}", back.now, None, request_ids=ids)
    if back.is_back(now):
        left = "; ".join(f"not brought back: {each}" for each in back.stage.action.spec.undo_leaves)
        return Ended("done", because or left or None, back.now, now, verified=True, request_ids=ids)
    drift: Json = differences(back.before, now, back.stage.action.spec.new_ids)
    why = because or "every call was answered, and yet it is not as it was"
    return Ended("failed", why, back.now, now, request_ids=ids, drift=drift)


def _settled(hands: Hands, back: Back) -> Seen:
    now = back.now
    for pause in _SETTLING:
        hands.sleep(pause)
        now = look(hands, back.stage)
        if back.is_back(now):
            break
    return now
