"""Gives an instance another profile, one without rights, so that its role's name opens nothing any more."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.instances import filters, instance
from jumpkit.respond.looking import listed

SPEC = Spec(
    title="Swap an instance's profile",
    verb="contain",
    target="instance",
    effect="New credentials that the machine gets are of the profile that is chosen, which should have no rights.",
    danger="medium",
    reads=("ec2:DescribeInstances", "ec2:DescribeIamInstanceProfileAssociations"),
    writes=("ec2:ReplaceIamInstanceProfileAssociation", "iam:PassRole"),
    loses="Software that uses the role fails. Credentials already issued stay valid for hours: revoke them too.",
    undo="Put the profile that it had back.",
    new_ids=("association",),
    rearms=True,
    options={"profile": "ARN of the instance profile to put in its place; it must be given"},
    d3fend=("D3-CRO",),
    attack=("T1552.005", "T1078.004"),
    proof=(Proof("it has the other profile, and its own after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the profile that is associated now."""
    del mark
    instance(cloud, target)
    asked = Call(
        "ec2", "DescribeIamInstanceProfileAssociations", {"Filters": filters(instance_id=target.uid)}, target.region
    )
    held = [each for each in listed(cloud, asked, "IamInstanceProfileAssociations") if each["State"] != "disassociated"]
    if not held:
        return {"profile": None, "association": None}
    return {"profile": held[-1]["IamInstanceProfile"]["Arn"], "association": held[-1]["AssociationId"]}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Put the other in its place."""
    return [_put(target, seen, mark.options["profile"])]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Put its own back."""
    del mark
    return [_put(target, now, before["profile"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it has the other."""
    del target
    chosen = mark.options.get("profile")
    return "yes" if chosen is not None and seen["profile"] == chosen else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse where there is nothing to swap."""
    found = [] if mark.options.get("profile") else ["no profile was chosen (profile=ARN)"]
    return found + ([] if seen["association"] else [f"{target.uid} has no profile"])


def _put(target: Target, seen: Seen, profile: str) -> Call:
    told = {"AssociationId": seen["association"], "IamInstanceProfile": {"Arn": profile}}
    return Call("ec2", "ReplaceIamInstanceProfileAssociation", told, target.region)
