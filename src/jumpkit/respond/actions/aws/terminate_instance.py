"""Ends an instance for good, after everything of it that can be kept is kept."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.instances import attribute
from jumpkit.respond.looking import first, listed

SPEC = Spec(
    title="Terminate an instance",
    verb="eradicate",
    target="instance",
    effect="The machine is gone; disks that go with it are gone too.",
    danger="critical",
    reads=("ec2:DescribeInstances", "ec2:DescribeInstanceAttribute"),
    writes=("ec2:TerminateInstances",),
    loses="Memory, instance-store disks, and volumes that were to go with it.",
    undo=None,
    needs_first=("memory", "disks", "described", "triggers"),
    d3fend=("D3-EI",),
    attack=("T1578.002", "T1496"),
    proof=(Proof("it is terminated afterwards", "moto 5"), Proof("it is refused without evidence", "moto 5")),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the state of the machine and whether it is protected."""
    del mark
    asked = Call("ec2", "DescribeInstances", {"InstanceIds": [target.uid]}, target.region)
    groups = listed(cloud, asked, "Reservations")
    found = first((each for group in groups for each in group["Instances"]), lambda _: True, target)
    protected = attribute(cloud, target, "disableApiTermination", "DisableApiTermination")
    return {"state": found["State"]["Name"], "protected": bool(protected)}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """End it."""
    del seen, mark
    return [Call("ec2", "TerminateInstances", {"InstanceIds": [target.uid]}, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is gone."""
    del target, mark
    return {"terminated": "yes", "shutting-down": "wait"}.get(seen["state"], "no")  # type: ignore[return-value] # the words of Progress


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse while it is protected: somebody protects it as evidence."""
    del mark
    return [f"{target.uid} is protected from termination: undo that first"] if seen["protected"] else []
