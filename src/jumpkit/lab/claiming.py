"""Tries an emulator's claims; each is tried on things of its own, and what cannot be tried is unknown."""

from __future__ import annotations

import secrets
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import JumpkitError, NotFound, ProviderError

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.model.action import Call, Cloud

_PACKAGE = "jumpkit.lab.claims"
Tried = dict[str, Any]


def names() -> list[str]:
    """Return the claims, sorted."""
    found = [each.name.removesuffix(".py") for each in files(_PACKAGE).iterdir() if each.name.endswith(".py")]
    return sorted(each for each in found if not each.startswith("_"))


def try_all(cloud: Cloud, other: Callable[[str, str], Cloud]) -> list[Tried]:
    """Return each claim with whether it held; `other` gives the cloud by another key and secret."""
    return [_try(name, cloud, other) for name in names()]


def _try(name: str, cloud: Cloud, other: Callable[[str, str], Cloud]) -> Tried:
    module = import_module(f"{_PACKAGE}.{name}")
    told: Tried = {"name": name, "claim": module.CLAIM, "held": None, "because": None}
    try:
        told["held"] = bool(module.holds(cloud, other, f"claim-{secrets.token_hex(4)}"))
    except JumpkitError as caught:
        told["because"] = f"it could not be tried: {caught}"[:300]
    return told


def refused(cloud: Cloud, call: Call) -> bool:
    """Tell whether a call is refused; any refusal counts, an answer that never came does not."""
    try:
        cloud.change(call)
    except (ProviderError, NotFound) as caught:
        if getattr(caught, "kind", "") == "unreachable":
            raise
        return True
    return False
