"""Switches a rule off by which something happens on a schedule or on an event."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Switch an event rule off",
    verb="eradicate",
    target="event_rule",
    effect="The rule triggers nothing any more; it stays as evidence of what it did.",
    danger="medium",
    reads=("events:DescribeRule",),
    writes=("events:DisableRule", "events:EnableRule"),
    loses="What it does for good reasons is not done.",
    undo="Switch it on again.",
    d3fend=("D3-EI",),
    attack=("T1546", "T1053"),
    proof=(Proof("it is off, and on after undo", "moto 5"), Proof("it triggers nothing", "nothing")),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return whether it is on."""
    del mark
    body = cloud.read(Call("events", "DescribeRule", {"Name": target.uid}, target.region)).body
    return {"state": body["State"], "schedule": body.get("ScheduleExpression"), "pattern": body.get("EventPattern")}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Switch it off."""
    del seen, mark
    return [Call("events", "DisableRule", {"Name": target.uid}, target.region)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Switch it on."""
    del before, now, mark
    return [Call("events", "EnableRule", {"Name": target.uid}, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is off."""
    del target, mark
    return "yes" if seen["state"] == "DISABLED" else "no"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what the rule reads."""
    del cloud, mark
    because = f"{target.uid} reads {seen['state']}"
    return [Check("it triggers nothing", seen["state"] == "DISABLED", "read back", because)]
