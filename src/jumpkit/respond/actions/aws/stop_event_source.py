"""Stops feeding a function from a queue or stream; what comes meanwhile waits there."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Stop an event source of a function",
    verb="contain",
    target="event_source",
    effect="The function gets nothing more from this queue or stream.",
    danger="medium",
    reads=("lambda:GetEventSourceMapping",),
    writes=("lambda:UpdateEventSourceMapping",),
    loses="What comes waits, and is lost when it gets older than the queue or stream keeps it.",
    undo="Let it feed the function again.",
    d3fend=("D3-EI",),
    attack=("T1648",),
    proof=(Proof("the mapping is off, and on after undo", "moto 5"),),
)
_MOVING = frozenset({"Creating", "Enabling", "Disabling", "Updating"})


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the mapping's state."""
    del mark
    return {
        "state": cloud.read(Call("lambda", "GetEventSourceMapping", {"UUID": target.uid}, target.region)).body["State"]
    }


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Switch it off."""
    del seen, mark
    return [_set(target, enabled=False)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Switch it on."""
    del before, now, mark
    return [_set(target, enabled=True)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is off."""
    del target, mark
    if seen["state"] == "Disabled":
        return "yes"
    return "wait" if seen["state"] in _MOVING else "no"


def _set(target: Target, *, enabled: bool) -> Call:
    return Call("lambda", "UpdateEventSourceMapping", {"UUID": target.uid, "Enabled": enabled}, target.region)
