"""Locks a snapshot so that nobody deletes it before a day that is named."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import first

SPEC = Spec(
    title="Lock a snapshot",
    verb="collect",
    target="snapshot",
    effect="Nobody, root included, deletes it before the lock ends; for a few hours it can still be lifted.",
    danger="medium",
    reads=("ec2:DescribeSnapshots", "ec2:DescribeLockedSnapshots"),
    writes=("ec2:LockSnapshot",),
    loses="The choice to delete it: it costs money until the lock ends.",
    undo=None,
    options={"days": "how long; 365 by default", "cool_off": "hours in which it can still be lifted; 24 by default"},
    d3fend=("D3-RA",),
    attack=("T1485",),
    proof=(Proof("it is listed as locked in compliance mode until the day", "model stub"),),
)
_LOCKED = frozenset({"compliance", "compliance-cooloff"})


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return how it is locked."""
    del mark
    asked = {"SnapshotIds": [target.uid]}
    found = cloud.read(Call("ec2", "DescribeSnapshots", asked, target.region)).body["Snapshots"]
    state = first(found, lambda _: True, target)["State"]
    locks = cloud.read(Call("ec2", "DescribeLockedSnapshots", asked, target.region)).body["Snapshots"]
    return {"state": state, "lock": locks[0]["LockState"] if locks else None}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Lock it."""
    del seen
    told = {"SnapshotId": target.uid, "LockMode": "compliance", "LockDuration": int(mark.options.get("days", "365"))}
    told |= {"CoolOffPeriod": int(mark.options.get("cool_off", "24"))}
    return [Call("ec2", "LockSnapshot", told, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is locked."""
    del target, mark
    return "yes" if seen["lock"] in _LOCKED else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse for a copy that is not complete."""
    del mark
    return [] if seen["state"] == "completed" else [f"{target.uid} is {seen['state']}: wait until it is complete"]


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what the provider lists."""
    del cloud, mark
    because = f"the provider lists {target.uid} as {seen['lock'] or 'not locked'}"
    return [Check("nobody deletes it", seen["lock"] in _LOCKED, "read back", because)]
