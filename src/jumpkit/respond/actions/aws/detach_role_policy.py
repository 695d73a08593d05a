"""Takes a managed policy off a role that the intruder gave it."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import listed

SPEC = Spec(
    title="Take a managed policy off a role",
    verb="eradicate",
    target="role",
    effect="The role no longer has what this policy allows.",
    danger="medium",
    reads=("iam:ListAttachedRolePolicies",),
    writes=("iam:DetachRolePolicy", "iam:AttachRolePolicy"),
    loses="What works by this policy stops.",
    undo="Attach it again.",
    rearms=True,
    options={"policy": "ARN of the policy; it must be given"},
    d3fend=("D3-UAP",),
    attack=("T1098.003",),
    proof=(Proof("the policy is not attached, and attached after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return whether the policy is attached."""
    asked = Call("iam", "ListAttachedRolePolicies", {"RoleName": target.uid})
    held = sorted(each["PolicyArn"] for each in listed(cloud, asked, "AttachedPolicies"))
    return {"policy": mark.options.get("policy"), "attached": mark.options.get("policy") in held}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Take it off."""
    del mark
    return [Call("iam", "DetachRolePolicy", {"RoleName": target.uid, "PolicyArn": seen["policy"]})]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Attach it again."""
    del now, mark
    return [Call("iam", "AttachRolePolicy", {"RoleName": target.uid, "PolicyArn": before["policy"]})]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is off."""
    del target, mark
    return "yes" if seen["policy"] and not seen["attached"] else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse where no policy was named."""
    del target, mark
    return [] if seen["policy"] else ["no policy was named (policy=ARN)"]
