"""Lets nobody use a key: what is encrypted with it can be read by nobody, and nothing new is encrypted."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Disable an encryption key",
    verb="contain",
    target="kms_key",
    effect="Every use of the key is refused; it is never scheduled for deletion.",
    danger="critical",
    reads=("kms:DescribeKey",),
    writes=("kms:DisableKey", "kms:EnableKey"),
    loses="Everything that is encrypted with it is unreadable everywhere, evidence included.",
    undo="Enable it again.",
    rearms=True,
    d3fend=("D3-CE",),
    attack=("T1486", "T1530"),
    proof=(Proof("the key is disabled, and enabled after undo", "moto 5"), Proof("uses are refused", "localemu 1.3")),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the key's state."""
    del mark
    body = cloud.read(Call("kms", "DescribeKey", {"KeyId": target.uid}, target.region)).body["KeyMetadata"]
    return {"state": body["KeyState"], "manager": body.get("KeyManager")}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Disable it."""
    del seen, mark
    return [Call("kms", "DisableKey", {"KeyId": target.uid}, target.region)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Enable it."""
    del before, now, mark
    return [Call("kms", "EnableKey", {"KeyId": target.uid}, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is disabled."""
    del target, mark
    return "yes" if seen["state"] == "Disabled" else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse for keys that the provider manages, and for those that are on their way to deletion."""
    del mark
    if seen["manager"] == "AWS":
        return [f"{target.uid} is the provider's own key and cannot be disabled"]
    return [f"{target.uid} is pending deletion: cancel that first"] if seen["state"] == "PendingDeletion" else []


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what a disabled key can do: nothing."""
    del cloud, mark
    because = f"the state of {target.uid} reads {seen['state']}"
    return [Check("every use of the key is refused", seen["state"] == "Disabled", "read back", because)]
