"""Lets a container service run no task any more."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import first

SPEC = Spec(
    title="Stop a container service",
    verb="contain",
    target="service",
    effect="The service wants no task; those that run are stopped by the provider.",
    danger="high",
    reads=("ecs:DescribeServices",),
    writes=("ecs:UpdateService",),
    loses="The service is down, and the disks of its stopped tasks are gone: gather what you need of them first.",
    undo="Let it want as many tasks as it did; they are new ones.",
    undo_leaves=("the tasks that ran, with their memory and disks",),
    needs_first=("sweep",),
    d3fend=("D3-PT",),
    attack=("T1610", "T1496"),
    proof=(Proof("it wants none, and as many as it did after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return how many tasks it wants; the cluster is a detail of the target."""
    del mark
    told = {"cluster": target.details["cluster"], "services": [target.uid]}
    services = cloud.read(Call("ecs", "DescribeServices", told, target.region)).body["services"]
    return {"wanted": first(services, lambda each: each["status"] == "ACTIVE", target)["desiredCount"]}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Let it want none."""
    del seen, mark
    return [_set(target, 0)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Let it want as many as it did."""
    del now, mark
    return [_set(target, before["wanted"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it wants none."""
    del target, mark
    return "yes" if seen["wanted"] == 0 else "no"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say how many tasks still run."""
    del seen, mark
    told = {"cluster": target.details["cluster"], "services": [target.uid]}
    [found] = cloud.read(Call("ecs", "DescribeServices", told, target.region)).body["services"]
    running = found["runningCount"]
    return [Check("no task of it runs", running == 0 or None, "read back", f"{running} tasks run")]


def _set(target: Target, wanted: int) -> Call:
    told = {"cluster": target.details["cluster"], "service": target.uid, "desiredCount": wanted}
    return Call("ecs", "UpdateService", told, target.region)
