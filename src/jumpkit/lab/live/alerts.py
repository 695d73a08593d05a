"""Findings as a detector would have raised them for an attack, in the vendors' formats, naming the real targets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.lab.live.staging import BUILDER, Moment, Player, Stage, perform

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jumpkit.lab.live.attacking import Run
    from jumpkit.lab.live.staging import Send

Json = dict[str, Any]
_LATE = timedelta(minutes=12)  # until a detector speaks


@dataclass(frozen=True, slots=True)
class Seen:
    """What a detector saw: the records that an alert is about, and where."""

    account: str
    region: str
    detector: str
    records: Sequence[Json]

    @property
    def first(self) -> str:
        """Return when it was first seen."""
        return _millis(datetime.fromisoformat(self.records[0]["when"]))

    @property
    def last(self) -> str:
        """Return when it was last seen."""
        return _millis(datetime.fromisoformat(self.records[-1]["when"]))

    @property
    def told(self) -> str:
        """Return when the finding was written."""
        return _millis(datetime.fromisoformat(self.records[-1]["when"]) + _LATE)


def write_alerts(send: Send, token: str, run: Run, records: Sequence[Json], folder: Path) -> list[Path]:
    """Write the alerts of an attack, one a file, and return them in the order in which they came."""
    folder.mkdir(parents=True, exist_ok=True)
    stage = Stage(send, token, run.words)
    made: list[tuple[str, int, str, Json]] = []
    for number, spec in enumerate(run.words.fill(run.story["alerts"]), 1):
        account = run.words.word("account", run.story["account"])
        theirs = [each for each in records if each["step"] == spec["step"] and each["account"] == account]
        wanted = [
            each for each in theirs if spec.get("api", each["record"]["eventName"]) == each["record"]["eventName"]
        ]
        seen = Seen(account, run.story["region"], run.words.word("detector", None), wanted)
        finding = _finding(stage, spec, seen, run.words.mint.hex(32))
        if spec["product"] == "securityhub":
            finding = _hub(finding, seen)
        made.append((seen.told, number, spec["product"], finding))
    found = []
    for place, (_, _, product, finding) in enumerate(sorted(made, key=lambda item: item[:2]), 1):
        path = folder / f"{place:02d}-{product}.json"
        path.write_text(json.dumps(finding, indent=1) + "\n", "utf-8")
        found.append(path)
    return found


def _finding(stage: Stage, spec: Json, seen: Seen, uid: str) -> Json:
    """Return a finding as GuardDuty exports it."""
    arn = f"arn:aws:guardduty:{seen.region}:{seen.account}:detector/{seen.detector}"
    return {
        "schemaVersion": "2.0",
        "accountId": seen.account,
        "region": seen.region,
        "partition": "aws",
        "id": uid,
        "arn": f"{arn}/finding/{uid}",
        "type": spec["type"],
        "resource": _resource(stage, spec, seen),
        "service": {
            "serviceName": "guardduty",
            "detectorId": seen.detector,
            "action": _action(spec, seen),
            "resourceRole": spec.get("role", "TARGET"),
            "additionalInfo": {"value": "{}", "type": "default"},
            "eventFirstSeen": seen.first,
            "eventLastSeen": seen.last,
            "archived": False,
            "count": len(seen.records),
        },
        "severity": spec["severity"],
        "createdAt": seen.told,
        "updatedAt": seen.told,
        "title": spec["title"],
        "description": spec["description"],
    }


def _resource(stage: Stage, spec: Json, seen: Seen) -> Json:
    """Return what a finding is about: the key that called, and the instance or the bucket."""
    found: Json = {"resourceType": spec["about"]}
    who = seen.records[0]["record"]["userIdentity"]
    if spec["about"] != "Instance":
        issuer = who.get("sessionContext", {}).get("sessionIssuer", {})
        found["accessKeyDetails"] = {
            "accessKeyId": who["accessKeyId"],
            "principalId": who["principalId"],
            "userType": who["type"],
            "userName": who.get("userName") or issuer.get("userName"),
        }
    if "instance" in spec:
        found["instanceDetails"] = _instance(stage, spec["instance"], seen)
    if "bucket" in spec:
        bucket = {"arn": f"arn:aws:s3:::{spec['bucket']}", "name": spec["bucket"], "type": "Destination"}
        found["s3BucketDetails"] = [bucket | {"owner": {"id": seen.account}, "tags": []}]
    return found


def _action(spec: Json, seen: Seen) -> Json:
    if "domain" in spec:
        return {
            "actionType": "DNS_REQUEST",
            "dnsRequestAction": {"domain": spec["domain"], "protocol": "UDP", "blocked": False},
        }
    record = seen.records[-1]["record"]
    remote = {
        "ipAddressV4": record["sourceIPAddress"],
        "organization": {
            "asn": "64500",
            "asnOrg": "Example Hosting",
            "isp": "Example Hosting",
            "org": "Example Hosting",
        },
        "country": {"countryName": "Netherlands"},
        "city": {"cityName": "Amsterdam"},
        "geoLocation": {"lat": 52.37, "lon": 4.89},
    }
    call = {
        "api": record["eventName"],
        "serviceName": record["eventSource"],
        "callerType": "Remote IP",
        "remoteIpDetails": remote,
        "affectedResources": {},
    }
    return {
        "actionType": "AWS_API_CALL",
        "awsApiCallAction": call | ({"errorCode": record["errorCode"]} if "errorCode" in record else {}),
    }


def _instance(stage: Stage, uid: str, seen: Seen) -> Json:
    """Return what a finding shows of an instance, as the cloud knows it now."""
    kept = {
        "seen:image": "Reservations.0.Instances.0.ImageId",
        "seen:type": "Reservations.0.Instances.0.InstanceType",
        "seen:zone": "Reservations.0.Instances.0.Placement.AvailabilityZone",
        "seen:eni": "Reservations.0.Instances.0.NetworkInterfaces.0.NetworkInterfaceId",
        "seen:ip": "Reservations.0.Instances.0.NetworkInterfaces.0.PrivateIpAddress",
        "seen:subnet": "Reservations.0.Instances.0.NetworkInterfaces.0.SubnetId",
        "seen:vpc": "Reservations.0.Instances.0.NetworkInterfaces.0.VpcId",
        "seen:group": "Reservations.0.Instances.0.NetworkInterfaces.0.Groups.0.GroupId",
        "seen:profile": "Reservations.0.Instances.0.IamInstanceProfile.Arn",
    }
    look = {"call": "ec2 DescribeInstances", "with": {"InstanceIds": [uid]}, "keep": kept}
    perform(stage, Player(BUILDER, "198.51.100.1", "lab", seen.account), look, seen.region, Moment(0, quiet=True))
    interface = {
        "networkInterfaceId": "<seen:eni>",
        "privateIpAddress": "<seen:ip>",
        "subnetId": "<seen:subnet>",
        "vpcId": "<seen:vpc>",
        "securityGroups": [{"groupId": "<seen:group>"}],
    }
    shown: Json = stage.words.fill(
        {
            "instanceId": uid,
            "instanceType": "<seen:type>",
            "imageId": "<seen:image>",
            "instanceState": "running",
            "availabilityZone": "<seen:zone>",
            "iamInstanceProfile": {"arn": "<seen:profile>", "id": uid},
            "networkInterfaces": [interface],
            "tags": [],
        }
    )
    return shown


_LABELS = {2: ("LOW", 1), 5: ("MEDIUM", 40), 8: ("HIGH", 70)}
_CALL = "aws/guardduty/service/action/awsApiCallAction"


def _hub(finding: Json, seen: Seen) -> Json:
    """Return a finding of GuardDuty as Security Hub hands it on."""
    label, normalized = _LABELS[finding["severity"]]
    return {
        "SchemaVersion": "2018-10-08",
        "Id": finding["arn"],
        "ProductArn": f"arn:aws:securityhub:{seen.region}::product/aws/guardduty",
        "ProductName": "GuardDuty",
        "CompanyName": "Amazon",
        "Region": seen.region,
        "GeneratorId": finding["arn"].partition("/finding/")[0],
        "AwsAccountId": seen.account,
        "Types": [f"TTPs/{finding['type'].replace('/', '-')}"],
        "FirstObservedAt": seen.first,
        "LastObservedAt": seen.last,
        "CreatedAt": seen.told,
        "UpdatedAt": seen.told,
        "Severity": {"Product": finding["severity"], "Label": label, "Normalized": normalized},
        "Title": finding["title"],
        "Description": finding["description"],
        "ProductFields": _hub_fields(finding["service"]),
        "Resources": _hub_resources(finding["resource"], seen),
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
        "Sample": False,
    }


def _hub_fields(service: Json) -> Json:
    fields = {"aws/guardduty/service/count": str(service["count"])}
    call = service["action"].get("awsApiCallAction")
    if call is None:
        return fields
    remote = call["remoteIpDetails"]["ipAddressV4"]
    called = {"api": call["api"], "serviceName": call["serviceName"], "remoteIpDetails/ipAddressV4": remote}
    return fields | {f"{_CALL}/{name}": value for name, value in called.items()}


def _hub_resources(resource: Json, seen: Seen) -> list[Json]:
    found: list[Json] = []
    key = resource.get("accessKeyDetails")
    if key is not None:
        about = {"PrincipalId": key["principalId"], "PrincipalType": key["userType"], "PrincipalName": key["userName"]}
        found.append(_hub_resource("AwsIamAccessKey", f"AWS::IAM::AccessKey:{key['accessKeyId']}", seen, about))
    buckets = resource.get("s3BucketDetails", [])
    return found + [_hub_resource("AwsS3Bucket", each["arn"], seen, None) for each in buckets]


def _hub_resource(kind: str, uid: str, seen: Seen, about: Json | None) -> Json:
    found: Json = {"Type": kind, "Id": uid, "Partition": "aws", "Region": seen.region}
    return found | ({"Details": {kind: about}} if about else {})


def _millis(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"
