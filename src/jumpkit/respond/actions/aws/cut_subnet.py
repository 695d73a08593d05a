"""Cuts a whole subnet off at once, open connections included, by a network list of our own that allows nothing."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Later, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import first, listed, tagged

SPEC = Spec(
    title="Cut a subnet off",
    verb="contain",
    target="subnet",
    effect="Its network list is replaced by an empty one of ours: every packet in and out is dropped, at once.",
    danger="critical",
    reads=("ec2:DescribeNetworkAcls",),
    writes=(
        "ec2:CreateNetworkAcl",
        "ec2:CreateTags",
        "ec2:ReplaceNetworkAclAssociation",
        "ec2:DeleteNetworkAcl",
    ),
    loses="Everything in the subnet is unreachable, machines that nobody suspects too, and the ways to examine them.",
    undo="Give the subnet its network list back and delete ours.",
    new_ids=("association",),
    needs_first=("sweep",),
    d3fend=("D3-NI", "D3-ITF", "D3-OTF"),
    attack=("T1041", "T1021", "T1486"),
    proof=(
        Proof("the subnet has our list, and its own after undo", "moto 5"),
        Proof("no packet passes, open connections included", "own evaluator"),
    ),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the subnet's network list, and ours where it is there."""
    lists = listed(cloud, Call("ec2", "DescribeNetworkAcls", {}, target.region), "NetworkAcls")
    held = first(lists, lambda each: any(one["SubnetId"] == target.uid for one in each["Associations"]), target)
    [association] = [each for each in held["Associations"] if each["SubnetId"] == target.uid]
    ours = [each for each in lists if tagged(each.get("Tags")).get("jumpkit:mark") == mark.id]
    return {
        "vpc": held["VpcId"],
        "list": held["NetworkAclId"],
        "association": association["NetworkAclAssociationId"],
        "ours": ours[0]["NetworkAclId"] if ours else None,
        "rules": _allowing(ours[0]) if ours else [],
    }


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Make our list, which allows nothing as every new one, and give it to the subnet."""
    tags = [{"ResourceType": "network-acl", "Tags": mark.tags()}]
    make = Call("ec2", "CreateNetworkAcl", {"VpcId": seen["vpc"], "TagSpecifications": tags}, target.region, "list")
    ours = seen["ours"] or Later("list", "NetworkAcl.NetworkAclId")
    told = {"AssociationId": seen["association"], "NetworkAclId": ours}
    replace = Call("ec2", "ReplaceNetworkAclAssociation", told, target.region)
    return [replace] if seen["ours"] else [make, replace]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Give the subnet its list back, then delete ours."""
    del mark
    told = {"AssociationId": now["association"], "NetworkAclId": before["list"]}
    back = [Call("ec2", "ReplaceNetworkAclAssociation", told, target.region)] if now["list"] != before["list"] else []
    gone = [Call("ec2", "DeleteNetworkAcl", {"NetworkAclId": now["ours"]}, target.region)] if now["ours"] else []
    return back + gone


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether the subnet has our list, and that allows nothing."""
    del target, mark
    return "yes" if seen["ours"] and seen["list"] == seen["ours"] and not seen["rules"] else "no"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what a list without an allowing rule lets pass: nothing, since lists do not know connections."""
    held = done(target, seen, mark) == "yes"
    del cloud
    because = f"the list of {target.uid} is ours and has no rule that allows anything"
    return [Check("no packet passes into or out of the subnet", held, "evaluated", because)]


def _allowing(acl: Seen) -> list[str]:
    allowing = [each for each in acl.get("Entries", []) if each["RuleAction"] == "allow"]
    return sorted(f"{each['RuleNumber']} {'out' if each['Egress'] else 'in'}" for each in allowing)
