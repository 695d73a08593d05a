"""An invented case to report on: a key leaks, someone looks around, gains rights, stops the trail, shares a disk."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from jumpkit.kit.digest import short_id
from jumpkit.model.finding import BlindSpot, Finding, Incident, Origin, Picture, Principal
from jumpkit.model.rule import RuleInfo
from jumpkit.report import Material

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = datetime(2026, 3, 14, tzinfo=UTC)
ACCOUNT, OTHER = "111122223333", "444455556666"
KEY, NEW_KEY = "AKIAQ7EXAMPLE4LEAKED", "AKIAQ7EXAMPLE5BACKUP"
USER = Origin(f"aws:{ACCOUNT}:AIDAQ7EXAMPLEDEPLOY01", "deploy-bot", resolved=True, why=None)
ROLE = Origin(
    f"aws:{ACCOUNT}:AROAQ7EXAMPLEADMIN001",
    "OrgAdmin",
    resolved=False,
    why="the AssumeRole call that issued ASIAQ7EXAMPLE9SESSION is not in these logs; they begin 40 minutes later",
)
SHELF = "9f2c4be1d7a05c3386e1f0b2a94d7c6e5b8f1a2d3c4e5f60718293a4b5c6d7e8"

# minute, rule, title, severity, techniques, tactics, operation, service, events, request, response, error
STORY: tuple[tuple[Any, ...], ...] = (
    (
        0,
        "caller-identity",
        "Identity asked with an unusual program",
        "low",
        ["T1087.004"],
        ["discovery"],
        "GetCallerIdentity",
        "sts.amazonaws.com",
        2,
        {},
        {},
        None,
    ),
    (
        3,
        "key-from-new-place",
        "Access key used from a network never seen before",
        "medium",
        ["T1078.004"],
        ["initial-access"],
        "ListBuckets",
        "s3.amazonaws.com",
        1,
        {},
        {},
        None,
    ),
    (
        6,
        "iam-enumeration",
        "Burst of calls that list users, roles and policies",
        "medium",
        ["T1087.004", "T1069.003"],
        ["discovery"],
        "ListUsers",
        "iam.amazonaws.com",
        143,
        {"maxItems": 100},
        {},
        None,
    ),
    (
        9,
        "many-refused",
        "Many different calls refused for one identity",
        "medium",
        ["T1580"],
        ["discovery"],
        "DescribeDBInstances",
        "rds.amazonaws.com",
        61,
        {},
        {},
        "AccessDenied",
    ),
    (
        18,
        "admin-policy",
        "Administrator rights attached to a user",
        "high",
        ["T1098.003"],
        ["privilege-escalation", "persistence"],
        "AttachUserPolicy",
        "iam.amazonaws.com",
        1,
        {"userName": "deploy-bot", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
        {},
        None,
    ),
    (
        21,
        "key-created",
        "Access key created for another user",
        "high",
        ["T1098.001"],
        ["persistence"],
        "CreateAccessKey",
        "iam.amazonaws.com",
        1,
        {"userName": "backup-svc"},
        {
            "accessKey": {
                "accessKeyId": NEW_KEY,
                "userName": "backup-svc",
                "status": "Active",
                "secretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            }
        },
        None,
    ),
    (
        34,
        "secret-read",
        "Secrets read one after the other",
        "high",
        ["T1555.006"],
        ["credential-access"],
        "GetSecretValue",
        "secretsmanager.amazonaws.com",
        7,
        {"secretId": "prod/billing/db"},
        {},
        None,
    ),
    (
        47,
        "trail-stopped",
        "Record of calls switched off",
        "critical",
        ["T1562.008"],
        ["defense-evasion"],
        "StopLogging",
        "cloudtrail.amazonaws.com",
        1,
        {"name": "org-trail"},
        {},
        None,
    ),
    (
        95,
        "snapshot-shared",
        "Disk snapshot shared with an account outside",
        "critical",
        ["T1537"],
        ["exfiltration"],
        "ModifySnapshotAttribute",
        "ec2.amazonaws.com",
        2,
        {
            "snapshotId": "snap-0a1b2c3d4e5f60718",
            "attributeType": "CREATE_VOLUME_PERMISSION",
            "createVolumePermission": {"add": {"items": [{"userId": "777788889999"}]}},
        },
        {},
        None,
    ),
    (
        101,
        "role-trust",
        "Role made available to an account outside",
        "high",
        ["T1098", "T1199"],
        ["persistence"],
        "UpdateAssumeRolePolicy",
        "iam.amazonaws.com",
        1,
        {"roleName": "Support"},
        {},
        None,
    ),
)


def _finding(step: tuple[Any, ...], case: str, incident: str | None) -> Finding:
    minute, rule, title, severity, attack, tactics, *_rest = step
    first = DAY + timedelta(hours=2, minutes=minute)
    late = minute > 90
    events = step[8]
    last = first + timedelta(seconds=20 * (events - 1)) if events < 100 else first + timedelta(minutes=5)
    return Finding(
        finding=short_id("F", case, rule),
        rule=rule,
        title=title,
        severity=severity,
        attack=tuple(attack),
        tactics=tuple(tactics),
        events=events,
        first=first,
        last=last,
        principal=Principal(ROLE.uid, ROLE.name) if late else Principal(USER.uid, USER.name),
        origin=ROLE if late else USER,
        incident=incident,
        sample=tuple(f"ev-{rule}-{n}" for n in range(min(events, 3))),
    )


def _event(step: tuple[Any, ...], number: int) -> dict[str, Any]:
    minute, rule, operation, service = step[0], step[1], step[6], step[7]
    at = DAY + timedelta(hours=2, minutes=minute, seconds=20 * number)
    late = minute > 90
    return {
        "metadata": {
            "uid": f"ev-{rule}-{number}",
            "original_time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "version": "1.6.0",
            "product": {"name": "CloudTrail", "vendor_name": "AWS"},
            "log_name": "aws/cloudtrail",
        },
        "time": int(at.timestamp() * 1000),
        "class_uid": 6003,
        "class_name": "API Activity",
        "category_uid": 6,
        "category_name": "Application Activity",
        "activity_id": 99,
        "type_uid": 600399,
        "severity_id": 1,
        "status_id": 2 if step[11] else 1,
        "status_code": step[11],
        "api": {
            "operation": operation,
            "service": {"name": service},
            "request": {"uid": f"rq-{number}", "data": json.dumps(step[9])},
            "response": {"error": step[11], "data": json.dumps(step[10])},
        },
        "actor": {
            "user": {
                "name": "OrgAdmin" if late else "deploy-bot",
                "uid_alt": f"arn:aws:sts::{ACCOUNT}:assumed-role/OrgAdmin/cli"
                if late
                else f"arn:aws:iam::{ACCOUNT}:user/deploy-bot",
                "type": "AssumedRole" if late else "IAMUser",
                "credential_uid": "ASIAQ7EXAMPLE9SESSION" if late else KEY,
            }
        },
        "src_endpoint": {"ip": "198.51.100.77" if minute > 15 else "203.0.113.24"},
        "http_request": {
            "user_agent": "Boto3/1.40 md/Botocore ua/2.0 os/linux#6.8" if minute > 15 else "aws-cli/2.17.9"
        },
        "cloud": {"provider": "AWS", "region": "us-east-1" if late else "eu-central-1", "account": {"uid": ACCOUNT}},
        "principal": {
            "uid": ROLE.uid if late else USER.uid,
            "name": "OrgAdmin" if late else "deploy-bot",
            "kind": "role" if late else "user",
        },
        "record": {
            "sha256": SHELF,
            "member": None,
            "index": minute * 10 + number,
            "start": minute * 900,
            "end": minute * 900 + 812,
        },
    }


def _timeline(findings: list[Finding], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_event = {uid: each for each in findings for uid in each.sample}
    made: list[dict[str, Any]] = []
    for row in rows:
        finding = by_event[row["metadata"]["uid"]]
        made.append(
            {
                "time": f"{datetime.fromtimestamp(row['time'] / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}",
                "original_time": row["metadata"]["original_time"],
                "kind": "event",
                "source": "aws/cloudtrail",
                "principal": row["principal"]["name"],
                "operation": row["api"]["operation"],
                "service": row["api"]["service"]["name"],
                "outcome": f"refused: {row['status_code']}" if row["status_code"] else "success",
                "address": row["src_endpoint"]["ip"],
                "region": row["cloud"]["region"],
                "account": ACCOUNT,
                "techniques": list(finding.attack),
                "tactics": list(finding.tactics),
                "findings": [finding.finding],
                "event": row["metadata"]["uid"],
                "record": row["record"],
                "text": finding.title,
            }
        )
    made.append(
        {
            "time": "2026-03-14T02:48:00Z",
            "until": "2026-03-14T03:31:00Z",
            "kind": "gap",
            "account": ACCOUNT,
            "region": None,
            "text": "No records for 43 minutes; the trail org-trail was stopped at 02:47.",
        }
    )
    made.append({"time": "2026-03-14T03:50:00Z", "kind": "mark", "text": "The on-call engineer saw the bill alarm."})
    return sorted(made, key=lambda row: row["time"])


def _activity() -> list[dict[str, Any]]:
    made = []
    for hour in range(-30, 6):
        for region, share in (("eu-central-1", 1.0), ("us-east-1", 0.4)):
            if hour == 3 and region == "eu-central-1":
                continue
            busy = 260 + 170 * ((hour * 7) % 5) + (900 if hour == 2 else 0)
            made.append(
                {
                    "hour": f"{DAY + timedelta(hours=hour):%Y-%m-%dT%H:00:00Z}",
                    "account": ACCOUNT,
                    "region": region,
                    "events": int(busy * share),
                    "refused": 130 if hour == 2 else int(9 * share),
                    "findings": 8 if hour == 2 else 0,
                }
            )
    made.append(
        {
            "hour": "2026-03-14T01:00:00Z",
            "account": OTHER,
            "region": "eu-west-1",
            "events": 44,
            "refused": 0,
            "findings": 0,
        }
    )
    return made


def build(steps: tuple[tuple[Any, ...], ...] = STORY) -> Material:
    case = "C-leaked-key"
    incident_id = short_id("I", case, USER.uid)
    findings = [_finding(step, case, incident_id if step[3] != "low" else None) for step in steps]
    rows = [_event(step, number) for step in steps for number in range(min(step[8], 3))]
    inside = [each for each in findings if each.incident]
    incident = Incident(
        incident=incident_id,
        title="Disk snapshot shared with an account outside",
        severity="critical",
        origins=(USER.uid, ROLE.uid),
        first=min(each.first for each in inside),
        last=max(each.last for each in inside),
        tactics=tuple(dict.fromkeys(slug for each in inside for slug in each.tactics)),
        findings=tuple(each.finding for each in inside),
    )
    spots = (
        BlindSpot(
            "gap",
            None,
            None,
            DAY + timedelta(hours=2, minutes=48),
            DAY + timedelta(hours=3, minutes=31),
            ("T1530", "T1537"),
            "Between 02:48 and 03:31 the trail was stopped; whatever was done then left no record.",
        ),
        BlindSpot(
            "no_data_events",
            None,
            None,
            None,
            None,
            ("T1530", "T1619"),
            "Reads of single objects are not logged, so it is unknown which files were read or copied.",
        ),
        BlindSpot(
            "gap",
            OTHER,
            "eu-west-1",
            DAY - timedelta(hours=20),
            DAY + timedelta(hours=1),
            ("T1535",),
            "The account 444455556666 has records for one hour only.",
        ),
    )
    principals = (
        {
            "uid": USER.uid,
            "name": "deploy-bot",
            "kind": "user",
            "chain": [f"access key {KEY}", "user deploy-bot"],
            "first": "2026-03-12T18:02:11Z",
            "last": "2026-03-14T02:47:40Z",
            "events": 4120,
            "refused": 66,
            "addresses": ["203.0.113.24", "198.51.100.77", "10.20.3.4"],
            "agents": ["aws-cli/2.17.9", "Boto3/1.40"],
            "regions": ["eu-central-1"],
        },
        {
            "uid": ROLE.uid,
            "name": "OrgAdmin",
            "kind": "role",
            "chain": ["unknown", "role OrgAdmin, session cli"],
            "first": "2026-03-14T03:34:02Z",
            "last": "2026-03-14T03:41:20Z",
            "events": 12,
            "refused": 0,
            "addresses": ["198.51.100.77"],
            "agents": ["Boto3/1.40"],
            "regions": ["us-east-1"],
        },
    )
    return Material(
        case={
            "case": case,
            "title": "Leaked deployment key, disk shared outside",
            "state": "investigating",
            "severity": "critical",
            "severity_basis": "A finding of critical severity, and data can be reached from outside.",
            "created": "2026-03-14T07:10:00Z",
        },
        picture=Picture(tuple(findings), (incident,), spots, principals),
        generated=datetime(2026, 3, 14, 7, 12, 30, tzinfo=UTC),
        version="0.1.0",
        timeline=_timeline(findings, rows),
        activity=_activity(),
        inputs={
            "files": 57,
            "sealed": 55,
            "known": 0,
            "skipped": [{"path": "logs/README.md", "reason": "plain text, no log"}],
            "rejected": [
                {
                    "path": "logs/part-0031.json.gz",
                    "member": None,
                    "sha256": SHELF,
                    "kind": "truncated",
                    "reason": "the gzip stream ends early; 211 records before the end were taken",
                }
            ],
        },
        events={
            "in": 21844,
            "stored": 21790,
            "duplicate": 52,
            "conflict": 1,
            "rejected": 1,
            "rejects": [
                {
                    "record": {"sha256": SHELF, "member": None, "index": 7, "start": 1, "end": 9},
                    "reason": "no eventTime",
                }
            ],
        },
        rules={
            "loaded": 126,
            "live": 123,
            "not_runnable": [{"rule": f"r{n}", "reason": "reads a source that is not loaded: okta"} for n in range(3)],
        },
        infos={step[1]: _info(step) for step in steps},
        ledger={"size": 412, "root": "b7e1c4d2" * 8, "key": "SHA256:Xb2c1n0Qe5rT7uV9wYzA3dF6gH8jK0mN"},
        artifacts=[
            {"name": f"logs/part-{n:04}.json.gz", "sha256": f"{n:064x}", "size": 40000 + 17 * n} for n in range(55)
        ],
        solo=True,
        rows=lambda: list(rows),
    )


def _info(step: tuple[Any, ...]) -> RuleInfo:
    return RuleInfo(
        rule=step[1],
        digest="ab" * 32,
        title=step[2],
        severity=step[3],
        sources=("aws/cloudtrail",),
        attack=tuple(step[4]),
        tactics=tuple(step[5]),
        live=True,
        reason=None,
        path=f"content/rules/aws/{step[1]}.yml",
        own=True,
        correlation=False,
        findings=True,
        description="What an intruder does in this place, said in one plain sentence for people who never saw it.",
        false_positives=("a planned change by the platform team",),
    )


@pytest.fixture
def material() -> Material:
    return build()


@pytest.fixture
def changed() -> Callable[..., Material]:
    def change(**values: Any) -> Material:
        return replace(build(), **values)

    return change
