"""Lets a key that somebody disabled be used again."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Enable an encryption key",
    verb="recover",
    target="kms_key",
    effect="What is encrypted with the key can be read again by whom its policies let.",
    danger="medium",
    reads=("kms:DescribeKey",),
    writes=("kms:EnableKey", "kms:DisableKey"),
    loses="Nothing; whoever could use the key before can use it again.",
    undo="Disable it again.",
    d3fend=("D3-RO",),
    attack=("T1486",),
    proof=(Proof("the key is enabled, and disabled after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the key's state."""
    del mark
    body = cloud.read(Call("kms", "DescribeKey", {"KeyId": target.uid}, target.region)).body["KeyMetadata"]
    return {"state": body["KeyState"]}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Enable it."""
    del seen, mark
    return [Call("kms", "EnableKey", {"KeyId": target.uid}, target.region)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Disable it."""
    del before, now, mark
    return [Call("kms", "DisableKey", {"KeyId": target.uid}, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is enabled."""
    del target, mark
    return "yes" if seen["state"] == "Enabled" else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse for a key on its way to deletion."""
    del mark
    return [f"{target.uid} is pending deletion: cancel that first"] if seen["state"] == "PendingDeletion" else []
