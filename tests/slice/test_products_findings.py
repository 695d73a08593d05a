"""Calls, findings of other products, names, requests, cluster events and settings: one folder, one command."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from command.logs import ACCOUNT, at, call, user, write
from command.run import jumpkit, show, triage

from jumpkit.normalize import load_source

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]
EVE = user("eve")
HUB = {"LOW": "Low", "MEDIUM": "Medium", "HIGH": "High"}


def guardduty(number: int, kind: str, severity: float, who: Json = EVE, **service: Any) -> Json:
    """Return a finding on the credential of somebody, as GuardDuty exports it."""
    key = {"accessKeyId": who["accessKeyId"], "principalId": who["principalId"], "userName": who.get("userName")}
    title = service.pop("title", "Something was found")
    action = {
        "actionType": "AWS_API_CALL",
        "awsApiCallAction": {"api": "ListBuckets", "serviceName": "s3.amazonaws.com"},
    }
    seen = {"archived": False, "count": 1, "eventFirstSeen": at(10), "eventLastSeen": at(10)}
    return {
        "schemaVersion": "2.0", "accountId": ACCOUNT, "region": "eu-central-1", "partition": "aws", "id": f"gd{number}",
        "arn": f"arn:aws:guardduty:eu-central-1:{ACCOUNT}:detector/d/finding/gd{number}", "type": kind, "title": title,
        "resource": {"resourceType": "AccessKey", "accessKeyDetails": key},
        "service": {"action": action} | seen | service,
        "severity": severity, "createdAt": at(15), "updatedAt": at(15), "description": "It was.",
    }  # fmt: skip


def hub(finding: Json, **more: Any) -> Json:
    """Return Security Hub's copy of a finding."""
    label = next(name for name, least in (("HIGH", 7), ("MEDIUM", 4), ("LOW", 0)) if finding["severity"] >= least)
    key = finding["resource"]["accessKeyDetails"]
    details = {"AwsIamAccessKey": {"PrincipalId": key["principalId"], "PrincipalName": key["userName"]}}
    named = {"Type": "AwsIamAccessKey", "Id": f"AWS::IAM::AccessKey:{key['accessKeyId']}", "Details": details}
    return {
        "SchemaVersion": "2018-10-08", "Id": finding["arn"], "ProductArn": "arn:aws:securityhub:eu::product/g",
        "ProductName": "GuardDuty", "GeneratorId": "g", "AwsAccountId": ACCOUNT, "Region": "eu",
        "Types": [f"TTPs/{finding['type'].replace('/', '-')}"], "Severity": {"Label": label}, "Title": finding["title"],
        "CreatedAt": at(16), "UpdatedAt": at(16), "RecordState": "ACTIVE", "Workflow": {"Status": "NEW"},
        "Resources": [named],
    } | more  # fmt: skip


def speaking_of(api: str, service: str) -> Json:
    return {"actionType": "AWS_API_CALL", "awsApiCallAction": {"api": api, "serviceName": service}}


STOPPING = speaking_of("StopLogging", "cloudtrail.amazonaws.com")
STOPPED = guardduty(1, "Stealth:IAMUser/CloudTrailLoggingDisabled", 2.0, action=STOPPING)
MAKING = speaking_of("CreateAccessKey", "iam.amazonaws.com")
ODD = guardduty(2, "Discovery:IAMUser/AnomalousBehavior", 5.0, action=MAKING)
OTHERS = {
    "sample": guardduty(3, "Impact:IAMUser/AnomalousBehavior", 8.0, title="[SAMPLE] Something was found"),
    "sample in JSON": guardduty(4, "Impact:S3/AnomalousBehavior", 8.0, additionalInfo={"value": '{"sample":true}'}),
    "archived": guardduty(5, "Exfiltration:S3/AnomalousBehavior", 8.0, archived=True),
}


def records(source: str) -> list[Json]:
    return [json.loads(json.dumps(example.raw)) for example in load_source(source).examples]


