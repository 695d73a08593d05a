"""Removes an OpenID provider by which the intruder signs in from outside."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import maybe

SPEC = Spec(
    title="Remove an OpenID provider",
    verb="eradicate",
    target="oidc_provider",
    effect="No token of this issuer is taken for a session any more.",
    danger="high",
    reads=("iam:GetOpenIDConnectProvider",),
    writes=("iam:DeleteOpenIDConnectProvider",),
    loses="Pipelines and clusters that sign in by it are shut out; it can be made again from what was gathered.",
    undo=None,
    needs_first=("identities",),
    d3fend=("D3-CE",),
    attack=("T1484.002",),
    proof=(Proof("there is no such provider afterwards", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return whether it is there."""
    del mark
    asked = Call("iam", "GetOpenIDConnectProvider", {"OpenIDConnectProviderArn": target.uid})
    return {"there": maybe(cloud, asked) is not None}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Remove it."""
    del seen, mark
    return [Call("iam", "DeleteOpenIDConnectProvider", {"OpenIDConnectProviderArn": target.uid})]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is gone."""
    del target, mark
    return "no" if seen["there"] else "yes"
