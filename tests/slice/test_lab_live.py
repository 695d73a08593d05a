"""The cloud to practice on: it comes up apart, keeps CloudTrail's books, and is attacked for real."""

from __future__ import annotations

import gzip
import json
import socket
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from command.run import alarming, jumpkit, show, sums, triage

from jumpkit.lab.live.attacking import attack_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

boto3 = pytest.importorskip("boto3", reason="the lab's clients are those of the extra `lab`")
pytest.importorskip("moto", reason="the extra `lab` is not installed here")
errors = pytest.importorskip("botocore.exceptions")

Json = dict[str, Any]
NAMES = attack_names()


def told(name: str, body: Json) -> Json:
    """Return what a command said, which its schema allows."""
    schema = json.loads((files("jumpkit.content") / "schemas" / f"{name}.json").read_text("utf-8"))
    jsonschema.validate(body, schema)
    return body


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("lab") / "home"
    yield folder
    jumpkit(folder, "lab", "down", code=None)


@pytest.fixture(scope="module")
def lab(home: Path) -> Json:
    return told("lab-up", jumpkit(home, "lab", "up", "--json").one())


@pytest.fixture(scope="module")
def client(lab: Json) -> Callable[..., Any]:
    """Return what makes a client of the lab, as its responder or with other keys."""
    own = lab["responder"]["access_key_id"], lab["responder"]["secret_access_key"]

    def made(service: str, keys: tuple[str, str] = own, region: str = lab["region"]) -> Any:
        names = {"aws_access_key_id": keys[0], "aws_secret_access_key": keys[1]}
        return boto3.client(service, endpoint_url=lab["endpoint_url"], region_name=region, **names)

    return made


@pytest.fixture(scope="module")
def attacks(home: Path, lab: Json) -> dict[str, Json]:
    """Return what each attack left; the first is played twice."""
    assert lab
    return {
        name: told("lab-attack", jumpkit(home, "lab", "attack", name.partition("/")[0], "--json").one())
        for name in (*NAMES, "bucket-ransom/again")
    }


@pytest.fixture(scope="module")
def truths(home: Path, attacks: dict[str, Json]) -> dict[str, Json]:
    return {
        name: told("lab-truth", jumpkit(home, "lab", "truth", attacks[name]["run"], "--json").one()) for name in NAMES
    }


def records(attack: Json) -> list[Json]:
    found = sorted(Path(attack["logs"]).rglob("*.json.gz"))
    return [record for path in found for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]]


def refusal(error: Any) -> str:
    return str(error.value.response["Error"]["Code"])


def test_only_its_owner_reads_how_it_is_reached(home: Path, lab: Json) -> None:
    state = home / "cache" / "lab" / "state.json"
    assert state.stat().st_mode & 0o777 == 0o600
    assert (home / "cache" / "lab").stat().st_mode & 0o777 == 0o700
    shown = told("lab-status", jumpkit(home, "lab", "status", "--json").one())
    assert (shown["running"], shown["endpoint_url"], shown["accounts"]) == (True, lab["endpoint_url"], lab["accounts"])


def test_a_second_lab_is_refused_here_and_another_home_has_its_own(home: Path, lab: Json, tmp_path: Path) -> None:
    refused = jumpkit(home, "lab", "up", "--json", code=4).one()
    assert refused["error"]["kind"] == "busy"
    port = lab["endpoint_url"].rsplit(":", 1)[1]
    taken = jumpkit(tmp_path, "lab", "up", "--port", port, "--json", code=4).one()
    assert port in taken["error"]["message"]
    assert jumpkit(tmp_path, "lab", "status", "--json").one()["running"] is False


def test_without_a_lab_nothing_is_attacked(tmp_path: Path) -> None:
    assert jumpkit(tmp_path, "lab", "attack", "leaked-key", "--json", code=2).one()["error"]["kind"] == "not_found"
    assert jumpkit(tmp_path, "lab", "attack", "../x", "--json", code=2).one()["error"]["kind"] == "not_found"
    assert jumpkit(tmp_path, "lab", "truth", "leaked-key", "--json", code=2).one()["error"]["kind"] == "not_found"


