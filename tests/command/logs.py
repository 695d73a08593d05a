"""Logs written for one test: calls as CloudTrail records them, one after another."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = "111122223333"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Json = dict[str, Any]


def at(minutes: float, start: datetime = START) -> str:
    return (start + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def user(name: str, account: str = ACCOUNT) -> Json:
    return {
        "type": "IAMUser",
        "principalId": f"AIDA{name.upper():A<17.17}",
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "accountId": account,
        "accessKeyId": f"AKIA{name.upper():A<16.16}",
        "userName": name,
    }


def session(role: str, key: str, name: str = "work", account: str = ACCOUNT) -> Json:
    role_id = f"AROA{hashlib.sha256(role.encode()).hexdigest()[:17].upper()}"
    issuer = {"type": "Role", "principalId": role_id, "arn": f"arn:aws:iam::{account}:role/{role}"}
    return {
        "type": "AssumedRole",
        "principalId": f"{role_id}:{name}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{name}",
        "accountId": account,
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": issuer | {"accountId": account, "userName": role},
            "attributes": {"creationDate": at(0), "mfaAuthenticated": "false"},
        },
    }


def call(service: str, operation: str, who: Json, when: str, **more: Any) -> Json:
    """Return one record; fields in `more` are added or replace what is there."""
    reads = operation.startswith(("Get", "List", "Describe"))
    record = {
        "eventVersion": "1.10",
        "userIdentity": who,
        "eventTime": when,
        "eventSource": f"{service}.amazonaws.com",
        "eventName": operation,
        "awsRegion": "eu-central-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": None,
        "responseElements": None,
        "requestID": str(uuid.uuid5(uuid.NAMESPACE_OID, f"r{operation}{when}{who.get('arn')}")),
        "eventID": str(uuid.uuid5(uuid.NAMESPACE_OID, f"e{operation}{when}{who.get('arn')}{sorted(map(str, more))}")),
        "readOnly": reads,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": who.get("accountId", ACCOUNT),
        "eventCategory": "Management",
    }
    return record | more


def write(path: Path, *records: Json) -> Path:
    """Write records into one file as CloudTrail delivers them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"Records": list(records)}), "utf-8")
    return path


def quiet(count: int, *, every: float = 1.0, who: str = "asha") -> list[Json]:
    """Return harmless calls, one each so many minutes."""
    return [call("ec2", "DescribeInstances", user(who), at(number * every)) for number in range(count)]


def records_of(value: Any) -> list[Json]:
    """Return the records of a document, whatever it wraps them in."""
    if isinstance(value, list):
        return [record for item in value for record in records_of(item)]
    return records_of(value["Records"]) if "Records" in value else [value]


def read_records(path: Path) -> list[Json]:
    return records_of(json.loads(path.read_text("utf-8")))
