"""A disabled key encrypts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.lab.claiming import refused
from jumpkit.model.action import Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.model.action import Cloud

CLAIM = "a disabled encryption key is refused to encrypt"


def holds(cloud: Cloud, other: Callable[[str, str], Cloud], name: str) -> bool:
    """Make a key, disable it, and encrypt with it."""
    del other, name
    key = cloud.change(Call("kms", "CreateKey")).body["KeyMetadata"]["KeyId"]
    cloud.change(Call("kms", "DisableKey", {"KeyId": key}))
    held = refused(cloud, Call("kms", "Encrypt", {"KeyId": key, "Plaintext": b"x"}))
    cloud.change(Call("kms", "ScheduleKeyDeletion", {"KeyId": key, "PendingWindowInDays": 7}))
    return held
