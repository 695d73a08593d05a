"""Saves a key that was scheduled for deletion, and with it everything that it encrypts."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Save a key from deletion",
    verb="recover",
    target="kms_key",
    effect="The key is not deleted; it is disabled afterwards, until somebody enables it.",
    danger="low",
    reads=("kms:DescribeKey",),
    writes=("kms:CancelKeyDeletion",),
    loses="Nothing.",
    undo=None,
    d3fend=("D3-RO",),
    attack=("T1485", "T1486"),
    proof=(Proof("the key is disabled and not pending", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the key's state."""
    del mark
    body = cloud.read(Call("kms", "DescribeKey", {"KeyId": target.uid}, target.region)).body["KeyMetadata"]
    return {"state": body["KeyState"]}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Cancel its deletion."""
    del seen, mark
    return [Call("kms", "CancelKeyDeletion", {"KeyId": target.uid}, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is not to be deleted."""
    del target, mark
    return "no" if seen["state"] == "PendingDeletion" else "yes"
