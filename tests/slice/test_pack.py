"""Our pack on real logs, with every user agent replaced: what must be seen, and how much may be said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from plain.pack import LEVELS, Pack, read_pack
from plain.product import product_hits

from jumpkit.detect import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# what each recorded technique must raise, at medium or above
FITTING = {
    "aws.credential-access.ec2-get-password-data": {"windows-passwords-burst"},
    "aws.credential-access.secretsmanager-batch-retrieve-secrets": {"secrets-read-in-batches"},
    "aws.credential-access.ssm-retrieve-securestring-parameters": {"parameters-burst"},
    "aws.defense-evasion.cloudtrail-event-selectors": {"trail-without-management-events"},
    "aws.defense-evasion.dns-delete-logs": {"dns-query-logs-stopped"},
    "aws.defense-evasion.vpc-remove-flow-logs": {"flow-logs-deleted"},
    "aws.execution.ec2-launch-unusual-instances": {"gpu-instances-started"},
    "aws.execution.ssm-send-command": {"remote-command-on-instances"},
    "aws.exfiltration.ec2-security-group-open-port-22-ingress": {"port-opened-to-everyone"},
    "aws.exfiltration.ec2-share-ebs-snapshot": {"volume-snapshot-shared-by-user"},
    "aws.impact.bedrock-invoke-model": {"model-access-bought"},
    "aws.lateral-movement.ec2-instance-connect": {"ssh-key-pushed-to-instance"},
    "aws.persistence.iam-backdoor-role": {"trust-given-to-other-account-by-user"},
    "aws.persistence.iam-create-admin-user": {"new-user-made-administrator", "access-key-for-another-user"},
    "aws.persistence.iam-create-user-login-profile": {"console-password-set"},
    "aws.persistence.lambda-layer-extension": {"function-layer-added-by-hand"},
    "aws.persistence.rolesanywhere-create-trust-anchor": {"certificate-trust-anchor-made"},
    "aws.privilege-escalation.iam-update-user-login-profile": {"console-password-replaced"},
}
Events = list[dict[str, Any]]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack()


def records(value: Any) -> Events:
    if isinstance(value, list):
        return [record for item in value for record in records(item)]
    return records(value["Records"]) if "Records" in value else [value]


def neutral(paths: Sequence[Path]) -> Events:
    """Read events and replace what they say of the program that made the call."""
    read = [record for path in paths for record in records(json.loads(path.read_text("utf-8")))]
    return [{**event, "userAgent": "agent"} for event in read if "userIdentity" in event]


def by_place(pack: Pack, events: Events) -> dict[str, set[int]]:
    """Return the product's findings by the rule's place, without rules that only feed others."""
    told = product_hits(load([], own=True, cache=None), events)
    silent = pack.silent()
    return {
        place: told[rule["id"]] for place, rule in pack.rules.items() if rule["id"] in told and rule["id"] not in silent
    }


def at_least(pack: Pack, found: dict[str, set[int]], level: str) -> list[str]:
    return [place for place in found if LEVELS.index(pack.rules[place]["level"]) >= LEVELS.index(level)]


@pytest.mark.parametrize("technique", sorted(FITTING))
def test_each_technique_is_found(data_dir: Path, pack: Pack, technique: str) -> None:
    events = neutral([data_dir / "stratus" / "logs" / f"{technique}.json"])
    found = by_place(pack, events)
    assert FITTING[technique] <= {place.split("/")[-1] for place in at_least(pack, found, "medium")}
    assert found == pack.findings(events), "the product and the plain reading disagree"


def test_no_recorded_technique_is_left_out(data_dir: Path) -> None:
    assert {path.stem for path in (data_dir / "stratus" / "logs").glob("*.json")} == set(FITTING)


def test_an_hour_full_of_attacks_is_told_in_few_findings(data_dir: Path, pack: Pack) -> None:
    events = neutral(sorted((data_dir / "invictus-aws" / "CloudTrail").glob("*.json")))
    found = by_place(pack, events)
    said = [
        (place, arn)
        for place in at_least(pack, found, "medium")
        for arn in {str(events[at]["userIdentity"].get("arn")) for at in found[place]}
    ]
    loud = [place for place, _ in said if place in at_least(pack, found, "high")]
    assert 20 <= len(said) <= 45
    assert 5 <= len(loud) <= 12
    assert len({tag for place, _ in said for tag in pack.rules[place]["tags"] if tag[7:8] == "t"}) >= 20


def test_refused_attempts_of_one_key_are_told_once(data_dir: Path, pack: Pack) -> None:
    events = neutral(sorted((data_dir / "traildiscover" / "events").rglob("*.cloudtrail")))
    found = by_place(pack, events)
    refused = [
        at
        for at, event in enumerate(events)
        if event.get("errorCode") in ("AccessDenied", "Client.UnauthorizedOperation")
    ]
    burst = found["aws/discovery/calls-refused-burst"]
    assert len(burst & set(refused)) >= 0.9 * len(refused)
    assert at_least(pack, found, "high") == []
    assert len(at_least(pack, found, "medium")) <= 10
    assert found == pack.findings(events), "the product and the plain reading disagree"
