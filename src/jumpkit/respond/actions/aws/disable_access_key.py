"""Makes an access key inactive, which is undone by one call; deleting it would lose when and where it was used."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import first

SPEC = Spec(
    title="Disable an access key",
    verb="contain",
    target="access_key",
    effect="The key is set to Inactive: the provider refuses every request that is signed with it.",
    danger="medium",
    reads=("iam:ListAccessKeys",),
    writes=("iam:UpdateAccessKey",),
    loses="Whatever works with this key stops. Sessions that were issued with it live on until they expire.",
    undo="Set the key to Active again.",
    rearms=True,
    d3fend=("D3-CRO",),
    attack=("T1078.004", "T1528"),
    proof=(
        Proof("the key is listed as Inactive, and as Active after undo", "moto 5"),
        Proof("requests with an inactive key are refused", "localemu 1.3"),
    ),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the key's state; NotFound where its user has no such key."""
    del mark
    user = target.details["user"]
    pages = cloud.pages(Call("iam", "ListAccessKeys", {"UserName": user}))
    keys = (key for page in pages for key in page.body["AccessKeyMetadata"])
    key = first(keys, lambda each: each["AccessKeyId"] == target.uid, target)
    return {"user": user, "status": key["Status"]}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Set it to Inactive."""
    del seen, mark
    return [_set(target, "Inactive")]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Set it to what it was."""
    del now, mark
    return [_set(target, before["status"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is inactive."""
    del target, mark
    return "yes" if seen["status"] == "Inactive" else "no"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what an inactive key can still do: nothing, by the provider's own rule; sessions made with it are not it."""
    del cloud, mark
    because = f"the provider lists {target.uid} as {seen['status']}; it checks that at every request"
    return [Check("a request signed with this key is refused", seen["status"] == "Inactive", "read back", because)]


def _set(target: Target, status: str) -> Call:
    told = {"UserName": target.details["user"], "AccessKeyId": target.uid, "Status": status}
    return Call("iam", "UpdateAccessKey", told)
