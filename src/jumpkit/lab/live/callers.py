"""Who a call is made by: the emulator's own keys and sessions, asked by access key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from jumpkit.lab.live import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SIGNED = re.compile(r"Credential=([^/]+)/\d+/([\w-]+)/([\w.-]+)/aws4_request")
_PARTITION = "aws"


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature says: whose key, for which region and service."""

    key: str
    region: str
    service: str


def signed(environ: Mapping[str, Any]) -> Signed | None:
    """Return what the request is signed with, None where it is not."""
    found = _SIGNED.search(environ.get("HTTP_AUTHORIZATION", ""))
    if found is None:
        named = parse_qs(environ.get("QUERY_STRING", "")).get("X-Amz-Credential", [""])[0]
        found = _SIGNED.fullmatch(f"Credential={named}")
    return Signed(found[1], found[2], found[3]) if found else None


def standing(key: str) -> str:
    """Return what a key is worth: active, inactive, expired (a session), or unknown."""
    session = session_of(key)
    if session is not None and session.expiration < clock.now().replace(tzinfo=None):
        return "expired"
    for _, keys in _accounts():
        held = keys.get(key)
        if held is not None:
            return "active" if held.status == "Active" else "inactive"
    return "unknown"


def session_of(key: str) -> Any:
    """Return the emulator's session with this key, None where there is none."""
    for _, regions in list(sts_backends.items()):
        for backend in list(regions.values()):
            for session in list(backend.assumed_roles):
                if session.access_key_id == key:
                    return session
    return None


def key_holder(key: str) -> tuple[str, Any] | None:
    """Return account and user of a long-lived key, None where it is none."""
    for account, keys in _accounts():
        held = keys.get(key)
        if held is not None and held.user_name is not None:
            return account, iam_backends[account][_PARTITION].users.get(held.user_name)
    return None


def _accounts() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for account, regions in list(iam_backends.items()):
        yield account, regions[_PARTITION].access_keys


def aware(moment: datetime) -> datetime:
    """Return a time of the emulator, which says no zone, in UTC."""
    return moment.replace(tzinfo=UTC)
