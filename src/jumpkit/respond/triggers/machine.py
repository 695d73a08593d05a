"""What a machine itself is set to do: end on shutdown, take its disks along, go with the spot market."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jumpkit.model.action import Call
from jumpkit.respond.plans import Wanted
from jumpkit.respond.triggers.trigger import STOP, Trigger, quoted, read_of, whole

if TYPE_CHECKING:
    from jumpkit.respond.triggers.trigger import Item, Look

_STOPS = frozenset({STOP})
_NEVER = frozenset[str]()  # told, and held against nothing
_MACHINE = "the machine, its memory, and every disk that goes with it"
_DISKS = "the disk's contents"
_LOCAL = "everything on the instance-store disks, when the machine stops or ends"
_SEES = "ec2:DescribeInstances"
_REAPED = re.compile(
    r"(?:^|[^a-z])(?:ttl|time.?to.?live|expir\w*|(?:delete|terminate|destroy|kill|stop).?(?:after|on|at|by|date)"
    r"|auto.?(?:stop|off|delete|terminate|shutdown)|reap\w*|janitor\w*|nuke\w*|cleanup\w*|lifetime|maid\w*"
    r"|custodian\w*|c7n\w*)",
    re.IGNORECASE,
)
_MOST_TAGS = 50  # the provider's own limit


def machine(look: Look, found: Item) -> None:
    """Look at what stands in the machine's own settings."""
    _shutdown(look)
    protected = _protection(look)
    _volumes(look, found)
    _instance_store(look, found)
    _spot(look, found)
    if protected is not True:
        _tags(look, found)


def _shutdown(look: Look) -> None:
    value = _attribute(look, "shutdown_behavior", _MACHINE, "instanceInitiatedShutdownBehavior")
    if value is not None and value != "stop":
        says = f"InstanceInitiatedShutdownBehavior reads {quoted(str(value))}: a shutdown from within ends it"
        cure = Wanted("aws/stop_on_shutdown", look.target)
        look.found.append(Trigger("shutdown_behavior", "armed", says, _ATTRIBUTE, _MACHINE, cure))


def _protection(look: Look) -> bool | None:
    """Return whether it is protected from termination, None where nobody may tell."""
    value = _attribute(look, "termination_protection", _MACHINE, "disableApiTermination", _STOPS)
    if value is False:
        says = "DisableApiTermination reads False: whoever may call TerminateInstances ends it"
        cure = Wanted("aws/protect_instance", look.target)
        kind = "termination_protection"
        look.found.append(Trigger(kind, "armed", says, _ATTRIBUTE, _MACHINE, cure, holds=_STOPS))
    memory = "the machine's memory and its instance-store disks"
    stop = _attribute(look, "stop_protection", memory, "disableApiStop", _NEVER)
    if stop is False:  # so is nearly every machine: told, and no trigger
        said = "it has no protection from being stopped: whoever may call StopInstances ends its memory"
        look.limits.append(f"{look.target.uid}: {said}; gather that first")
    return None if value is None else bool(value)


_ATTRIBUTE = "ec2:DescribeInstanceAttribute"


def _attribute(look: Look, kind: str, destroys: str, name: str, *holds: frozenset[str]) -> Any:
    """Return an attribute's value, None where it was not told; that is then entered as unknown."""
    target = look.target
    call = Call("ec2", "DescribeInstanceAttribute", {"InstanceId": target.uid, "Attribute": name}, target.region)
    pages = look.ask(kind, destroys, call, *holds)
    if pages is None:
        return None
    value = (pages[0].get(name[0].upper() + name[1:]) or {}).get("Value") if pages else None
    if value is None:
        look.unknown(kind, destroys, read_of(call), f"the answer holds no {name}", *holds)
    return value


def _volumes(look: Look, found: Item) -> None:
    for disk in found.get("BlockDeviceMappings") or ():
        if "Ebs" not in disk:
            continue
        goes = disk["Ebs"].get("DeleteOnTermination")
        name = quoted(f"{disk['Ebs'].get('VolumeId')} ({disk.get('DeviceName')})")
        if goes is None:
            look.unknown("delete_on_termination", _DISKS, _SEES, f"of {name} nothing says whether it goes")
        elif goes:
            says = f"DeleteOnTermination of {name} reads True"
            cure = Wanted("aws/keep_instance_volumes", look.target)
            look.found.append(Trigger("delete_on_termination", "armed", says, _SEES, _DISKS, cure))


def _instance_store(look: Look, found: Item) -> None:
    kind = str(found.get("InstanceType"))
    none = "such disks are in no snapshot: gather what is on them while it runs"
    if found.get("RootDeviceType") == "instance-store":
        says = "RootDeviceType reads instance-store: the system's own disk is lost"
        look.found.append(Trigger("instance_store", "armed", says, _SEES, _LOCAL, none=none))
        return
    call = Call("ec2", "DescribeInstanceTypes", {"InstanceTypes": [kind]}, look.target.region)
    pages = look.ask("instance_store", _LOCAL, call)
    if pages is None:
        return
    types = whole(pages, "InstanceTypes")
    held = types[0].get("InstanceStorageSupported") if types else None
    if held is None:
        look.unknown("instance_store", _LOCAL, read_of(call), f"nothing says whether {quoted(kind)} has such disks")
    elif held:
        size = (types[0].get("InstanceStorageInfo") or {}).get("TotalSizeInGB")
        says = f"InstanceStorageSupported of {quoted(kind)} reads True ({size or 'unknown'} GB)"
        look.found.append(Trigger("instance_store", "armed", says, read_of(call), _LOCAL, none=none))


def _spot(look: Look, found: Item) -> None:
    if found.get("InstanceLifecycle") != "spot":
        return
    none = "the provider takes such machines back whenever it wants, with two minutes' notice: copy the disks now"
    says, read = "InstanceLifecycle reads spot", _SEES
    request = found.get("SpotInstanceRequestId")
    if request:
        asked = {"SpotInstanceRequestIds": [request]}
        call = Call("ec2", "DescribeSpotInstanceRequests", asked, look.target.region)
        pages = look.ask("spot_request", _MACHINE, call)
        for each in whole(pages or [], "SpotInstanceRequests"):
            read = read_of(call)
            names = ("InstanceInterruptionBehavior", "Type", "State", "ValidUntil")
            told = ", ".join(f"{name} {each[name]}" for name in names if each.get(name))
            says += f"; {quoted(str(request))}: {quoted(told)}"
    look.found.append(Trigger("spot", "armed", says, read, _MACHINE, none=none))


def _tags(look: Look, found: Item) -> None:
    """Look for what clean-up programs go by; protection from termination holds them."""
    for tag in (found.get("Tags") or ())[:_MOST_TAGS]:
        key = str(tag.get("Key", ""))[:128]
        if _REAPED.search(key):
            says = f"its tag {quoted(key)} reads {quoted(str(tag.get('Value', '')))}: clean-up programs go by such tags"
            cure = Wanted("aws/protect_instance", look.target)
            look.found.append(Trigger("reaper_tag", "suspected", says, _SEES, _MACHINE, cure))
