"""Has a secret replaced by the function that knows how, so that what was read is worth nothing."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Rotate a secret",
    verb="recover",
    target="secret",
    effect="Its rotation runs now: a new value takes the place of the one that was read.",
    danger="medium",
    reads=("secretsmanager:DescribeSecret",),
    writes=("secretsmanager:RotateSecret",),
    loses="Whoever holds the old value without asking for the new one fails.",
    undo=None,
    d3fend=("D3-CRO",),
    attack=("T1555.006",),
    proof=(Proof("the current version is another one", "model stub"), Proof("the old value opens nothing", "nothing")),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the current version, and whether ours is it."""
    asked = Call("secretsmanager", "DescribeSecret", {"SecretId": target.uid}, target.region)
    body = cloud.read(asked).body
    stages = body.get("VersionIdsToStages", {})
    current = next((uid for uid, names in stages.items() if "AWSCURRENT" in names), None)
    return {"current": current, "ours": _token(mark) in stages, "rotates": bool(body.get("RotationLambdaARN"))}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Have it rotated; the token makes a second call the same call."""
    del seen
    told = {"SecretId": target.uid, "ClientRequestToken": _token(mark), "RotateImmediately": True}
    return [Call("secretsmanager", "RotateSecret", told, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether our version is the current one."""
    del target
    if seen["current"] == _token(mark):
        return "yes"
    return "wait" if seen["ours"] else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse where nothing knows how to rotate it."""
    del mark
    return [] if seen["rotates"] else [f"{target.uid} has no function that rotates it: change it where it is used"]


def _token(mark: Mark) -> str:
    return f"{mark.id}-{'0' * 12}"
