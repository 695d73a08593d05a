"""A small builder of lake rows from CloudTrail records, so that a room can be tried without its neighbours."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from jumpkit.model.estate import Estate
from jumpkit.model.rule import RuleInfo
from jumpkit.store.lake.read import Lake, open_lake
from jumpkit.store.lake.schema import EVENT, HIT
from jumpkit.store.lake.write import SegmentWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Record = dict[str, Any]
KINDS = {
    "IAMUser": "user",
    "AssumedRole": "role",
    "Role": "role",
    "Root": "root",
    "FederatedUser": "federated",
    "SAMLUser": "federated",
    "WebIdentityUser": "federated",
    "IdentityCenterUser": "federated",
    "AWSService": "service",
    "AWSAccount": "account",
}


def principal_of(identity: Record) -> Record:
    """Return the principal behind a userIdentity by the lake's convention."""
    kind = KINDS.get(identity.get("type", ""), "unknown")
    service = identity.get("invokedBy")
    if kind == "service" or (kind == "unknown" and service):
        return {"uid": f"service:{service}", "name": service, "session": None, "kind": "service"}
    unique, _, session = str(identity.get("principalId", "")).partition(":")
    if kind == "root":
        unique = "root"
    if kind == "federated":
        unique, session = str(identity.get("principalId", "")), ""
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
    name = identity.get("userName") or issuer.get("userName") or unique
    return {
        "uid": f"aws:{identity.get('accountId', '')}:{unique}",
        "name": name,
        "session": session or None,
        "kind": kind,
    }


def row_of(record: Record, number: int = 0) -> Record:
    """Return the lake row of one CloudTrail record."""
    identity = record.get("userIdentity", {})
    context = identity.get("sessionContext", {})
    time = datetime.fromisoformat(record["eventTime"])
    raw = json.dumps(record).encode()
    response, request = record.get("responseElements"), record.get("requestParameters")
    account = identity.get("accountId")
    return {
        "metadata": {
            "uid": record["eventID"],
            "original_time": record["eventTime"],
            "original_event_uid": record["eventID"],
            "correlation_uid": record.get("sharedEventID"),
            "event_code": record.get("eventType", "AwsApiCall"),
            "log_name": "aws/cloudtrail",
            "product": {"name": "CloudTrail", "vendor_name": "AWS"},
            "version": "1.6.0",
        },
        "time": int(time.timestamp() * 1000),
        "time_dt": time,
        "class_uid": 6003,
        "class_name": "API Activity",
        "status_code": record.get("errorCode"),
        "status": "Failure" if record.get("errorCode") else "Success",
        "is_read": record.get("readOnly"),
        "api": {
            "operation": record["eventName"],
            "service": {"name": record["eventSource"]},
            "request": {"uid": record.get("requestID"), "data": None if request is None else json.dumps(request)},
            "response": {"error": record.get("errorCode"), "data": None if response is None else json.dumps(response)},
        },
        "actor": {
            "user": {
                "uid": identity.get("principalId"),
                "name": identity.get("userName"),
                "type": identity.get("type"),
                "uid_alt": identity.get("arn"),
                "account": {"uid": account},
                "credential_uid": identity.get("accessKeyId"),
            },
            "session": {"uid": None, "issuer": context.get("sessionIssuer", {}).get("arn")},
            "invoked_by": identity.get("invokedBy"),
            "idp": {"name": identity.get("identityProvider")},
        },
        "src_endpoint": {"ip": record.get("sourceIPAddress")},
        "http_request": {"user_agent": record.get("userAgent")},
        "cloud": {
            "provider": "AWS",
            "region": record.get("awsRegion"),
            "account": {"uid": record.get("recipientAccountId")},
        },
        "principal": principal_of(identity),
        "record": {
            "sha256": hashlib.sha256(b"file").hexdigest(),
            "index": number,
            "start": 0,
            "end": len(raw),
        },
        "conflict": False,
    }


def hit_of(rule: str, row: Record) -> Record:
    """Return the hit of `rule` on a lake row."""
    return {
        "rule": rule,
        "uid": row["metadata"]["uid"],
        "time": row["time"],
        "principal": row["principal"]["uid"],
        "session": row["principal"]["session"],
        "key": row["actor"]["user"]["credential_uid"],
        "arn": row["actor"]["user"]["uid_alt"],
        "account": row["cloud"]["account"]["uid"],
        "region": row["cloud"]["region"],
        "ip": row["src_endpoint"]["ip"],
        "service": row["api"]["service"]["name"],
        "operation": row["api"]["operation"],
        "error": row["status_code"],
        "fields": None,
    }


def info_of(rule: str, severity: str = "medium", tactics: Sequence[str] = ("persistence",)) -> RuleInfo:
    """Return the noun of a rule of which only id, severity and tactics matter."""
    return RuleInfo(
        rule=rule,
        digest="0" * 64,
        title=f"Title of {rule}",
        severity=severity,
        sources=("aws/cloudtrail",),
        attack=("T1098",),
        tactics=tuple(tactics),
        live=True,
        reason=None,
        path="rule.yml",
        own=True,
        correlation=False,
        findings=True,
    )


@pytest.fixture
def rule_info() -> Callable[..., RuleInfo]:
    """Return the builder of rule nouns."""
    return info_of


@pytest.fixture
def nobody_said() -> Estate:
    """Return the estate of a client who said nothing."""
    return Estate({}, (), (), (), {}, (), None, None)


@pytest.fixture(scope="session")
def three_accounts() -> list[Record]:
    """Return the records of the three hand-written accounts."""
    folder = Path(__file__).resolve().parents[1] / "fixtures" / "three_accounts"
    return [record for file in sorted(folder.glob("*.json")) for record in json.loads(file.read_text())["Records"]]


@pytest.fixture
def lake_rows() -> Callable[[Iterable[Record]], pa.Table]:
    """Return a function from records to a table of the lake's schema."""

    def table(records: Iterable[Record]) -> pa.Table:
        return pa.Table.from_pylist([row_of(record, number) for number, record in enumerate(records)], EVENT)

    return table


@pytest.fixture
def make_lake(tmp_path: Path) -> Callable[..., Lake]:
    """Return a function that writes records, and hits by a function from record to rule ids, and opens the lake."""

    def make(records: Iterable[Record], hits: Callable[[Record], Sequence[str]] = lambda _: ()) -> Lake:
        records = list(records)
        rows = [row_of(record, number) for number, record in enumerate(records)]
        matched = [hit_of(rule, row) for record, row in zip(records, rows, strict=True) for rule in hits(record)]
        events = SegmentWriter(tmp_path / "lake" / "case" / "a.parquet", EVENT)
        events.append(pa.Table.from_pylist(rows, EVENT))
        found = SegmentWriter(tmp_path / "lake" / "case" / "hits" / "a.parquet", HIT, kind="hits")
        found.append(pa.Table.from_pylist(matched, HIT))
        return open_lake(tmp_path, "case", [events.close(), found.close()])

    return make
