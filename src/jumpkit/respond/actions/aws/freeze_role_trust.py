"""Lets nobody take a role any more: its trust says no to everyone."""

from __future__ import annotations

import json
from urllib.parse import unquote

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Freeze who may take a role",
    verb="contain",
    target="role",
    effect="No new session of the role is issued to anybody; sessions that exist are not touched.",
    danger="high",
    reads=("iam:GetRole",),
    writes=("iam:UpdateAssumeRolePolicy",),
    loses="Workloads on the role fail when their sessions end. Who may call UpdateAssumeRolePolicy can open it again.",
    undo="Write the trust document back as it was.",
    rearms=True,
    d3fend=("D3-CRO", "D3-ANCI"),
    attack=("T1098", "T1078.004"),
    proof=(
        Proof("the trust is ours alone, and what it was after undo", "moto 5"),
        Proof("AssumeRole is refused afterwards", "own evaluator"),
    ),
)
_WAYS = ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"]
_FROZEN = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "FrozenByJumpkit", "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": _WAYS}],
}


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the trust document."""
    del mark
    found = cloud.read(Call("iam", "GetRole", {"RoleName": target.uid})).body["Role"]
    trust = found["AssumeRolePolicyDocument"]
    return {"arn": found["Arn"], "trust": json.loads(unquote(trust)) if isinstance(trust, str) else trust}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Write a trust that trusts nobody."""
    del seen, mark
    return [_write(target, _FROZEN)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Write the document back."""
    del now, mark
    return [_write(target, before["trust"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it trusts nobody."""
    del target, mark
    return "yes" if seen["trust"] == _FROZEN else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse for a role that we act in ourselves, and for service-linked ones, which cannot be changed."""
    del target
    name = seen["arn"].rpartition("/")[2]
    found = [f"we act in {name} ourselves"] if f":assumed-role/{name}/" in (mark.responder or "") else []
    return found + ([f"{name} belongs to a service"] if "/aws-service-role/" in seen["arn"] else [])


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say who may still take it: nobody."""
    del cloud, mark
    because = f"the trust of {target.uid} allows nobody and denies everybody"
    return [Check("nobody gets a new session of the role", seen["trust"] == _FROZEN, "evaluated", because)]


def _write(target: Target, document: Seen) -> Call:
    return Call("iam", "UpdateAssumeRolePolicy", {"RoleName": target.uid, "PolicyDocument": document})
