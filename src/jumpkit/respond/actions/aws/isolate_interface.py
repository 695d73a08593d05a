"""Puts a network interface into a group of its own that lets nothing in or out but, if asked, one forensic path."""

from __future__ import annotations

from typing import Any

from jumpkit.model.action import Call, Check, Cloud, Later, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.instances import filters, interface
from jumpkit.respond.looking import listed, tagged

SPEC = Spec(
    title="Isolate a network interface",
    verb="contain",
    target="interface",
    effect="Its groups are replaced by one that we make for it, without any rule but the forensic path that is chosen.",
    danger="high",
    reads=("ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules"),
    writes=(
        "ec2:CreateSecurityGroup",
        "ec2:CreateTags",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:ModifyNetworkInterfaceAttribute",
        "ec2:DeleteSecurityGroup",
    ),
    loses=(
        "The machine serves nobody. Connections that are open and tracked go on until they end or fall idle: up to "
        "five days, 350 seconds on newer hardware; cutting the subnet ends them at once."
    ),
    undo="Give the interface its groups back and delete ours.",
    needs_first=("sweep",),
    options={"forensic": "group id or CIDR that stays reachable on 443, as of an SSM endpoint; none by default"},
    d3fend=("D3-NI", "D3-ITF"),
    attack=("T1071", "T1041", "T1021"),
    proof=(
        Proof("the interface has our group alone, without rules, and its own groups after undo", "moto 5"),
        Proof("no new flow passes", "own evaluator"),
        Proof("tracked flows end", "nothing"),
    ),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the interface's groups, and our group with its rules where it is there."""
    found = interface(cloud, target)
    asked = filters(vpc_id=found["VpcId"], group_name=mark.id)
    named = listed(cloud, Call("ec2", "DescribeSecurityGroups", {"Filters": asked}, target.region), "SecurityGroups")
    ours = [each for each in named if tagged(each.get("Tags")).get("jumpkit:mark") == mark.id]
    group = ours[0]["GroupId"] if ours else None
    return {
        "vpc": found["VpcId"],
        "groups": sorted(each["GroupId"] for each in found["Groups"]),
        "ours": {"id": group, "rules": _rules(cloud, target, group)} if group else None,
    }


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Make what is missing of our group, take its rules away, and put the interface into it alone."""
    calls = [] if seen["ours"] else [_make(target, seen, mark)]
    group: Any = seen["ours"]["id"] if seen["ours"] else Later("group", "GroupId")
    rules = seen["ours"]["rules"] if seen["ours"] else [_ANYWHERE]
    if _ANYWHERE in rules:
        open_ = {"GroupId": group, "IpPermissions": [_permission(_ANYWHERE)]}
        calls.append(Call("ec2", "RevokeSecurityGroupEgress", open_, target.region))
    path = _path(mark)
    if path and path not in rules:
        told = {"GroupId": group, "IpPermissions": [_permission(path)]}
        calls.append(Call("ec2", "AuthorizeSecurityGroupEgress", told, target.region))
    return [*calls, _put(target, [group])]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Give the groups back, then delete ours."""
    del mark
    calls = [] if now["groups"] == before["groups"] else [_put(target, before["groups"])]
    if now["ours"]:
        calls.append(Call("ec2", "DeleteSecurityGroup", {"GroupId": now["ours"]["id"]}, target.region))
    return calls


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether the interface is in our group alone, and that has no rule but the chosen path."""
    del target
    path = _path(mark)
    wanted = [path] if path else []
    ours = seen["ours"]
    return "yes" if ours and seen["groups"] == [ours["id"]] and ours["rules"] == wanted else "no"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what the rules let pass; whether connections that were open go on, nobody can tell from here."""
    del cloud, target
    alone = seen["groups"] == [(seen["ours"] or {}).get("id")]
    rules = (seen["ours"] or {}).get("rules")
    path = _path(mark)
    held = alone and rules == ([path] if path else [])
    because = "its only group is ours, which has " + (f"one rule, {path}" if path else "no rule")
    tracked = "groups do not end tracked connections: flow logs from now on tell (jumpkit network), or cut the subnet"
    return [
        Check("no new connection reaches it or leaves it", held, "evaluated", because),
        Check("no connection that was open goes on", None, "nothing", tracked),
    ]


_ANYWHERE = "out all 0.0.0.0/0"


def _make(target: Target, seen: Seen, mark: Mark) -> Call:
    tags = [{"ResourceType": "security-group", "Tags": mark.tags()}]
    told = {"GroupName": mark.id, "Description": f"isolates {target.uid}", "VpcId": seen["vpc"]}
    return Call("ec2", "CreateSecurityGroup", told | {"TagSpecifications": tags}, target.region, "group")


def _put(target: Target, groups: list[Any]) -> Call:
    told = {"NetworkInterfaceId": target.uid, "Groups": groups}
    return Call("ec2", "ModifyNetworkInterfaceAttribute", told, target.region)


def _path(mark: Mark) -> str | None:
    chosen = mark.options.get("forensic")
    return f"out 443 {chosen}" if chosen else None


def _rules(cloud: Cloud, target: Target, group: str) -> list[str]:
    asked = Call("ec2", "DescribeSecurityGroupRules", {"Filters": filters(group_id=group)}, target.region)
    return sorted(_spelled(each) for each in listed(cloud, asked, "SecurityGroupRules"))


def _spelled(rule: dict[str, Any]) -> str:
    way = "out" if rule["IsEgress"] else "in"
    other = rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("ReferencedGroupInfo", {}).get("GroupId")
    ports = "all" if rule["IpProtocol"] == "-1" else rule.get("FromPort")
    return f"{way} {ports} {other or rule.get('PrefixListId')}"


def _permission(rule: str) -> dict[str, Any]:
    _, ports, other = rule.split()
    told: dict[str, Any] = {"IpProtocol": "-1"} if ports == "all" else {"IpProtocol": "tcp"}
    told |= {} if ports == "all" else {"FromPort": int(ports), "ToPort": int(ports)}
    if other.startswith("sg-"):
        return told | {"UserIdGroupPairs": [{"GroupId": other}]}
    return told | ({"Ipv6Ranges": [{"CidrIpv6": other}]} if ":" in other else {"IpRanges": [{"CidrIp": other}]})
