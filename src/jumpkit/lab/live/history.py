"""CloudTrail's event history, which the emulator lacks: calls that manage, of 90 days, whatever any trail writes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.lab.live import clock
from jumpkit.lab.live.hearing import Answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.lab.live.journal import Journal
    from jumpkit.lab.record import Entry

Json = dict[str, Any]
OPERATION = "LookupEvents"
_REACH = timedelta(days=90)
_PAGE = 50


def answer(journal: Journal, account: str, region: str, asked: Json) -> Answered:
    """Return a page of the history of an account in a region, the newest first."""
    now = clock.now()
    since = max(_aware(asked.get("StartTime"), now - _REACH), now - _REACH)
    until = _aware(asked.get("EndTime"), now)
    found = [
        noted.entry
        for noted in journal.all()
        if noted.entry.account == account
        and noted.entry.record["managementEvent"]
        and noted.entry.record["awsRegion"] == region
        and since <= noted.entry.when <= until
        and _wanted(noted.entry.record, asked.get("LookupAttributes") or [])
    ]
    found.sort(key=lambda entry: entry.when, reverse=True)
    begun = int(asked.get("NextToken") or 0)
    end = begun + min(int(asked.get("MaxResults") or _PAGE), _PAGE)
    body: Json = {"Events": [_event(entry) for entry in found[begun:end]]}
    if end < len(found):
        body["NextToken"] = str(end)
    return Answered(200, {"content-type": "application/x-amz-json-1.1"}, json.dumps(body).encode())


def _wanted(record: Json, attributes: list[Json]) -> bool:
    return all(each["AttributeValue"] in _HELD[each["AttributeKey"]](record) for each in attributes)


def _event(entry: Entry) -> Json:
    record = entry.record
    event = {
        "EventId": record["eventID"],
        "EventName": record["eventName"],
        "ReadOnly": str(record["readOnly"]).lower(),
        "EventTime": entry.when.timestamp(),
        "EventSource": record["eventSource"],
        "Username": _username(record) or None,
        "AccessKeyId": record["userIdentity"].get("accessKeyId"),
        "Resources": [{"ResourceType": kind, "ResourceName": name} for kind, name in _resources(record)],
        "CloudTrailEvent": json.dumps(record, ensure_ascii=False),
    }
    return {name: value for name, value in event.items() if value is not None}


def _username(record: Json) -> str:
    """Return the name that the history shows: the user's, or the session's."""
    who = record["userIdentity"]
    return str(who.get("userName") or str(who.get("arn", "")).rsplit("/", 1)[-1])


def _resources(record: Json) -> list[tuple[str, str]]:
    found = [(each.get("type", ""), each["ARN"]) for each in record.get("resources", []) if each.get("ARN")]
    asked = record.get("requestParameters") or {}
    kinds = {"userName": "AWS::IAM::User", "roleName": "AWS::IAM::Role", "bucketName": "AWS::S3::Bucket"}
    found += [(kind, str(asked[name])) for name, kind in kinds.items() if asked.get(name)]
    made = (record.get("responseElements") or {}).get("accessKey", {})
    return found + ([("AWS::IAM::AccessKey", made["accessKeyId"])] if "accessKeyId" in made else [])


def _names(record: Json) -> list[str]:
    return [name for _, name in _resources(record)]


def _aware(moment: Any, otherwise: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) else otherwise


_HELD: dict[str, Callable[[Json], list[str]]] = {
    "EventId": lambda record: [record["eventID"]],
    "EventName": lambda record: [record["eventName"]],
    "EventSource": lambda record: [record["eventSource"]],
    "ReadOnly": lambda record: [str(record["readOnly"]).lower()],
    "AccessKeyId": lambda record: [record["userIdentity"].get("accessKeyId", "")],
    "Username": lambda record: [_username(record)],
    "ResourceName": _names,
}
