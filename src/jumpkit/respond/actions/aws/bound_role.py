"""Sets a boundary on a role that lets nothing pass, beside whatever its policies say."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Set a boundary on a role",
    verb="contain",
    target="role",
    effect="The role's policies allow nothing beyond the boundary, which by default lets nothing pass.",
    danger="high",
    reads=("iam:GetRole",),
    writes=("iam:PutRolePermissionsBoundary", "iam:DeleteRolePermissionsBoundary"),
    loses="Workloads on the role fail, with sessions old and new. What a resource's own policy gives may still pass.",
    undo="Set the boundary that was there, or none.",
    rearms=True,
    options={"boundary": "ARN of the managed policy that bounds; the provider's AWSDenyAll by default"},
    d3fend=("D3-UAP",),
    attack=("T1078.004", "T1098.003"),
    proof=(Proof("the boundary is there, and what was after undo", "moto 5"),),
)
_DENY_ALL = "arn:aws:iam::aws:policy/AWSDenyAll"


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the boundary, None where there is none."""
    del mark
    found = cloud.read(Call("iam", "GetRole", {"RoleName": target.uid})).body["Role"]
    return {"boundary": (found.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Set it."""
    del seen
    return [_put(target, mark.options.get("boundary", _DENY_ALL))]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Set what was."""
    del now, mark
    if before["boundary"] is None:
        return [Call("iam", "DeleteRolePermissionsBoundary", {"RoleName": target.uid})]
    return [_put(target, before["boundary"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is set."""
    del target
    return "yes" if seen["boundary"] == mark.options.get("boundary", _DENY_ALL) else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse for a role that we act in ourselves."""
    del seen
    ours = f":assumed-role/{target.uid}/" in (mark.responder or "")
    return [f"we act in {target.uid} ourselves"] if ours else []


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what a boundary that denies everything leaves, by the provider's own rule."""
    del cloud
    whole = done(target, seen, mark) == "yes" and seen["boundary"] == _DENY_ALL
    because = f"the boundary of {target.uid} is {seen['boundary']}"
    return [Check("everything that the role asks for is denied", True if whole else None, "evaluated", because)]


def _put(target: Target, boundary: str) -> Call:
    return Call("iam", "PutRolePermissionsBoundary", {"RoleName": target.uid, "PermissionsBoundary": boundary})
