"""Deletes an access key that the intruder made, after it was disabled."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import listed, unknown

SPEC = Spec(
    title="Delete an access key",
    verb="eradicate",
    target="access_key",
    effect="The key is gone for good; nobody can make it active again.",
    danger="high",
    reads=("iam:GetUser", "iam:ListAccessKeys"),
    writes=("iam:DeleteAccessKey",),
    loses="Where and when the key was last used is gone with it: gather the account's identities first.",
    undo=None,
    needs_first=("identities",),
    d3fend=("D3-CRO", "D3-CE"),
    attack=("T1098.001",),
    proof=(Proof("the user has no such key afterwards", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the key's state, None where its user has no such key any more."""
    del mark
    user = target.details.get("user")
    if user is None:
        raise unknown(target)
    cloud.read(Call("iam", "GetUser", {"UserName": user}))
    keys = listed(cloud, Call("iam", "ListAccessKeys", {"UserName": user}), "AccessKeyMetadata")
    return {"status": next((each["Status"] for each in keys if each["AccessKeyId"] == target.uid), None)}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Delete it."""
    del seen, mark
    return [Call("iam", "DeleteAccessKey", {"UserName": target.details["user"], "AccessKeyId": target.uid})]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is gone."""
    del target, mark
    return "no" if seen["status"] else "yes"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse while the key is active: whoever uses it for good reasons would have no way back."""
    del mark
    return [f"{target.uid} is active: disable it first, and see what fails"] if seen["status"] == "Active" else []
