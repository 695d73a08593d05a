"""Denies a user everything by an inline policy, which holds for the sessions that the user issued too."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import listed

SPEC = Spec(
    title="Deny a user everything",
    verb="contain",
    target="user",
    effect="All that the user does is refused: with every key, in the console, in sessions made by GetSessionToken.",
    danger="medium",
    reads=("iam:ListUserPolicies", "iam:GetUserPolicy"),
    writes=("iam:PutUserPolicy", "iam:DeleteUserPolicy"),
    loses="Whatever works as this user stops. Sessions of roles that the user took are not touched: revoke those.",
    undo="Delete the inline policy that this step wrote.",
    rearms=True,
    d3fend=("D3-ANCI", "D3-AL"),
    attack=("T1078.004", "T1550.001"),
    proof=(
        Proof("the policy is there under our own name, and gone after undo", "moto 5"),
        Proof("calls of the user are refused", "localemu 1.3"),
    ),
)
_NOTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": ["*"], "Resource": ["*"]}]}


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the names of the user's inline policies, and ours where it is there."""
    names = listed(cloud, Call("iam", "ListUserPolicies", {"UserName": target.uid}), "PolicyNames")
    ours = None
    if mark.id in names:
        asked = {"UserName": target.uid, "PolicyName": mark.id}
        ours = dict(cloud.read(Call("iam", "GetUserPolicy", asked)).body["PolicyDocument"])
    return {"inline": sorted(names), "ours": ours}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Write the policy under our own name."""
    del seen
    told = {"UserName": target.uid, "PolicyName": mark.id, "PolicyDocument": _NOTHING}
    return [Call("iam", "PutUserPolicy", told)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Delete it."""
    del before, now
    return [Call("iam", "DeleteUserPolicy", {"UserName": target.uid, "PolicyName": mark.id})]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether our policy is there and denies everything."""
    del target, mark
    return "yes" if seen["ours"] == _NOTHING else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse for the user that we act as ourselves."""
    del seen
    ours = (mark.responder or "").endswith(f":user/{target.uid}")
    return [f"we act as {target.uid} ourselves"] if ours else []


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what an explicit denial of everything leaves: nothing, by the provider's own rule."""
    del cloud, mark
    because = f"an explicit denial of everything stands on {target.uid}; no other policy outweighs it"
    return [Check("every call of the user is refused", seen["ours"] == _NOTHING, "evaluated", because)]
