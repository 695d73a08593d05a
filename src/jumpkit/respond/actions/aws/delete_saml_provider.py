"""Removes a SAML provider by which the intruder signs in from outside."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import maybe

SPEC = Spec(
    title="Remove a SAML provider",
    verb="eradicate",
    target="saml_provider",
    effect="Nobody gets a session by this provider any more.",
    danger="high",
    reads=("iam:GetSAMLProvider",),
    writes=("iam:DeleteSAMLProvider",),
    loses="Everybody who signs in by it is shut out. Its metadata is kept in what the account's identities gathered.",
    undo=None,
    needs_first=("identities",),
    d3fend=("D3-CE",),
    attack=("T1484.002",),
    proof=(Proof("there is no such provider afterwards", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return whether it is there."""
    del mark
    return {"there": maybe(cloud, Call("iam", "GetSAMLProvider", {"SAMLProviderArn": target.uid})) is not None}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Remove it."""
    del seen, mark
    return [Call("iam", "DeleteSAMLProvider", {"SAMLProviderArn": target.uid})]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is gone."""
    del target, mark
    return "no" if seen["there"] else "yes"
