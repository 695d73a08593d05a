"""Small questions about a vendor's values: what lies at a path, whether it is true, an address, or JSON at all."""

from __future__ import annotations

import ipaddress
import json
import re
from typing import TYPE_CHECKING, Any

import msgspec

from jumpkit.normalize.codes import ABSENT
from jumpkit.normalize.split import BROKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
IPV4 = rf"{_BYTE}\.{_BYTE}\.{_BYTE}\.{_BYTE}"
_IPV4 = re.compile(IPV4)
_TRUE = {True: 1, "true": 1, False: 0, "false": 0}

Path = tuple[str, ...]


def path_value(value: Any, path: Path) -> Any:
    """Return what lies at the end of a path of keys, None where any step is missing."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def decoded(raw: Any) -> Any:
    """Return a JSON text's value, None where it cannot be decoded."""
    try:
        return msgspec.json.decode(raw)
    except BROKEN:
        return None


def leniently(text: str) -> Any:
    r"""Return a JSON text's value as rules see it: what msgspec refuses, Python may still read; None where neither can.

    >>> leniently('{"a":1}'), leniently('"\\ud800"') == chr(0xD800), leniently("{")
    ({'a': 1}, True, None)
    """
    try:
        return msgspec.json.decode(text)
    except BROKEN:
        pass
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def flag(value: Any) -> int:
    """Return 1 for true, 0 for false, ABSENT for what is neither."""
    return _TRUE.get(value, ABSENT) if isinstance(value, (bool, str)) else ABSENT


def is_ip(value: str) -> bool:
    """Say whether a source address is an address, not a service's name.

    >>> is_ip("10.0.0.1"), is_ip("2001:db8::1"), is_ip("ec2.amazonaws.com"), is_ip("1.2.3.999"), is_ip("1.2.3")
    (True, True, False, False, False)
    """
    if ":" not in value:
        return _IPV4.fullmatch(value) is not None
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def members(values: Mapping[str, Any]) -> bytes:
    """Return a JSON object's members without its braces."""
    return msgspec.json.encode(values)[1:-1]
