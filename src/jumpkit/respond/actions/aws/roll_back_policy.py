"""Makes an earlier version of a managed policy the one that counts."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Roll a managed policy back",
    verb="eradicate",
    target="policy",
    effect="The version that is named counts again; the one that the intruder made stays as evidence.",
    danger="medium",
    reads=("iam:GetPolicy", "iam:GetPolicyVersion"),
    writes=("iam:SetDefaultPolicyVersion",),
    loses="What works by the newer version stops.",
    undo="Make the version that counted before count again.",
    rearms=True,
    options={"version": "the version that is to count, as v3; it must be given"},
    d3fend=("D3-UAP",),
    attack=("T1098.003",),
    proof=(Proof("the version is the default, and the other one after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return which version counts; NotFound where the version that is named does not exist."""
    found = cloud.read(Call("iam", "GetPolicy", {"PolicyArn": target.uid})).body["Policy"]
    wanted = mark.options.get("version")
    if wanted:
        cloud.read(Call("iam", "GetPolicyVersion", {"PolicyArn": target.uid, "VersionId": wanted}))
    return {"default": found["DefaultVersionId"]}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Let the version count."""
    del seen
    return [_set(target, mark.options["version"])]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Let the other one count again."""
    del now, mark
    return [_set(target, before["default"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it counts."""
    del target
    return "yes" if seen["default"] == mark.options.get("version") else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse where no version was named."""
    del target, seen
    return [] if mark.options.get("version") else ["no version was named (version=v1)"]


def _set(target: Target, version: str) -> Call:
    return Call("iam", "SetDefaultPolicyVersion", {"PolicyArn": target.uid, "VersionId": version})
