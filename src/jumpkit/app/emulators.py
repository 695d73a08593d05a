"""Tries what an emulator can be trusted for; never on a provider's own address."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jumpkit.cloud.aws.calls import Aws
from jumpkit.kit.errors import Refused
from jumpkit.lab.claiming import try_all

if TYPE_CHECKING:
    from jumpkit.cloud.aws.door import Access
    from jumpkit.model.action import Cloud, Json


def check(access: Access) -> Json:
    """Return each claim with whether it held; things are made and removed for it.

    Raises:
        Refused: the endpoint is not on this machine, or none is named.

    """
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if not _here(endpoint):
        hint = "AWS_ENDPOINT_URL=http://127.0.0.1:PORT names an emulator; jumpkit lab up starts one"
        raise Refused("claims are tried on emulators of this machine only", target=endpoint or "AWS", hint=hint)

    def other(key: str, secret: str) -> Cloud:
        return Aws(replace(access, keys=(key, secret)))

    return {"schema": "emulators/1", "endpoint": endpoint, "claims": try_all(Aws(access), other)}


def _here(endpoint: str | None) -> bool:
    host = urlsplit(endpoint).hostname if endpoint else None
    if host is None or host == "localhost":
        return host is not None
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