def test_the_estate_has_what_containment_must_cope_with(lab: Json, client: Callable[..., Any]) -> None:
    assert client("sts").get_caller_identity()["Account"] == lab["accounts"][0]
    ec2 = client("ec2")
    machines = [each for page in ec2.describe_instances()["Reservations"] for each in page["Instances"]]
    by_name = {tag["Value"]: each for each in machines for tag in each["Tags"] if tag["Key"] == "Name"}
    web = by_name["shop-web-1"]
    assert len(web["BlockDeviceMappings"]) == 2
    assert len(by_name["bastion"]["NetworkInterfaces"]) == 2
    assert [group["GroupName"] for group in web["NetworkInterfaces"][0]["Groups"]] == ["web"]
    (group,) = client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert web["InstanceId"] in {each["InstanceId"] for each in group["Instances"]}
    (target,) = client("elbv2").describe_target_groups()["TargetGroups"]
    health = client("elbv2").describe_target_health(TargetGroupArn=target["TargetGroupArn"])
    assert web["InstanceId"] in {each["Target"]["Id"] for each in health["TargetHealthDescriptions"]}
    role = f"arn:aws:iam::{lab['accounts'][-1]}:role/ir-responder"
    assert client("sts").assume_role(RoleArn=role, RoleSessionName="case")["Credentials"]


def test_strangers_and_disabled_keys_are_refused(lab: Json, client: Callable[..., Any]) -> None:
    iam = client("iam")
    iam.create_user(UserName="short-lived")
    made = iam.create_access_key(UserName="short-lived")["AccessKey"]
    keys = made["AccessKeyId"], made["SecretAccessKey"]
    assert client("sts", keys).get_caller_identity()["Arn"].endswith("short-lived")
    iam.update_access_key(UserName="short-lived", AccessKeyId=keys[0], Status="Inactive")
    expected = {
        ("sts", "get_caller_identity"): "InvalidClientTokenId",
        ("ec2", "describe_vpcs"): "AuthFailure",
        ("s3", "list_buckets"): "InvalidAccessKeyId",
        ("secretsmanager", "list_secrets"): "UnrecognizedClientException",
    }
    for (service, operation), code in expected.items():
        for who in (keys, ("AKIA0000000000000000", "nobody")):
            with pytest.raises(errors.ClientError) as caught:
                getattr(client(service, who), operation)()
            assert refusal(caught) == code
    impostor = client("sts", ("AKIA0000000000000000", "nobody"))

    def pretend(request: Any, **_: Any) -> None:  # what the lab's own programs may say, others may not
        request.headers["X-Moto-Account-Id"] = lab["accounts"][0]

    impostor.meta.events.register("before-send", pretend)
    with pytest.raises(errors.ClientError) as caught:
        impostor.get_caller_identity()
    assert refusal(caught) == "InvalidClientTokenId"


def test_a_service_that_the_lab_lacks_says_so_at_once(client: Callable[..., Any]) -> None:
    with pytest.raises(errors.ClientError) as caught:
        client("accessanalyzer").list_analyzers()
    assert refusal(caught) == "UnknownOperationException"
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0


def test_the_history_knows_each_call_and_no_secret(client: Callable[..., Any]) -> None:
    iam = client("iam")
    iam.create_user(UserName="noted")
    made = iam.create_access_key(UserName="noted")["AccessKey"]
    iam.create_login_profile(UserName="noted", Password="Never-Shown-99!")  # noqa: S106 - made up
    history = client("cloudtrail", region="us-east-1")
    asked = [{"AttributeKey": "ResourceName", "AttributeValue": "noted"}]
    events = history.lookup_events(LookupAttributes=asked)["Events"]
    assert {each["EventName"] for each in events} == {"CreateUser", "CreateAccessKey", "CreateLoginProfile"}
    text = "".join(each["CloudTrailEvent"] for each in events)
    assert made["AccessKeyId"] in text
    assert made["SecretAccessKey"] not in text
    assert "Never-Shown" not in text
    assert "responseElements" in json.loads(events[0]["CloudTrailEvent"])


