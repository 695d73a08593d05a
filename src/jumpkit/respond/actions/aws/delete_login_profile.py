"""Takes a user's password away for good."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import maybe

SPEC = Spec(
    title="Delete a user's password",
    verb="eradicate",
    target="user",
    effect="The user cannot sign in to the console any more.",
    danger="high",
    reads=("iam:GetUser", "iam:GetLoginProfile"),
    writes=("iam:DeleteLoginProfile",),
    loses="The password is lost; a new one can be set, the old one never comes back.",
    undo=None,
    d3fend=("D3-CE",),
    attack=("T1098", "T1136.003"),
    proof=(Proof("the user has no password afterwards", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return whether the user has a password."""
    del mark
    cloud.read(Call("iam", "GetUser", {"UserName": target.uid}))
    return {"password": maybe(cloud, Call("iam", "GetLoginProfile", {"UserName": target.uid})) is not None}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Delete it."""
    del seen, mark
    return [Call("iam", "DeleteLoginProfile", {"UserName": target.uid})]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether there is none."""
    del target, mark
    return "no" if seen["password"] else "yes"
