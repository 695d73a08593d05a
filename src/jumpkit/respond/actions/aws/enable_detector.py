"""Switches a detector of GuardDuty on again."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Switch a detector on again",
    verb="recover",
    target="detector",
    effect="It looks at what happens from now on; what it missed it does not look at.",
    danger="none",
    reads=("guardduty:GetDetector",),
    writes=("guardduty:UpdateDetector",),
    loses="Nothing; it costs money.",
    undo="Switch it off again.",
    d3fend=("D3-SYSM",),
    attack=("T1562.001",),
    proof=(Proof("it is on, and off after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return whether it is on."""
    del mark
    asked = Call("guardduty", "GetDetector", {"DetectorId": target.uid}, target.region)
    return {"status": cloud.read(asked).body["Status"]}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Switch it on."""
    del seen, mark
    return [_set(target, enable=True)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Switch it off."""
    del before, now, mark
    return [_set(target, enable=False)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is on."""
    del target, mark
    return "yes" if seen["status"] == "ENABLED" else "no"


def _set(target: Target, *, enable: bool) -> Call:
    return Call("guardduty", "UpdateDetector", {"DetectorId": target.uid, "Enable": enable}, target.region)
