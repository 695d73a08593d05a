"""One CloudTrail record after another, as the service would have written it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jumpkit.lab.mint import Mint

Json = dict[str, Any]

_VERSIONS = ("1.08", "1.09", "1.10", "1.11")
_READS = ("Get", "List", "Describe", "Head", "Lookup", "BatchGet", "Decrypt", "Scan", "Query", "Simulate", "Select")
_GLOBAL = {"iam", "organizations", "cloudfront", "route53", "ce"}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who calls: the identity as a record shows it, from where, and with what."""

    identity: Json
    account: str
    ip: str
    agent: str

    @property
    def by_service(self) -> bool:
        """Return whether the provider itself makes the call, for itself or on someone's behalf."""
        return "invokedBy" in self.identity


@dataclass(frozen=True, slots=True)
class Call:
    """An API call and what came of it."""

    service: str
    operation: str
    request: Json | None = None
    response: Json | None = None
    error: tuple[str, str] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)  # further or replaced top-level fields of the record


@dataclass(frozen=True, slots=True)
class Entry:
    """A record, and which trail of which account wrote it."""

    when: datetime
    account: str
    region: str
    record: Json


@dataclass(frozen=True, slots=True)
class Diary:
    """All that happened, in the order in which it was thought of."""

    mint: Mint
    entries: list[Entry] = field(default_factory=list)


def is_read(operation: str) -> bool:
    """Return whether an operation only reads, by its verb."""
    return operation.startswith(_READS)


def note(diary: Diary, actor: Actor, when: datetime, region: str, call: Call) -> str:
    """Write a call into the diary and return its event id."""
    where = "us-east-1" if call.service in _GLOBAL else region
    moment = when.replace(microsecond=0)
    record: Json = {
        "eventVersion": _VERSIONS[zlib.crc32(call.service.encode()) % len(_VERSIONS)],
        "userIdentity": actor.identity,
        "eventTime": stamp(moment),
        "eventSource": f"{call.service}.amazonaws.com",
        "eventName": call.operation,
        "awsRegion": where,
        "sourceIPAddress": actor.ip,
        "userAgent": actor.agent,
    }
    if call.error:
        record["errorCode"], record["errorMessage"] = call.error
    record |= {
        "requestParameters": call.request,
        "responseElements": None if call.error else call.response,
        "requestID": diary.mint.uuid(),
        "eventID": diary.mint.uuid(),
        "readOnly": is_read(call.operation),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": actor.account,
        "eventCategory": "Management",
    }
    if not actor.by_service:
        record["tlsDetails"] = _tls(call.service, where)
    record |= call.more
    diary.entries.append(Entry(moment, record["recipientAccountId"], where, record))
    return str(record["eventID"])


def _tls(service: str, region: str) -> Json:
    host = f"{service}.amazonaws.com" if service in _GLOBAL else f"{service}.{region}.amazonaws.com"
    return {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256", "clientProvidedHostHeader": host}
