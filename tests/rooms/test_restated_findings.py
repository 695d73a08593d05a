"""Every finding of a detection service raises once, at the product's own severity, whatever its type."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest

from jumpkit.detect import Engine, load
from jumpkit.model.artifact import Chunk
from jumpkit.model.batch import Batch
from jumpkit.normalize import Readers

Json = dict[str, Any]
TYPES = [
    "Backdoor:EC2/C&CActivity.B!DNS",
    "Backdoor:EC2/DenialOfService.Dns",
    "Backdoor:EC2/Spambot",
    "Backdoor:Lambda/C&CActivity.B",
    "Behavior:EC2/NetworkPortUnusual",
    "CryptoCurrency:EC2/BitcoinTool.B!DNS",
    "CryptoCurrency:Runtime/BitcoinTool.B",
    "DefenseEvasion:EC2/UnusualDNSResolver",
    "DefenseEvasion:Runtime/ProcessInjection.Proc",
    "Impact:EC2/BitcoinDomainRequest.Reputation",
    "Impact:EC2/PortSweep",
    "Impact:EC2/WinRMBruteForce",
    "Impact:EC2/SuspiciousDomainRequest.Reputation",
    "Impact:IAMUser/AnomalousBehavior",
    "Recon:EC2/PortProbeUnprotectedPort",
    "Recon:EC2/Portscan",
    "Trojan:EC2/DGADomainRequest.B",
    "Trojan:EC2/DNSDataExfiltration",
    "UnauthorizedAccess:EC2/MetadataDNSRebind",
    "UnauthorizedAccess:EC2/SSHBruteForce",
    "UnauthorizedAccess:EC2/TorClient",
    "UnauthorizedAccess:Lambda/TorRelay",
    "CredentialAccess:IAMUser/AnomalousBehavior",
    "CredentialAccess:RDS/AnomalousLogin.SuccessfulBruteForce",
    "Discovery:IAMUser/AnomalousBehavior",
    "Discovery:S3/TorIPCaller",
    "Exfiltration:S3/AnomalousBehavior",
    "InitialAccess:IAMUser/AnomalousBehavior",
    "PenTest:S3/SomeTool",
    "Persistence:Kubernetes/ContainerWithSensitiveMount",
    "Policy:IAMUser/RootCredentialUsage",
    "Policy:S3/BucketPublicAccessGranted",
    "PrivilegeEscalation:Kubernetes/PrivilegedContainer",
    "Recon:IAMUser/MaliciousIPCaller",
    "Stealth:IAMUser/PasswordPolicyChange",
    "Stealth:S3/ServerAccessLoggingDisabled",
    "UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B",
    "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
    "UnauthorizedAccess:S3/MaliciousIPCaller.Custom",
    "Execution:EC2/MaliciousFile",
    "Execution:Kubernetes/ExecInKubeSystemPod",
    "Object:S3/MaliciousFile",
    "AttackSequence:IAM/CompromisedCredentials",
    "SomethingNew:Quantum/NobodyKnowsYet",
]
SCORES = ((1.0, "low"), (3.9, "low"), (4.0, "medium"), (6.9, "medium"), (7.0, "high"), (8.9, "high"), (9.0, "critical"))
TIME = "2026-03-04T10:15:00Z"
NUMBERS = {"low": 2, "medium": 3, "high": 4, "critical": 5}


@functools.cache
def engine() -> Engine:
    return Engine(load([], own=True, cache=None))


def raised(*records: Json) -> list[tuple[str, list[str]]]:
    """Return for each record the severities and titles of the rules that raise on it."""
    readers = Readers()
    data = "\n".join(map(json.dumps, records)).encode() + b"\n"
    (batch,) = [*readers.feed(Chunk("0" * 64, None, data, 0, last=True)), *readers.flush()]
    assert isinstance(batch, Batch)
    found: list[list[Any]] = [[] for _ in records]
    hits = engine().match(batch)
    for rule, row in zip(hits.rule.tolist(), hits.row.tolist(), strict=True):
        found[row].append(engine().ruleset.infos[rule])
    return [(",".join(info.severity for info in each), [info.title for info in each]) for each in found]


def guardduty(kind: str, score: float, **more: Any) -> Json:
    service = {"archived": False, "additionalInfo": {}} | more.pop("service", {})
    who = {
        "schemaVersion": "2.0",
        "accountId": "111122223333",
        "id": f"{kind}{score}",
        "updatedAt": TIME,
        "createdAt": TIME,
    }
    return who | {"type": kind, "severity": score, "service": service, "title": "A finding"} | more


def hub(kind: str, label: str, space: str = "TTPs/Initial Access") -> Json:
    product = {"ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/guardduty", "ProductName": "GuardDuty"}
    stands = {"Workflow": {"Status": "NEW"}, "RecordState": "ACTIVE", "UpdatedAt": TIME, "CreatedAt": TIME}
    told = {
        "Id": kind,
        "AwsAccountId": "1",
        "Types": [f"{space}/{kind.replace('/', '-')}"],
        "Severity": {"Label": label},
    }
    return product | stands | told


def ocsf(kind: str, number: int) -> Json:
    return {
        "class_uid": 2004, "time": 1772619300000, "severity_id": number, "status_id": 1, "cloud": {"provider": "AWS"},
        "metadata": {"uid": kind, "product": {"name": "GuardDuty"}}, "finding_info": {"uid": kind, "types": [kind]},
    }  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
def test_a_type_raises_once_at_its_own_severity(kind: str) -> None:
    told = raised(*(guardduty(kind, score) for score, _ in SCORES))
    assert [severity for severity, _ in told] == [severity for _, severity in SCORES], told
    for space in (
        "TTPs/Initial Access",
        "TTPs/Discovery",
        "Effects/Data Exfiltration",
        "Unusual Behaviors/User",
        "TTPs",
    ):
        told = raised(*(hub(kind, level.upper(), space) for level in NUMBERS))
        assert [severity for severity, _ in told] == list(NUMBERS), (space, told)
    told = raised(*(ocsf(kind, number) for number in NUMBERS.values()))
    assert [severity for severity, _ in told] == list(NUMBERS), told


@pytest.mark.parametrize("kind", TYPES)
def test_the_three_forms_of_one_finding_raise_the_same_rule(kind: str) -> None:
    for (score, level), number in zip(SCORES[::2], (2, 3, 4, 5), strict=True):
        ((_, first),) = raised(guardduty(kind, score))
        ((_, second),) = raised(hub(kind, level.upper()))
        ((_, third),) = raised(ocsf(kind, number))
        assert first == second == third


def test_samples_never_raise() -> None:
    samples = [
        guardduty("Impact:IAMUser/AnomalousBehavior", 8.0, title="[SAMPLE] A finding"),
        guardduty("Impact:IAMUser/AnomalousBehavior", 9.5, service={"additionalInfo": {"sample": True}}),
        guardduty(
            "Impact:IAMUser/AnomalousBehavior", 8.0, service={"additionalInfo": {"value": '{"x":1, "sample": true}'}}
        ),
        guardduty(
            "Impact:IAMUser/AnomalousBehavior", 8.0, service={"additionalInfo": {"sample": True}, "archived": True}
        ),
    ]
    assert raised(*samples) == [("", [])] * len(samples)
    assert raised(hub("Impact:IAMUser-X", "HIGH") | {"Sample": True}) == [("", [])]
    named = ocsf("Impact:IAMUser/X", 4)
    named["finding_info"]["title"] = "[SAMPLE] A finding"
    assert raised(named) == [("", [])]


def test_what_was_set_aside_is_low_and_says_so() -> None:
    title = "Finding of a detection service set aside"
    assert raised(guardduty("Impact:S3/X", 8.0, service={"archived": True})) == [("low", [title])]
    for state in (
        {"Workflow": {"Status": "SUPPRESSED"}},
        {"Workflow": {"Status": "RESOLVED"}},
        {"RecordState": "ARCHIVED"},
    ):
        assert raised(hub("Impact:S3/X", "HIGH") | state) == [("low", [title])]
    for status in (3, 4, 5):
        assert raised(ocsf("Impact:S3/X", 4) | {"status_id": status}) == [("low", [title])]
    assert raised(guardduty("Impact:S3/X", 2.0, service={"archived": True})) == [("", [])]


def test_other_products_are_told_by_the_space_of_their_types() -> None:
    other = hub("Something", "HIGH", "TTPs/Persistence") | {"ProductArn": "arn:aws:securityhub:::product/acme/acme"}
    ((severity, (title,)),) = raised(other)
    assert (severity, "persistence" in title) == ("high", True)
    check = hub("CIS", "CRITICAL", "Software and Configuration Checks") | {"Compliance": {"Status": "FAILED"}}
    assert raised(check) == [("low", ["Weak settings or known holes reported"])]
    assert raised(check | {"Compliance": {"Status": "PASSED"}}) == [("", [])]
