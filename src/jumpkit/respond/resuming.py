"""Goes on with a step that was interrupted: looks at what is there before anything is sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.kit.errors import Denied, JumpkitError, NotFound, ProviderError, Unreachable
from jumpkit.respond.effects import INTENDED, calls_of, latest
from jumpkit.respond.running import Ended, Stage, change, checks_of, look, run
from jumpkit.store.book.rows import from_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.model.action import Call
    from jumpkit.respond.effects import Row
    from jumpkit.respond.sending import Hands

_OPEN = (INTENDED, "unknown", "failed")


def resume(hands: Hands, stage: Stage) -> Ended:
    """Return how a step stands, after doing what is left of it."""
    writer = hands.writer
    row, back = latest(writer.journal, writer.case, writer.plan, str(stage.step["step"]))
    if row is None:
        return run(hands, stage)
    if back is not None:
        return Ended("refused", f"{back['effect']} took it back; apply runs it anew", None, None)
    return _go_on(hands, stage, row) if row["state"] in _OPEN else _as_before(row)


def _go_on(hands: Hands, stage: Stage, row: Row) -> Ended:
    writer = hands.writer
    try:
        seen = look(hands, stage)
    except (NotFound, Denied, Unreachable, ProviderError) as caught:
        return _unseen(hands, stage, row, caught)
    before = from_json(row["before"]) if row["before"] else seen
    if stage.action.done(stage.target, seen, stage.mark) == "yes":
        why = "it had taken hold before the interruption; nothing was sent again"
        ended = Ended("already", why, before, seen, verified=True, checks=checks_of(hands, stage, seen))
        writer.end(row, ended.told(stage) | {"outcome": "done"})  # by the step itself, before: undo must find it
        return ended
    if stage.action.apply is None or not calls_of(writer.journal, row):
        return run(hands, stage)
    calls = stage.action.apply(stage.target, seen, stage.mark)
    _within(stage, calls)
    return change(hands, stage, before, calls, row)


def _as_before(row: Row) -> Ended:
    was, now = (from_json(row[name]) if row[name] else None for name in ("before", "after"))
    why = f"{row['effect']} ended as {row['state']} before; nothing was sent again"
    checks = from_json(row["checks"]) if row["checks"] else []
    return Ended("already", why, was, now, verified=bool(row["verified"]), checks=checks)


def _within(stage: Stage, calls: Sequence[Call]) -> None:
    """Return if what is left is part of what was approved."""
    approved = {(call["service"], call["operation"]) for call in stage.step["calls"]}
    beyond = sorted({call.operation for call in calls if (call.service, call.operation) not in approved})
    if beyond:
        raise JumpkitError(f"what is left would call {', '.join(beyond)}, which nobody approved")


def _unseen(hands: Hands, stage: Stage, row: Row, caught: JumpkitError) -> Ended:
    was = from_json(row["before"]) if row["before"] else None
    ended = Ended("unknown", f"what it came to cannot be seen: {caught}", was, None)
    hands.writer.end(row, ended.told(stage))
    return ended
