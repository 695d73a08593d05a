"""What a machine's start-up script says that looks like wiping or a shutdown; judged as suspected, never more."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import TYPE_CHECKING

from jumpkit.model.action import Call
from jumpkit.respond.triggers.trigger import Trigger, quoted, read_of

if TYPE_CHECKING:
    from jumpkit.respond.triggers.trigger import Item, Look

_DESTROYS = "disks, logs or the machine itself, when the script, or what it installed, runs"
_NONE = "what already runs on the machine is out of the provider's reach: copy disks and memory before it is stopped"
_MOST_BYTES = 256 * 1024  # after it is unpacked; the provider allows 16 KiB before
_MOST_LINES = 5  # that are shown
_LONG = 400  # characters of a line that are searched
_PATTERNS = re.compile(
    r"rm\s+-\w*[rf]\w*\s+(?:--no-preserve-root\s+)?/(?:\s|\*|$|(?:var/log|home|root|etc|boot|srv|data)\b)"
    r"|\bshred\s|\bwipefs\s|\bblkdiscard\s|\bmkfs(?:\.\w+)?\s|\bluksErase\b|\bsrm\s|\bsfill\s|\bsdelete"
    r"|\bdd\s[^|;]{0,80}of=/dev/|sysrq-trigger|history\s+-c|journalctl\s+--vacuum|\bcipher\s+/w|Format-Volume"
    r"|Clear-EventLog|wevtutil\s+cl|(?:^|[\s;&|/])(?:poweroff|halt)(?:\s|$|;)|\bshutdown\s+[-/+\dn]|\binit\s+0\b"
    r"|Stop-Computer|ec2\s+(?:terminate|stop)-instances|TerminateInstances|terminate_instances|\bExecStop(?:Post)?=",
    re.IGNORECASE,
)


def userdata(look: Look, found: Item) -> None:
    """Look through the script."""
    del found
    target = look.target
    told = {"InstanceId": target.uid, "Attribute": "userData"}
    call = Call("ec2", "DescribeInstanceAttribute", told, target.region)
    pages = look.ask("user_data", _DESTROYS, call)
    raw = (pages[0].get("UserData") or {}).get("Value") if pages else None
    if not raw:
        return
    text, why = _unpacked(str(raw))
    if why:
        look.unknown("user_data", _DESTROYS, read_of(call), why)
    lines = [(n, each) for n, each in enumerate(text.splitlines(), 1) if _PATTERNS.search(each[:_LONG])]
    if lines:
        words = "; ".join(f"line {number}: {quoted(each[:_LONG].strip(), 120)}" for number, each in lines[:_MOST_LINES])
        more = f"; {len(lines) - _MOST_LINES} more" if len(lines) > _MOST_LINES else ""
        says = f"{words}{more}"
        look.found.append(Trigger("user_data", "suspected", says, read_of(call), _DESTROYS, none=_NONE))


def _unpacked(raw: str) -> tuple[str, str | None]:
    """Return the script as text, and why that may not be all of it."""
    try:
        data = base64.b64decode(raw, validate=True)
    except (binascii.Error, ValueError):
        return "", "it is no base64"
    if data[:2] == b"\x1f\x8b":
        unpacking = zlib.decompressobj(31)
        try:
            data = unpacking.decompress(data, _MOST_BYTES)
        except zlib.error:
            return "", "it is packed and cannot be unpacked"
        if not unpacking.eof:
            return data.decode("utf-8", "replace"), "it is longer, unpacked, than is looked through"
    return data.decode("utf-8", "replace"), None
