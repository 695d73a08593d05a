"""Takes a rule out of a security group that the intruder opened."""

from __future__ import annotations

from typing import Any

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import first, listed

SPEC = Spec(
    title="Take an opening out of a security group",
    verb="eradicate",
    target="security_group",
    effect="New connections by this rule are not let in any more.",
    danger="medium",
    reads=("ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules"),
    writes=("ec2:RevokeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupIngress"),
    loses="Whoever came in by it for good reasons does not. Connections that are tracked go on.",
    undo="Put the rule back; it gets another id.",
    new_ids=("rules.*.id",),
    options={"rule": "id of the rule, sgr-…; it must be given"},
    d3fend=("D3-NTF",),
    attack=("T1562.007",),
    proof=(Proof("the rule is gone, and there again after undo", "moto 5"),),
)
_KEPT = ("IpProtocol", "FromPort", "ToPort", "CidrIpv4", "CidrIpv6", "PrefixListId", "Description")


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the rules that let in, with the one that is named first by id."""
    del mark
    groups = Call("ec2", "DescribeSecurityGroups", {"GroupIds": [target.uid]}, target.region)
    first(listed(cloud, groups, "SecurityGroups"), lambda _: True, target)
    filters = [{"Name": "group-id", "Values": [target.uid]}]
    asked = Call("ec2", "DescribeSecurityGroupRules", {"Filters": filters}, target.region)
    rules = [each for each in listed(cloud, asked, "SecurityGroupRules") if not each["IsEgress"]]
    return {"rules": sorted((_plain(each) for each in rules), key=lambda each: str({**each, "id": ""}))}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Take it out."""
    del seen
    told = {"GroupId": target.uid, "SecurityGroupRuleIds": [mark.options["rule"]]}
    return [Call("ec2", "RevokeSecurityGroupIngress", told, target.region)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Put it back."""
    del now
    [rule] = [each for each in before["rules"] if each["id"] == mark.options["rule"]]
    told = {"GroupId": target.uid, "IpPermissions": [_permission(rule)]}
    return [Call("ec2", "AuthorizeSecurityGroupIngress", told, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is gone."""
    del target
    wanted = mark.options.get("rule")
    return "yes" if wanted and all(each["id"] != wanted for each in seen["rules"]) else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse where no rule was named."""
    del target, seen
    return [] if mark.options.get("rule") else ["no rule was named (rule=sgr-…)"]


def _plain(rule: dict[str, Any]) -> Seen:
    held = {name: rule[name] for name in _KEPT if rule.get(name) is not None}
    group = (rule.get("ReferencedGroupInfo") or {}).get("GroupId")
    return {"id": rule["SecurityGroupRuleId"], **held} | ({"group": group} if group else {})


def _permission(rule: Seen) -> dict[str, Any]:
    told: dict[str, Any] = {name: rule[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in rule}
    about = {"Description": rule["Description"]} if rule.get("Description") else {}
    if "CidrIpv4" in rule:
        return told | {"IpRanges": [{"CidrIp": rule["CidrIpv4"], **about}]}
    if "CidrIpv6" in rule:
        return told | {"Ipv6Ranges": [{"CidrIpv6": rule["CidrIpv6"], **about}]}
    if "PrefixListId" in rule:
        return told | {"PrefixListIds": [{"PrefixListId": rule["PrefixListId"], **about}]}
    return told | {"UserIdGroupPairs": [{"GroupId": rule["group"], **about}]}
