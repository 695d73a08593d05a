"""Takes an instance or address out of a balancer's target group."""

from __future__ import annotations

from typing import Any

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import unknown

SPEC = Spec(
    title="Take a target out of a balancer",
    verb="contain",
    target="balanced_target",
    effect="The balancer sends it no new requests; requests under way are drained for as long as the group says.",
    danger="medium",
    reads=("elasticloadbalancing:DescribeTargetHealth",),
    writes=("elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"),
    loses="The service runs on fewer machines. Draining still carries traffic, 300 seconds by default.",
    undo="Register it again on the same ports.",
    undo_leaves=("connections that were bound to it by stickiness",),
    d3fend=("D3-NI",),
    attack=("T1190",),
    proof=(Proof("it is no target of the group, and one again after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the ports on which the group sends to it; the group's ARN is a detail of the target, `group`."""
    del mark
    group = target.details["group"]
    asked = Call("elbv2", "DescribeTargetHealth", {"TargetGroupArn": group}, target.region)
    held = [each for each in cloud.read(asked).body["TargetHealthDescriptions"] if each["Target"]["Id"] == target.uid]
    going = [each for each in held if each.get("TargetHealth", {}).get("State") in {"draining", "unused"}]
    out = [each for each in going if each["TargetHealth"].get("Reason") == "Target.DeregistrationInProgress"]
    there = [each for each in held if each not in out]
    known = "known" if held or target.details.get("known") else None
    if known is None and "ports" not in target.details:
        raise unknown(target)
    return {"group": group, "ports": sorted(each["Target"]["Port"] for each in there)}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Take it out."""
    del mark
    return [_call("DeregisterTargets", target, seen["ports"])]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Register it on the ports that it had."""
    del mark
    return [_call("RegisterTargets", target, [each for each in before["ports"] if each not in now["ports"]])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether the group sends nothing new to it."""
    del target, mark
    return "no" if seen["ports"] else "yes"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what the balancer sends to it: nothing new."""
    del cloud, mark
    because = f"the group sends new requests to {target.uid} on {len(seen['ports'])} ports"
    return [Check("the balancer sends it no new request", not seen["ports"], "read back", because)]


def _call(operation: str, target: Target, ports: list[Any]) -> Call:
    told = {"TargetGroupArn": target.details["group"], "Targets": [{"Id": target.uid, "Port": each} for each in ports]}
    return Call("elbv2", operation, told, target.region)
