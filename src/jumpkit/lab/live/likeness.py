"""Where what the emulator has of itself (ids, addresses, regions) is not as the provider's, it is made to."""

from __future__ import annotations

import secrets
from typing import Any

from moto.ec2.models import elastic_ip_addresses
from moto.ec2.models.availability_zones_and_regions import Region, RegionsAndZonesBackend
from moto.iam import models

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_BE_ASKED_FOR = {"af-south-1", "ap-southeast-3", "eu-south-1"}  # which the emulator has on by default
_PREFIXES = {models.User: "AIDA", models.Group: "AGPA"}


def install() -> None:
    """Give users and groups the provider's prefixes, addresses that are no loopback, and an account's own regions."""
    for kind, prefix in _PREFIXES.items():
        _prefixed(kind, prefix)
    vars(elastic_ip_addresses)["random_ip"] = lambda: f"192.0.2.{secrets.randbelow(254) + 1}"
    RegionsAndZonesBackend.regions = [
        _as_offered(each) for each in RegionsAndZonesBackend.regions if _is_ours(each.name)
    ]


def _is_ours(region: str) -> bool:
    """Return whether a region is of the partition that the lab's accounts are in."""
    return not region.startswith(("cn-", "us-gov-"))


def _as_offered(region: Region) -> Region:
    """Return a region as an account finds it that never asked for more than it was given."""
    asked_for = region.name in _TO_BE_ASKED_FOR
    return Region(region.name, region.endpoint, "not-opted-in") if asked_for else region


def _prefixed(kind: Any, prefix: str) -> None:
    built = kind.__init__

    def init(self: Any, *args: Any, **more: Any) -> None:
        built(self, *args, **more)
        self.id = prefix + "".join(secrets.choice(_BASE32) for _ in range(17))

    kind.__init__ = init
