"""Takes a public address off whatever has it, without ever giving it back to the provider."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import listed, unknown

SPEC = Spec(
    title="Detach a public address",
    verb="contain",
    target="address",
    effect="The elastic address no longer leads to the interface; we keep it, so that it stays ours as evidence.",
    danger="medium",
    reads=("ec2:DescribeAddresses",),
    writes=("ec2:DisassociateAddress", "ec2:AssociateAddress"),
    loses="What is reached by this address is not reached any more.",
    undo="Associate it with the same interface and private address.",
    new_ids=("association",),
    d3fend=("D3-NI",),
    attack=("T1190", "T1071"),
    proof=(Proof("the address is free and still ours, and back on its interface after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return where the address (its allocation id) leads to."""
    del mark
    asked = Call("ec2", "DescribeAddresses", {"AllocationIds": [target.uid]}, target.region)
    found = listed(cloud, asked, "Addresses")
    if not found:
        raise unknown(target)
    names = {"address": "PublicIp", "association": "AssociationId", "interface": "NetworkInterfaceId"}
    return {name: found[0].get(key) or None for name, key in {**names, "private": "PrivateIpAddress"}.items()}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Take it off."""
    del mark
    return [Call("ec2", "DisassociateAddress", {"AssociationId": seen["association"]}, target.region)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Put it back on its interface; it is never taken from somebody else for that."""
    del now, mark
    told = {"AllocationId": target.uid, "NetworkInterfaceId": before["interface"], "AllowReassociation": False}
    told |= {"PrivateIpAddress": before["private"]} if before["private"] else {}
    return [Call("ec2", "AssociateAddress", told, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it leads nowhere."""
    del target, mark
    return "no" if seen["association"] else "yes"
