"""Where the emulator's ids do not look like the provider's, they are made to."""

from __future__ import annotations

import secrets
from typing import Any

from moto.ec2.models import elastic_ip_addresses
from moto.iam import models

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PREFIXES = {models.User: "AIDA", models.Group: "AGPA"}


def install() -> None:
    """Give users and groups ids with the provider's prefixes, and public addresses that are no loopback."""
    for kind, prefix in _PREFIXES.items():
        _prefixed(kind, prefix)
    vars(elastic_ip_addresses)["random_ip"] = lambda: f"192.0.2.{secrets.randbelow(254) + 1}"


def _prefixed(kind: Any, prefix: str) -> None:
    built = kind.__init__

    def init(self: Any, *args: Any, **more: Any) -> None:
        built(self, *args, **more)
        self.id = prefix + "".join(secrets.choice(_BASE32) for _ in range(17))

    kind.__init__ = init
