"""Lets a trail that was stopped write again."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Let a trail write again",
    verb="recover",
    target="trail",
    effect="The trail records from now on; what happened while it was stopped is not recovered.",
    danger="low",
    reads=("cloudtrail:GetTrailStatus",),
    writes=("cloudtrail:StartLogging", "cloudtrail:StopLogging"),
    loses="Nothing.",
    undo="Stop it again.",
    d3fend=("D3-SYSM",),
    attack=("T1562.008",),
    proof=(Proof("it is logging, and not after undo", "moto 5"), Proof("records arrive", "nothing")),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return whether it writes."""
    del mark
    body = cloud.read(Call("cloudtrail", "GetTrailStatus", {"Name": target.uid}, target.region)).body
    return {"logging": bool(body["IsLogging"])}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Start it."""
    del seen, mark
    return [Call("cloudtrail", "StartLogging", {"Name": target.uid}, target.region)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Stop it."""
    del before, now, mark
    return [Call("cloudtrail", "StopLogging", {"Name": target.uid}, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it writes."""
    del target, mark
    return "yes" if seen["logging"] else "no"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say that the trail says it writes, and that nobody has seen a record yet."""
    del cloud, mark
    because = f"the status of {target.uid} reads {'logging' if seen['logging'] else 'stopped'}"
    return [
        Check("the trail is on", seen["logging"], "read back", because),
        Check("its records arrive", None, "nothing", "the first arrives after minutes: triage the bucket then"),
    ]
