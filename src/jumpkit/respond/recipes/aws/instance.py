"""A machine in foreign hands: keep it and its disks, take it out of service, cut it off, end its role's sessions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import Denied, NotFound
from jumpkit.kit.text import shown
from jumpkit.model.action import Call, Target
from jumpkit.respond.instances import instance
from jumpkit.respond.looking import listed
from jumpkit.respond.options import Advice, Option
from jumpkit.respond.plans import Wanted
from jumpkit.respond.triggers.find import triggers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.model.action import Cloud
    from jumpkit.respond.triggers.trigger import Trigger

Item = dict[str, Any]
_PROTECTS = ("aws/protect_instance", "aws/keep_instance_volumes", "aws/stop_on_shutdown")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d+")  # of a zone's name


def advise(cloud: Cloud, target: Target, known: Mapping[str, Any]) -> Advice:
    """Return what can be done about an instance, by what surrounds it now."""
    del known
    found, limits = instance(cloud, target), list[str]()
    service = [*_group(cloud, target), *_balancers(cloud, target, limits)]
    role = _role(cloud, target, found, limits)
    look = triggers(cloud, target)
    armed = _armed(look.found)
    limits += [f"{each.kind}: {each.says}" for each in look.found if each.state != "armed"]
    options = [
        _sweep(target, found),
        _protect(target),
        *([_disarm(armed)] if armed else []),
        _copy(target),
        *([_service(service)] if service else []),
        _isolate(target, found),
    ]
    options += [_sessions(role)] if role else []
    options.append(_metadata(target))
    history = Wanted("aws/collect_events", replace(target, kind="trace", details={}), {"by": "ResourceName"})
    return Advice((Wanted("aws/describe_instance", target), history), options, limits)


def _sweep(target: Target, found: Item) -> Option:
    """Return the sweep of what is global and of the machine's own region, since a whole one takes its time."""
    account = Target("account", target.account, target.account)
    zone = _REGION.match(str(found["Placement"]["AvailabilityZone"]))
    return Option(
        "sweep",
        "Sweep the account first for what the intruder left in it?",
        "Whoever holds the management plane undoes whatever is done to a machine: what lets them back is named first.",
        "Nothing stops. It looks at identities and at this region: jumpkit sweep looks at all. Without it the machine "
        "is cut off only with --waive sweep=REASON.",
        (Wanted("aws/sweep_persistence", account, {"regions": zone[0]} if zone else {}),),
    )


def _protect(target: Target) -> Option:
    return Option(
        "protect",
        f"Protect {target.uid} from being terminated, and its disks from going with it?",
        "The evidence outlives a mistake, a script or the intruder's own clean-up.",
        "Nothing stops. Kept disks cost money.",
        tuple(Wanted(each, target) for each in _PROTECTS),
    )


def _armed(found: list[Trigger]) -> list[Wanted]:
    """Return the steps beside its own protection that take away what would surely destroy it."""
    cures = [each.cure for each in found if each.state == "armed" and each.cure and each.cure.action not in _PROTECTS]
    return [each for index, each in enumerate(cures) if each not in cures[:index]]


def _disarm(steps: list[Wanted]) -> Option:
    names = ", ".join(sorted({f"{each.target.kind} {shown(each.target.uid, 80)}" for each in steps}))
    return Option(
        "disarm",
        f"Hold still what would end it by itself ({names})?",
        "Nothing ends or stops the machine because it was cut off, or because its time has come.",
        "A group that is held heals nothing and shrinks no more; a rule that is off does nothing for others either.",
        tuple(steps),
    )


def _copy(target: Target) -> Option:
    return Option(
        "disks",
        "Copy all its disks now?",
        "What is on the disks at this moment can be examined later, whatever happens to the machine.",
        "Nothing stops. Memory is not in it: say no to stopping the machine until somebody has decided about memory.",
        (Wanted("aws/snapshot_instance_disks", target),),
    )


def _service(steps: list[Wanted]) -> Option:
    return Option(
        "service",
        "Take it out of its scaling group and balancers?",
        "The group does not replace or end it, and no user is sent to it any more.",
        "Others carry its load; the group starts a new machine from the same image, which may have the same hole.",
        tuple(steps),
    )


def _isolate(target: Target, found: Item) -> Option:
    cards = [each["NetworkInterfaceId"] for each in found["NetworkInterfaces"]]
    return Option(
        "isolate",
        f"Cut it off from the network ({len(cards)} interfaces)?",
        "No new connection reaches it or leaves it.",
        "It serves nobody. Open connections may go on for a while; an intruder may notice.",
        tuple(
            Wanted(
                "aws/isolate_interface",
                Target("interface", each, target.account, target.region, {"instance": target.uid}),
            )
            for each in cards
        ),
    )


def _sessions(role: Target) -> Option:
    return Option(
        "sessions",
        f"Revoke the sessions of its role {role.uid}?",
        "Credentials that were read from the machine until now are useless, wherever they were taken.",
        "Every machine and function on this role fails until it fetches new credentials, most within minutes.",
        (Wanted("aws/revoke_role_sessions", role),),
    )


def _metadata(target: Target) -> Option:
    return Option(
        "metadata",
        "Close its metadata service, so that it gets no new credentials?",
        "The machine can fetch no new credentials of its role.",
        "Agents on it, the one for remote commands included, stop working when their credentials expire.",
        (Wanted("aws/close_instance_metadata", target),),
        default=False,
    )


def _group(cloud: Cloud, target: Target) -> list[Wanted]:
    asked = Call("autoscaling", "DescribeAutoScalingInstances", {"InstanceIds": [target.uid]}, target.region)
    held = listed(cloud, asked, "AutoScalingInstances")
    return [Wanted("aws/enter_standby", target)] if held else []


def _balancers(cloud: Cloud, target: Target, limits: list[str]) -> list[Wanted]:
    """Return a step for each balancer's group that sends requests to it."""
    found = []
    try:
        groups = listed(cloud, Call("elbv2", "DescribeTargetGroups", {}, target.region), "TargetGroups")
        for group in groups:
            asked = Call("elbv2", "DescribeTargetHealth", {"TargetGroupArn": group["TargetGroupArn"]}, target.region)
            held = cloud.read(asked).body["TargetHealthDescriptions"]
            ports = sorted(str(each["Target"]["Port"]) for each in held if each["Target"]["Id"] == target.uid)
            if ports:
                details = {"group": group["TargetGroupArn"], "ports": ",".join(ports)}
                member = Target("balanced_target", target.uid, target.account, target.region, details)
                found.append(Wanted("aws/deregister_target", member))
    except Denied as caught:
        limits.append(f"whether a balancer sends requests to it is unknown: {caught}")
    return found


def _role(cloud: Cloud, target: Target, found: Item, limits: list[str]) -> Target | None:
    """Return the role of its profile, None where it has none or nobody may tell."""
    profile = found.get("IamInstanceProfile")
    if not profile:
        return None
    name = profile["Arn"].rpartition("/")[2]
    try:
        body = cloud.read(Call("iam", "GetInstanceProfile", {"InstanceProfileName": name})).body
    except (Denied, NotFound) as caught:
        limits.append(f"which role its profile {name} gives it is unknown: {caught}")
        return None
    roles = body["InstanceProfile"]["Roles"]
    return Target("role", roles[0]["RoleName"], target.account) if roles else None
