"""Has an instance write its memory to a bucket of ours, by a command that changes the machine."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.instances import instance
from jumpkit.respond.looking import listed

SPEC = Spec(
    title="Gather an instance's memory",
    verb="collect",
    target="instance",
    effect="A command runs on the machine that writes its memory to the address that is named, by AVML.",
    danger="high",
    reads=("ec2:DescribeInstances", "ssm:DescribeInstanceInformation", "ssm:ListCommands"),
    writes=("ssm:SendCommand",),
    loses=(
        "The machine is changed: a process, files, disk cache. Somebody with root on it can see the command and "
        "falsify what it writes. Nothing is as it was for a second try."
    ),
    undo=None,
    options={
        "url": "presigned address that memory is uploaded to by PUT; it must be given",
        "document": "the command document; the provider's AWS-RunShellScript by default",
    },
    attack=("T1055", "T1620"),
    proof=(Proof("the command is sent once and its end is read", "moto 5"), Proof("memory arrives", "nothing")),
)
_ENDED = {"Success": "yes", "Pending": "wait", "InProgress": "wait", "Delayed": "wait"}


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return whether the machine takes commands, and how ours ended."""
    instance(cloud, target)
    told = {"Filters": [{"Key": "InstanceIds", "Values": [target.uid]}]}
    known = listed(cloud, Call("ssm", "DescribeInstanceInformation", told, target.region), "InstanceInformationList")
    sent = listed(cloud, Call("ssm", "ListCommands", {"InstanceId": target.uid}, target.region), "Commands")
    ours = [each for each in sent if each.get("Comment") == mark.id]
    online = any(each.get("PingStatus") == "Online" for each in known)
    return {
        "online": online,
        "command": ours[0]["CommandId"] if ours else None,
        "status": ours[0]["Status"] if ours else None,
    }


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Send the command."""
    del seen
    script = [
        "set -eu",
        'avml="$(command -v avml)"',
        'out="$(mktemp)"',
        '"$avml" "$out"',
        f"curl --fail --silent --upload-file \"$out\" '{mark.options['url']}'",
        'sha256sum "$out"; rm -f "$out"',
    ]
    told = {
        "InstanceIds": [target.uid],
        "DocumentName": mark.options.get("document", "AWS-RunShellScript"),
        "Comment": mark.id,
        "Parameters": {"commands": script},
    }
    return [Call("ssm", "SendCommand", told, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether the command ended well."""
    del target, mark
    return _ENDED.get(seen["status"] or "", "no")  # type: ignore[return-value] # the words of Progress


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse where it cannot work: no address, one that could break out of the command, no agent that answers."""
    url = mark.options.get("url", "")
    found = [] if url.startswith("https://") and "'" not in url else ["no presigned address was named (url=https://…)"]
    return found + ([] if seen["online"] else [f"no agent on {target.uid} answers: memory cannot be had this way"])


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what is known: the command ended; whether whole memory arrived, only the bucket tells."""
    del cloud, target, mark
    return [
        Check(
            "the command ended without an error", seen["status"] == "Success", "read back", f"it reads {seen['status']}"
        ),
        Check("whole memory arrived", None, "nothing", "compare the digest that the command printed with the object's"),
    ]
