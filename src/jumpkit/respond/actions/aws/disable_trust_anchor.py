"""Lets nobody get sessions by certificates of an authority any more."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Disable a trust anchor",
    verb="contain",
    target="trust_anchor",
    effect="No certificate of this authority is exchanged for a session; sessions that exist live on.",
    danger="high",
    reads=("rolesanywhere:GetTrustAnchor",),
    writes=("rolesanywhere:DisableTrustAnchor", "rolesanywhere:EnableTrustAnchor"),
    loses="Machines outside the cloud that sign in by certificate are shut out.",
    undo="Enable it again.",
    rearms=True,
    d3fend=("D3-CE",),
    attack=("T1649", "T1078.004"),
    proof=(Proof("it is off, and on after undo", "model stub"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return whether it is on."""
    del mark
    asked = Call("rolesanywhere", "GetTrustAnchor", {"trustAnchorId": target.uid}, target.region)
    return {"enabled": bool(cloud.read(asked).body["trustAnchor"]["enabled"])}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Switch it off."""
    del seen, mark
    return [Call("rolesanywhere", "DisableTrustAnchor", {"trustAnchorId": target.uid}, target.region)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Switch it on."""
    del before, now, mark
    return [Call("rolesanywhere", "EnableTrustAnchor", {"trustAnchorId": target.uid}, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is off."""
    del target, mark
    return "no" if seen["enabled"] else "yes"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what the anchor reads."""
    del cloud, mark
    because = f"{target.uid} reads {'enabled' if seen['enabled'] else 'disabled'}"
    return [Check("no certificate is exchanged for a session", not seen["enabled"], "read back", because)]