def test_records_have_the_shapes_of_the_service(attacks: dict[str, Json]) -> None:
    by_name = {
        record["eventName"]: record
        for attack in attacks.values()
        for record in records(attack)
        if "errorCode" not in record
    }
    shared = by_name["ModifySnapshotAttribute"]["requestParameters"]
    assert shared["createVolumePermission"] == {"add": {"items": [{"userId": "210987654321"}]}}
    assert shared["attributeType"] == "CREATE_VOLUME_PERMISSION"
    opened = by_name["AuthorizeSecurityGroupIngress"]["requestParameters"]["ipPermissions"]["items"][0]
    assert (opened["groups"], opened["ipv6Ranges"]) == ({}, {})
    key = by_name["CreateAccessKey"]["responseElements"]["accessKey"]
    assert set(key) == {"userName", "accessKeyId", "status", "createDate"}
    assert by_name["PutBucketPolicy"]["requestParameters"]["bucketPolicy"]["Version"] == "2012-10-17"
    assert by_name["AddPermission20150331v2"]["requestParameters"]["principal"] == "*"
    assert by_name["GetObject"]["eventCategory"] == "Data"
    taken = by_name["AssumeRole"]
    assert taken["responseElements"]["credentials"].keys() == {"accessKeyId", "sessionToken", "expiration"}
    session = next(r for r in records(attacks["compromised-instance"]) if r["sourceIPAddress"] == "198.51.100.23")
    assert session["userIdentity"]["sessionContext"]["ec2RoleDelivery"] == "2.0"


@pytest.mark.parametrize("name", NAMES)
def test_what_no_trail_covered_is_in_no_log(name: str, attacks: dict[str, Json], truths: dict[str, Json]) -> None:
    truth = truths[name]
    logged = {record["eventID"] for record in records(attacks[name])}
    assert {event for step in truth["steps"] for event in step["events"]} <= logged
    assert truth["events"]["attack"] == truth["events"]["attack_logged"] + len(truth["not_logged"])
    assert truth["events"]["life"] > 100
    seen = {(record["awsRegion"], record["eventName"]) for record in records(attacks[name])}
    assert ("us-west-2", "RunInstances") not in seen


def test_while_the_trail_is_stopped_nothing_is_written(attacks: dict[str, Json], truths: dict[str, Json]) -> None:
    found = sorted(records(attacks["leaked-key"]), key=lambda record: str(record["eventTime"]))
    (stopped,) = [record["eventTime"] for record in found if record["eventName"] == "StopLogging"]
    (started,) = [record["eventTime"] for record in found if record["eventName"] == "StartLogging"]
    assert not [record for record in found if stopped < record["eventTime"] < started]
    hidden = {row["call"] for row in truths["leaked-key"]["not_logged"]}
    assert hidden >= {"iam:CreateAccessKey", "ec2:RunInstances", "s3:GetObject"}


@pytest.mark.parametrize("name", NAMES)
def test_triage_of_the_logs_finds_who_it_was(
    name: str, attacks: dict[str, Json], truths: dict[str, Json], tmp_path: Path
) -> None:
    answer = triage(tmp_path / "home", attacks[name]["logs"])
    assert sums(answer["events"])
    assert answer["events"]["rejected"] == 0
    accused = {item["principal"]["name"] for item in alarming(answer)}
    guilty = {arn.split("/")[1] for arn in truths[name]["principals"]}
    assert accused == guilty