def lines(found: list[Json]) -> str:
    return "".join(json.dumps(each) + "\n" for each in found)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Json]:
    folder = tmp_path_factory.mktemp("products") / "logs"
    folder.mkdir()
    calls = [call("cloudtrail", "StopLogging", EVE, at(10), requestParameters={"name": "main"})]
    write(folder / "trail.json", *calls, call("s3", "ListBuckets", EVE, at(11)))
    (folder / "guardduty.jsonl").write_text(lines([STOPPED, ODD, *OTHERS.values()]))
    resolved = hub(guardduty(6, "Persistence:IAMUser/AnomalousBehavior", 5.0), Workflow={"Status": "RESOLVED"})
    (folder / "hub.json").write_text(json.dumps({"Findings": [hub(STOPPED), resolved]}))
    (folder / "dns.log.gz").write_bytes(gzip.compress(lines(records("aws/route53resolver")).encode()))
    (folder / "waf.log").write_text(lines(records("aws/waf")))
    (folder / "audit.log").write_text(
        "".join(f"{at(1)[:-1]}.000Z {json.dumps(each)}\n" for each in records("aws/eksaudit"))
    )
    (folder / "config.json").write_text(json.dumps({"configurationItems": records("aws/config")}))
    (folder / "unknown.json").write_text(json.dumps([{"classificationDetails": {}, "resourcesAffected": {}, "id": 1}]))
    home = folder.parent / "home"
    return home, triage(home, folder, code=1)  # what is no known log falls short


def test_the_sum_holds_and_what_is_unknown_is_named(told: tuple[Path, Json]) -> None:
    _, body = told
    events = body["events"]
    assert events["in"] == events["stored"] == 2 + 5 + 2 + 2 + 2 + 2 + 2
    assert events["duplicate"] == events["conflict"] == events["rejected"] == 0
    (rejected,) = body["inputs"]["rejected"]
    assert "Macie" in rejected["reason"]


def found(body: Json, title: str) -> list[Json]:
    return [each for each in body["findings"] if title in each["title"]]


def test_a_finding_and_its_copy_stand_beside_the_calls_of_their_credential(told: tuple[Path, Json]) -> None:
    _, body = told
    (stopped,) = found(body, "defenses switched off")
    assert (stopped["severity"], stopped["events"], stopped["attack"]) == ("low", 2, ["T1562"])
    (odd,) = found(body, "reports discovery")
    assert (odd["severity"], odd["attack"]) == ("medium", [])
    (call_,) = found(body, "Audit trail stopped")
    for each in (stopped, odd):
        assert each["principal"]["uid"] == f"aws:{ACCOUNT}:{EVE['principalId']}"
        assert each["origin"] == call_["origin"]
        assert each["incident"] == call_["incident"]


def test_a_finding_that_speaks_of_a_call_is_none(told: tuple[Path, Json]) -> None:
    off = [spot["because"] for spot in told[1]["blind_spots"] if spot["kind"] == "logging_off"]
    assert len(off) == 1
    assert off[0].startswith("StopLogging by eve")


def test_samples_never_raise_and_what_was_set_aside_is_told_apart(told: tuple[Path, Json]) -> None:
    _, body = told
    reported = [each for each in body["findings"] if each["title"].startswith("Detection service")]
    assert {each["severity"] for each in reported} == {"low", "medium"}
    assert not found(body, "reports impact")
    assert not found(body, "reports exfiltration")
    (aside,) = found(body, "set aside")
    assert (aside["severity"], aside["events"]) == ("low", 2)


def test_every_kind_is_shown_raw_in_ocsf_and_in_words(told: tuple[Path, Json]) -> None:
    home, _ = told
    listed = jumpkit(home, "hunt", "--where", "metadata.log_name <> 'aws/cloudtrail'", "--jsonl").lines()[:-1]
    assert len(listed) == 15
    seen = {}
    for each in listed:
        if show_ := seen.get(each["record"]["sha256"]):
            continue
        show_ = seen[each["record"]["sha256"]] = show(home, each["event"])
        assert show_["raw"]
        assert show_["ocsf"]["class_uid"] * 100 + show_["ocsf"]["activity_id"] == show_["ocsf"]["type_uid"]
        assert "called something" not in " ".join(show_["told"])
    assert {each["ocsf"]["class_name"] for each in seen.values()} == {
        "Detection Finding", "DNS Activity", "HTTP Activity", "API Activity", "Cloud Resources Inventory Info",
    }  # fmt: skip


def test_what_a_finding_speaks_of_can_be_asked_for(told: tuple[Path, Json]) -> None:
    home, _ = told
    where = f"contains(observables, '{EVE['accessKeyId']}')"
    named = jumpkit(home, "hunt", "--where", where, "--jsonl").lines()[:-1]
    assert len(named) == 7
    body = show(home, named[0]["event"])
    assert {"type": "access_key", "value": EVE["accessKeyId"]} in body["ocsf"]["observables"]
    assert body["ocsf"]["severity"] in HUB.values()
