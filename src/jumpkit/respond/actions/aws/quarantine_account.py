"""Attaches a prepared control policy to an account, so that nobody but the responder works in it."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import listed

SPEC = Spec(
    title="Quarantine an account",
    verb="contain",
    target="account",
    effect="What the prepared policy denies is denied to everybody in the account, its root user included.",
    danger="critical",
    reads=("organizations:ListPoliciesForTarget", "organizations:DescribePolicy"),
    writes=("organizations:AttachPolicy", "organizations:DetachPolicy"),
    loses="All that the policy denies. The management account and service-linked roles are not bound by it.",
    undo="Detach the policy.",
    rearms=True,
    options={"policy": "id of the prepared policy, p-…; it must be given, and must leave the responder's role a way"},
    d3fend=("D3-UAP",),
    attack=("T1078.004", "T1496"),
    proof=(Proof("the policy is attached, and detached after undo", "moto 5"), Proof("calls are denied", "nothing")),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the policies of the account, and what the prepared one says."""
    asked = {"TargetId": target.uid, "Filter": "SERVICE_CONTROL_POLICY"}
    held = listed(cloud, Call("organizations", "ListPoliciesForTarget", asked), "Policies")
    wanted = mark.options.get("policy")
    text = None
    if wanted:
        body = cloud.read(Call("organizations", "DescribePolicy", {"PolicyId": wanted})).body
        text = body["Policy"]["Content"]
    return {"policies": sorted(each["Id"] for each in held), "says": text}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Attach it."""
    del seen
    return [_call("AttachPolicy", target, mark)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Detach it."""
    del before, now
    return [_call("DetachPolicy", target, mark)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is attached."""
    del target
    return "yes" if mark.options.get("policy") in seen["policies"] else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse where no policy was named, or one that leaves nobody a way."""
    del target
    if not mark.options.get("policy"):
        return ["no policy was named (policy=p-…)"]
    return [] if "Condition" in (seen["says"] or "") else ["the policy exempts nobody: we would be shut out ourselves"]


def _call(operation: str, target: Target, mark: Mark) -> Call:
    return Call("organizations", operation, {"PolicyId": mark.options["policy"], "TargetId": target.uid})
