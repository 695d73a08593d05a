"""Tells by content what a member is: CloudTrail in one of its wrappings, a digest, another vendor's log, or no log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from jumpkit.normalize.split import BROKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

Fields = dict[str, msgspec.Raw]

_FIRST = msgspec.json.Decoder(list[msgspec.Raw])
_TEXT = msgspec.json.Decoder(str)
_FIELDS = msgspec.json.Decoder(Fields)
_MOMENT = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d[:-]\d\d|\d\d/[A-Z][a-z]{2}/\d{4}:\d\d|\"ts\":|\b1[4-9]\d{8}\b")
_HEAD = 4096  # bytes by which a text is judged

# What betrays another vendor: keys that stand in its records, and its name. The first line that fits counts.
_OTHERS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"operationName", "resourceId"}), "an Azure activity or resource log"),
    (frozenset({"authorization", "resourceProviderName"}), "an Azure activity log"),
    (frozenset({"insertId", "logName"}), "a Google Cloud log"),
    (frozenset({"protoPayload"}), "a Google Cloud audit log"),
    (frozenset({"kind", "auditID"}), "a Kubernetes audit log"),
    (frozenset({"CreationTime", "Workload"}), "a Microsoft 365 audit log"),
    (frozenset({"AuditData"}), "a Microsoft 365 audit log"),
    (frozenset({"RecordType", "Operation"}), "a Microsoft 365 audit log"),
    (frozenset({"TimeGenerated"}), "a Microsoft Sentinel or Defender export"),
    (frozenset({"EventID", "Channel"}), "a Windows event log"),
    (frozenset({"schemaVersion", "service", "severity"}), "GuardDuty findings"),
    (frozenset({"ProductArn", "FindingProviderFields"}), "Security Hub findings"),
    (frozenset({"class_uid", "metadata"}), "events that are OCSF already"),
    (frozenset({"s3", "eventSource"}), "S3 notifications"),
    (frozenset({"SchemaVersion", "Service", "Severity"}), "GuardDuty findings"),
    (frozenset({"AwsAccountId", "Severity", "GeneratorId"}), "Security Hub findings"),
    (frozenset({"classificationDetails", "resourcesAffected"}), "Macie findings"),
    (frozenset({"findingArn", "inspectorScore"}), "Inspector findings"),
    (frozenset({"findingArn", "packageVulnerabilityDetails"}), "Inspector findings"),
    (frozenset({"configSnapshotId", "messageType"}), "a notice of AWS Config that names a file and holds no items"),
    (frozenset({"s3ObjectKey", "messageType"}), "a notice of AWS Config that names a file and holds no items"),
    (frozenset({"newEvaluationResult", "configRuleName"}), "evaluations of AWS Config rules"),
    (frozenset({"firewall_name", "event"}), "an AWS Network Firewall log"),
    (frozenset({"detail-type", "source"}), "an event of Amazon EventBridge of another kind"),
    (frozenset({"httpRequest", "webaclId"}), "an AWS WAF log"),
    (frozenset({"query_name", "srcaddr"}), "a Route 53 query log"),
    (frozenset({"actor", "published", "eventType"}), "an Okta system log"),
    (frozenset({"actor", "action", "@timestamp"}), "a GitHub audit log"),
    (frozenset({"level", "ts"}), "a program's own log"),
    (frozenset({"level", "msg"}), "a program's own log"),
)


def fields_of(text: msgspec.Raw | bytes) -> Fields | None:
    """Return an object's members undecoded, or None where `text` is no object."""
    try:
        return _FIELDS.decode(text)
    except BROKEN:
        return None


def other_vendor(text: msgspec.Raw | bytes) -> str | None:
    """Return whose log this record looks like, or None where it looks like nobody's."""
    fields = fields_of(text)
    if fields is None:
        return None
    names = set(fields)
    for inner in ("data", "properties", "records", "value"):
        names |= set(_first_object(fields.get(inner)))
    names |= set(_said(fields.get("Message")))
    return next((name for keys, name in _OTHERS if keys <= names), None)


def _said(raw: msgspec.Raw | None) -> Mapping[str, msgspec.Raw]:
    """Return the members of an object that a text holds, as notices hold it."""
    try:
        text = _TEXT.decode(raw) if raw is not None else ""
    except BROKEN:
        return {}
    return fields_of(text.encode("utf-8", "replace")) or {}


def _first_object(raw: msgspec.Raw | None) -> Mapping[str, msgspec.Raw]:
    """Return the members of an object, or of a list's first object."""
    if raw is None:
        return {}
    try:
        first = _FIRST.decode(raw)[:1] if bytes(raw).startswith(b"[") else [raw]
    except BROKEN:
        return {}
    return (fields_of(first[0]) or {}) if first else {}


def looks_like_log(text: bytes) -> bool:
    """Say whether plain text holds moments, as logs do and licences do not."""
    return _MOMENT.search(text, 0, _HEAD) is not None
