"""Runs one step: look, write the intent, change, look again; what nobody can tell is unknown, never done."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import Denied, JumpkitError, NotFound, ProviderError, Unreachable
from jumpkit.respond.catalog import action
from jumpkit.respond.gathering import gathered
from jumpkit.respond.plans import mark_of, seen_of, target_of
from jumpkit.respond.same import differences
from jumpkit.respond.sending import Hands, Sent, send

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.model.action import Action, Call, Json, Mark, Progress, Seen, Target
    from jumpkit.respond.effects import Row

_LOOKS = (0.0, 0.1, 0.3, 0.6, 1.0, 2.0, 3.0, 5.0)  # seconds before each look at a change that is under way
_SETTLING = 3  # looks that a change which was answered may need until the provider shows it


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a plan, with all that is needed to run it."""

    body: Json  # the plan
    step: Json
    action: Action
    target: Target
    mark: Mark


@dataclass(frozen=True, slots=True)
class Ended:
    """How a step ended."""

    outcome: str
    because: str | None
    was: Seen | None
    now: Seen | None
    verified: bool = False
    request_ids: Sequence[str] = ()
    checks: Sequence[Json] = field(default_factory=tuple)
    drift: Mapping[str, Any] | None = None

    def told(self, stage: Stage) -> Json:
        """Return it as the promised object."""
        told = {name: stage.step[name] for name in ("step", "action", "target")}
        return told | asdict(self) | {"request_ids": list(self.request_ids), "checks": list(self.checks)}


def stage_of(body: Json, step: Json) -> Stage:
    """Return a step of a plan, ready to be run."""
    return Stage(body, step, action(step["action"]), target_of(step), mark_of(body, step))


def look(hands: Hands, stage: Stage) -> Seen:
    """Return what is there now."""
    return stage.action.observe(hands.cloud, stage.target, stage.mark)


def run(hands: Hands, stage: Stage) -> Ended:
    """Run a step that was not begun before."""
    try:
        seen = look(hands, stage)
    except (NotFound, Denied, Unreachable, ProviderError) as caught:
        return _unseen(hands, stage, caught)
    if stage.action.apply is None:
        return gather(hands, stage, seen)
    if stage.action.done(stage.target, seen, stage.mark) == "yes":
        checks = checks_of(hands, stage, seen)
        return _kept(
            hands, stage, Ended("already", "it was so before this step", seen, seen, verified=True, checks=checks)
        )
    drift = differences(seen_of(stage.step), seen)
    if drift:
        why = "what is there is no longer what was planned for: make the plan anew"
        return _kept(hands, stage, Ended("refused", why, seen, None, drift=drift))
    against = stage.action.refuses(stage.target, seen, stage.mark) if stage.action.refuses else []
    if against:
        return _kept(hands, stage, Ended("refused", "; ".join(against), seen, None))
    return change(hands, stage, seen, stage.action.apply(stage.target, seen, stage.mark))


def gather(hands: Hands, stage: Stage, seen: Seen) -> Ended:
    """Seal what a step gathers; what did not come whole is said, and the step is then not done."""
    row = hands.writer.begin(stage.step, "apply", seen)
    told = gathered(hands, stage.action, stage.target, stage.mark, row["effect"])
    outcome = "failed" if told.lacking else "done"
    why = "; ".join(told.lacking) or None
    now = {"items": told.items}
    ended = Ended(outcome, why, seen, now, verified=not told.lacking, request_ids=told.request_ids)
    hands.writer.end(row, ended.told(stage))
    return ended


def change(hands: Hands, stage: Stage, seen: Seen, calls: Sequence[Call], row: Row | None = None) -> Ended:
    """Send the calls of a step and tell what came of them; `row` is the effect that goes on."""
    row = row or hands.writer.begin(stage.step, "apply", seen)
    sent = send(hands, row, calls)
    ended = judged(hands, stage, seen, sent)
    hands.writer.end(row, ended.told(stage))
    return ended


def _cut_off(hands: Hands, stage: Stage, seen: Seen, caught: Denied) -> Ended:
    """Take a step back at once that closed the door on ourselves; we could look before it, and now we cannot."""
    why = f"after it we were refused ourselves ({caught})"
    if stage.action.undo is None:
        return Ended("unknown", f"{why}, and it cannot be taken back", seen, None)
    row = hands.writer.begin(stage.step, "undo", None)
    sent = send(hands, row, stage.action.undo(stage.target, seen, seen, stage.mark))
    try:
        back = look(hands, stage)
    except JumpkitError as still:
        why = f"{why}; taking it back did not help: {still}"
        ended = Ended("unknown", why, seen, None, request_ids=sent.request_ids)
    else:
        ended = Ended("failed", f"{why}, so it was taken back", seen, back, request_ids=sent.request_ids)
    hands.writer.end(row, ended.told(stage))
    return ended


def judged(hands: Hands, stage: Stage, seen: Seen, sent: Sent) -> Ended:
    """Look again, and say what a step came to."""
    ids = tuple(sent.request_ids)
    try:
        progress, now = _settled(hands, stage)
    except Denied as caught:
        return _cut_off(hands, stage, seen, caught)
    except JumpkitError as caught:
        why = f"{sent.because + '; ' if sent.because else ''}what it came to cannot be seen: {caught}"
        return Ended("unknown" if sent.mutated else "failed", why, seen, None, request_ids=ids)
    if progress == "yes":
        but = f"{sent.because}; it took hold all the same" if sent.because else None
        return Ended("done", but, seen, now, verified=True, request_ids=ids, checks=checks_of(hands, stage, now))
    if progress == "wait":
        why = "it is still under way at the provider: resume looks again"
        return Ended("unknown", why, seen, now, request_ids=ids)
    if sent.state == "lost":
        why = f"{sent.because}, and nothing of it is seen yet: resume looks again before anything is sent"
        return Ended("unknown", why, seen, now, request_ids=ids)
    why = sent.because or "every call was answered, and yet it is not as it was meant"
    return Ended("failed", why, seen, now, request_ids=ids)


def _settled(hands: Hands, stage: Stage) -> tuple[Progress, Seen]:
    """Look until the change is there, or it is clear that it is not."""
    progress: Progress = "no"
    for number, pause in enumerate(_LOOKS):
        hands.sleep(pause)
        now = look(hands, stage)
        progress = stage.action.done(stage.target, now, stage.mark)
        if progress == "yes" or (progress == "no" and number >= _SETTLING):
            break
    return progress, now


def checks_of(hands: Hands, stage: Stage, now: Seen) -> list[Json]:
    """Return what says that a step holds, beside the calls that were sent."""
    if stage.action.proves is None:
        return []
    try:
        return [asdict(each) for each in stage.action.proves(hands.cloud, stage.target, now, stage.mark)]
    except (NotFound, Denied, Unreachable, ProviderError) as caught:
        return [{"claim": "it holds", "held": None, "by": "tried", "because": f"it cannot be told: {caught}"}]


def _unseen(hands: Hands, stage: Stage, caught: JumpkitError) -> Ended:
    known = isinstance(caught, NotFound)
    why = str(caught) if known else f"{caught}; nothing was sent"
    return _kept(hands, stage, Ended("refused" if known else "failed", why, None, None))


def _kept(hands: Hands, stage: Stage, ended: Ended) -> Ended:
    row = hands.writer.begin(stage.step, "apply", ended.was)
    hands.writer.end(row, ended.told(stage))
    return ended