def test_a_finding_in_the_logs_becomes_a_plan_of_its_case(lab: Json, attacks: dict[str, Json], tmp_path: Path) -> None:
    answer = triage(tmp_path / "home", attacks["leaked-key"]["logs"])
    finding = alarming(answer)[0]
    own = lab["responder"]
    where = {
        "AWS_ENDPOINT_URL": lab["endpoint_url"],
        "AWS_DEFAULT_REGION": lab["region"],
        "AWS_ACCESS_KEY_ID": own["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": own["secret_access_key"],
    }
    asked = ("respond", "--finding", finding["finding"], "--yes-to-defaults", "--json")
    body = told("respond", jumpkit(tmp_path / "home", *asked, **where).one())
    assert body["case"] == answer["case"]
    assert body["alert"] == finding["finding"]
    assert any(finding["principal"]["name"] in target for target in body["targets"])
    assert body["plan"] in {plan["plan"] for plan in show(tmp_path / "home", answer["case"])["plans"]}
    none = jumpkit(tmp_path / "home", "respond", "--finding", "F-ffffffff", "--json", code=2, **where).one()
    assert none["error"]["kind"] == "not_found"


@pytest.mark.parametrize("name", NAMES)
def test_alerts_are_read_and_name_the_targets(name: str, attacks: dict[str, Json], tmp_path: Path) -> None:
    attack = attacks[name]
    answer = triage(tmp_path / "home", *attack["alerts"])
    assert answer["events"]["stored"] == len(attack["alerts"])
    text = "".join(Path(path).read_text("utf-8") for path in attack["alerts"])
    named = {kind: value for kind, value in attack["targets"].items() if value is not None and value in text}
    assert "access_key" in named
    assert {"compromised-instance": "instance", "bucket-ransom": "bucket"}.get(name, "access_key") in named


def test_the_cloud_is_as_the_attack_left_it(
    attacks: dict[str, Json], truths: dict[str, Json], client: Callable[..., Any], lab: Json
) -> None:
    left = {(row["kind"], row["name"]) for row in truths["leaked-key"]["persistence"]}
    (user,) = [name for kind, name in left if kind == "user"]
    held = {key["AccessKeyId"] for key in client("iam").list_access_keys(UserName=user)["AccessKeyMetadata"]}
    assert held & {name for kind, name in left if kind == "access_key"}
    (disk,) = [row for row in truths["leaked-key"]["taken"] if row["what"] == "snapshot"]
    shared = client("ec2").describe_snapshot_attribute(SnapshotId=disk["names"][0], Attribute="createVolumePermission")
    assert [each["UserId"] for each in shared["CreateVolumePermissions"]] == [disk["to"]]
    bucket = attacks["bucket-ransom"]["targets"]["bucket"]
    assert client("s3").get_bucket_versioning(Bucket=bucket)["Status"] == "Suspended"
    versions = client("s3").list_object_versions(Bucket=bucket)
    assert {each["Key"] for each in versions["DeleteMarkers"]} == set(truths["bucket-ransom"]["destroyed"][1]["names"])
    trail = client("s3").list_objects_v2(Bucket=f"harbor-shop-trail-{lab['accounts'][0]}", Prefix="AWSLogs/")
    assert trail["KeyCount"] > 0


def test_played_again_it_has_targets_of_its_own(attacks: dict[str, Json]) -> None:
    first, again = attacks["bucket-ransom"], attacks["bucket-ransom/again"]
    assert first["run"] != again["run"]
    assert not ({*first["targets"].values()} & {*again["targets"].values()}) - {None}
    assert not {r["eventID"] for r in records(first)} & {r["eventID"] for r in records(again)}


def test_the_truth_is_kept_aside(home: Path, attacks: dict[str, Json]) -> None:
    for attack in attacks.values():
        aside = home / "cache" / "lab" / "truth" / f"{attack['run']}.json"
        assert aside.stat().st_mode & 0o777 == 0o600
        assert not list(Path(attack["logs"]).parent.rglob("*truth*"))


def test_down_is_down_and_what_was_left_stays(home: Path, lab: Json, attacks: dict[str, Json]) -> None:
    assert told("lab-down", jumpkit(home, "lab", "down", "--json").one())["stopped"] is True
    assert told("lab-down", jumpkit(home, "lab", "down", "--json").one())["stopped"] is False
    assert told("lab-status", jumpkit(home, "lab", "status", "--json").one())["running"] is False
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(lab["endpoint_url"].rsplit(":", 1)[1])))
    assert all(records(attack) for attack in attacks.values())
