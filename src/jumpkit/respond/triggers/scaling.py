"""What a scaling group would do to its machine: end it when it shrinks, ails or grows old, and what runs then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.model.action import Call, Target
from jumpkit.respond.plans import Wanted
from jumpkit.respond.triggers.trigger import Trigger, quoted, read_of, whole

if TYPE_CHECKING:
    from jumpkit.respond.triggers.trigger import Item, Look

_MACHINE = "the machine, its memory, and every disk that goes with it"
_ASIDE = frozenset({"Standby", "EnteringStandby"})  # the group neither checks nor chooses these
_ENDING = "autoscaling:EC2_INSTANCE_TERMINATING"


def scaling(look: Look, found: Item) -> None:
    """Look at the machine's group, if it has one."""
    del found
    target = look.target
    call = Call("autoscaling", "DescribeAutoScalingInstances", {"InstanceIds": [target.uid]}, target.region)
    pages = look.ask("scaling_group", _MACHINE, call)
    for member in whole(pages or [], "AutoScalingInstances"):
        _member(look, member, read_of(call))


def _member(look: Look, member: Item, read: str) -> None:
    name = str(member["AutoScalingGroupName"])
    call = Call("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroupNames": [name]}, look.target.region)
    pages = look.ask("scaling_group", _MACHINE, call)
    if pages is None:
        return
    groups = whole(pages, "AutoScalingGroups")
    if not groups:
        look.unknown("scaling_group", _MACHINE, read_of(call), f"the group {quoted(name)} was not told")
        return
    suspended = {each.get("ProcessName") for each in groups[0].get("SuspendedProcesses") or ()}
    aside = member.get("LifecycleState") in _ASIDE
    if not aside and not member.get("ProtectedFromScaleIn") and "Terminate" not in suspended:
        says = f"{quoted(name)} has it, ProtectedFromScaleIn reads False, Terminate is not suspended"
        cure = Wanted("aws/protect_from_scale_in", look.target)
        look.found.append(Trigger("scale_in", "armed", says, read, _MACHINE, cure))
    if not aside and "ReplaceUnhealthy" not in suspended:
        check = quoted(str(groups[0].get("HealthCheckType")))
        says = f"{quoted(name)} ends what fails its {check} check, as one stopped or cut off does"
        cure = Wanted("aws/suspend_scaling", _group(look, name))
        look.found.append(Trigger("health_replacement", "armed", says, read_of(call), _MACHINE, cure))
    if "Terminate" not in suspended:
        _later(look, name, groups[0], read_of(call))


def _later(look: Look, name: str, group: Item, read: str) -> None:
    """Look at what ends the group's machines by the clock, and at what runs when one ends."""
    cure = Wanted("aws/suspend_scaling", _group(look, name))
    if group.get("MaxInstanceLifetime"):
        says = f"MaxInstanceLifetime of {quoted(name)} reads {group['MaxInstanceLifetime']} s"
        look.found.append(Trigger("max_lifetime", "armed", says, read, _MACHINE, cure))
    runs = "whatever the hook's receiver destroys when the group ends the machine"
    call = Call("autoscaling", "DescribeLifecycleHooks", {"AutoScalingGroupName": name}, look.target.region)
    for hook in whole(look.ask("lifecycle_hook", runs, call) or [], "LifecycleHooks"):
        if hook.get("LifecycleTransition") == _ENDING:
            to = quoted(str(hook.get("NotificationTargetARN") or "the event bus"))
            says = f"the hook {quoted(str(hook.get('LifecycleHookName')))} of {quoted(name)} tells {to} when it ends"
            look.found.append(Trigger("lifecycle_hook", "armed", says, read_of(call), runs, cure))


def _group(look: Look, name: str) -> Target:
    return Target("scaling_group", name, look.target.account, look.target.region)
