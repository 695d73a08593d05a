"""Finds the triggers of a machine, and says which of them a plan leaves in the way of a stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import NotFound, ProviderError
from jumpkit.respond.instances import instance
from jumpkit.respond.plans import target_of
from jumpkit.respond.triggers.machine import machine
from jumpkit.respond.triggers.scaling import scaling
from jumpkit.respond.triggers.schedules import schedules
from jumpkit.respond.triggers.trigger import Look, quoted
from jumpkit.respond.triggers.userdata import userdata

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumpkit.model.action import Cloud, Json, Target
    from jumpkit.respond.triggers.trigger import Trigger

GATE = "triggers"
# What a look asks for, as rights: for the roles that look.
READS = (
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeAutoScalingInstances",
    "autoscaling:DescribeLifecycleHooks",
    "ec2:DescribeInstanceAttribute",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeInstances",
    "ec2:DescribeSpotInstanceRequests",
    "events:ListRules",
    "events:ListTargetsByRule",
    "scheduler:GetSchedule",
    "scheduler:ListSchedules",
)


def triggers(cloud: Cloud, target: Target) -> Look:
    """Look for all that would destroy a machine or its evidence; what is not answered is found as unknown.

    Raises:
        NotFound: the provider does not know the instance.

    """
    look = Look(cloud, target)
    try:
        found = instance(cloud, target)
    except ProviderError as caught:
        said = f"not read: {quoted(str(caught))}"
        look.unknown("instance", "everything about the machine", "ec2:DescribeInstances", said)
        return look
    for finder in (machine, scaling, schedules, userdata):
        finder(look, found)
    return look


def unresolved(cloud: Cloud, body: Json) -> Iterator[str]:
    """Yield what a plan leaves in the way of its steps that stop or end a machine, one sentence each."""
    for step in body["steps"]:
        if GATE not in step["needs_first"] or GATE in body["waived"]:
            continue
        try:
            found = triggers(cloud, target_of(step)).found
        except NotFound:
            continue  # it is gone: there is nothing left to keep
        for each in found:
            if step["action"] in each.holds and not _cured(each, step, body["steps"]):
                yield f"step {step['step']} ({step['action']} on {step['target']['uid']}): {_said(each)}"


def _said(each: Trigger) -> str:
    return f"{each.kind} is {each.state}: {each.says}; {each.cure.action if each.cure else each.none}"


def _cured(each: Trigger, step: Mapping[str, Any], steps: list[Json]) -> bool:
    """Tell whether an earlier step of the plan takes it out of the way."""
    cure = each.cure
    if cure is None:
        return False
    wanted = (cure.action, cure.target.uid)
    return any(one["step"] < step["step"] and (one["action"], one["target"]["uid"]) == wanted for one in steps)
