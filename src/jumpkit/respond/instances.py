"""How actions look at instances, interfaces and volumes; not for changing any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import NotFound
from jumpkit.model.action import Call
from jumpkit.respond.looking import listed, unknown

if TYPE_CHECKING:
    from jumpkit.model.action import Cloud, Target

Item = dict[str, Any]
GONE = frozenset({"terminated", "shutting-down"})


def instance(cloud: Cloud, target: Target, uid: str | None = None) -> Item:
    """Return the instance as the provider describes it.

    Raises:
        NotFound: there is none, or it was terminated.

    """
    asked = {"InstanceIds": [uid or target.uid]}
    try:
        reservations = listed(cloud, Call("ec2", "DescribeInstances", asked, target.region), "Reservations")
    except NotFound as caught:
        raise unknown(target) from caught
    found: list[Item] = [each for group in reservations for each in group["Instances"]]
    if not found or found[0]["State"]["Name"] in GONE:
        raise unknown(target)
    return found[0]


def interface(cloud: Cloud, target: Target) -> Item:
    """Return a network interface as the provider describes it.

    Raises:
        NotFound: there is none.

    """
    asked = Call("ec2", "DescribeNetworkInterfaces", {"NetworkInterfaceIds": [target.uid]}, target.region)
    found: list[Item] = listed(cloud, asked, "NetworkInterfaces")
    if not found:
        raise unknown(target)
    return found[0]


def attribute(cloud: Cloud, target: Target, name: str, key: str) -> Any:
    """Return the value of an instance's attribute."""
    asked = {"InstanceId": target.uid, "Attribute": name}
    return cloud.read(Call("ec2", "DescribeInstanceAttribute", asked, target.region)).body[key].get("Value")


def filters(**equal: str) -> list[dict[str, Any]]:
    """Return EC2's way of saying that names equal values; `_` in a name stands for `-`.

    >>> filters(vpc_id="vpc-1")
    [{'Name': 'vpc-id', 'Values': ['vpc-1']}]
    """
    return [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in equal.items()]
