"""Closes an instance's metadata service, so that no new credentials of its role can be read there."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.instances import instance

SPEC = Spec(
    title="Close an instance's metadata service",
    verb="contain",
    target="instance",
    effect="Nothing on the machine gets new credentials of its role, nor anything else from 169.254.169.254.",
    danger="medium",
    reads=("ec2:DescribeInstances",),
    writes=("ec2:ModifyInstanceMetadataOptions",),
    loses="Software that uses the role's credentials fails when those it holds expire; agents may fail too.",
    undo="Set the options to what they were.",
    rearms=True,
    d3fend=("D3-CRO", "D3-NI"),
    attack=("T1552.005",),
    proof=(Proof("the endpoint reads `disabled`, and what it was after undo", "moto 5"),),
)
_KEYS = ("HttpEndpoint", "HttpTokens", "HttpPutResponseHopLimit")


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the options of the metadata service."""
    del mark
    options = instance(cloud, target).get("MetadataOptions", {})
    return {key: options.get(key) for key in _KEYS}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Close it."""
    del seen, mark
    told = {"InstanceId": target.uid, "HttpEndpoint": "disabled"}
    return [Call("ec2", "ModifyInstanceMetadataOptions", told, target.region)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Set all options to what they were; what was never set is left unset."""
    del now, mark
    told = {"InstanceId": target.uid, "HttpEndpoint": before["HttpEndpoint"] or "enabled"}
    told |= {key: before[key] for key in _KEYS[1:] if before[key] is not None}
    return [Call("ec2", "ModifyInstanceMetadataOptions", told, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is closed."""
    del target, mark
    return "yes" if seen["HttpEndpoint"] == "disabled" else "no"


def undone(target: Target, before: Seen, now: Seen) -> bool:
    """Tell whether it is as it was: an option that was never set reads as its default afterwards."""
    del target
    wanted = {**before, "HttpEndpoint": before["HttpEndpoint"] or "enabled"}
    return all(value is None or now[key] == value for key, value in wanted.items())


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what a closed endpoint means; credentials that were read before live on."""
    del cloud, mark
    because = f"the metadata endpoint of {target.uid} reads {seen['HttpEndpoint']}"
    return [Check("no new credentials are read there", seen["HttpEndpoint"] == "disabled", "read back", because)]
