"""Brings an earlier version of an object back, as a new version on top; what the intruder wrote stays below."""

from __future__ import annotations

from jumpkit.kit.errors import NotFound
from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Bring an object's earlier version back",
    verb="recover",
    target="object",
    effect="The version that is named lies on top again; nothing is overwritten.",
    danger="low",
    reads=("s3:GetObject", "s3:GetObjectVersion"),
    writes=("s3:GetObjectVersion", "s3:PutObject"),
    loses="Nothing; what is on top now stays as an earlier version.",
    undo=None,
    options={"version": "id of the version to bring back; it must be given"},
    d3fend=("D3-RF",),
    attack=("T1486", "T1485", "T1565.001"),
    proof=(Proof("the object on top has the bytes of the version", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the tags of what is on top and of the version; the bucket is a detail of the target."""
    told = {"Bucket": target.details["bucket"], "Key": target.uid}
    wanted = cloud.read(Call("s3", "HeadObject", told | {"VersionId": mark.options["version"]}, target.region)).body
    try:
        top = cloud.read(Call("s3", "HeadObject", told, target.region)).body["ETag"]
    except NotFound:
        top = None  # it was deleted
    return {"top": top, "wanted": wanted["ETag"], "size": wanted["ContentLength"]}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Copy the version onto the top."""
    del seen
    bucket = target.details["bucket"]
    source = f"{bucket}/{target.uid}?versionId={mark.options['version']}"
    return [Call("s3", "CopyObject", {"Bucket": bucket, "Key": target.uid, "CopySource": source}, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether the top has the same bytes."""
    del target, mark
    return "yes" if seen["top"] == seen["wanted"] else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse what one call cannot copy."""
    del target, mark
    return ["it is larger than the 5 GiB that one call copies"] if seen["size"] > 5 << 30 else []
