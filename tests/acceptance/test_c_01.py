"""C-01: everything in the window that gives lasting access or takes sight away, judged and tied to who did it."""

from __future__ import annotations

import gzip
import json
from importlib.resources import files
from random import Random
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from command.logs import ACCOUNT, at, call, session, user, write
from command.run import Json, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EVE, BO = user("mallet"), user("bo")
ROBOT = session("deployer", "ASIAROBOTROBOTROBOT1", "pipeline")
OUTSIDER = "999988887777"


def policy(principal: Any) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*"}]})


def seeded() -> list[tuple[str, str, Json, Json | None]]:
    """Return (service, operation, request, response) of 22 things that somebody left behind."""
    foreign = {"AWS": f"arn:aws:iam::{OUTSIDER}:root"}
    world = {"items": [{"ipProtocol": "tcp", "fromPort": 22, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}}]}
    shared = {"add": {"items": [{"userId": OUTSIDER}]}}
    key = {"accessKey": {"accessKeyId": "AKIANEWKEYNEWKEY0001", "userName": "backup2", "status": "Active"}}
    narrow = [{"readWriteType": "WriteOnly", "includeManagementEvents": True}]
    anchor = {"trustAnchor": {"trustAnchorId": "3f1d0000-1111-2222-3333-444455556666"}}
    provider = {"sAMLProviderArn": f"arn:aws:iam::{ACCOUNT}:saml-provider/corp2"}
    targets = [{"arn": "arn:aws:lambda:x:y:function:z"}]
    instance = {"AssociateIamInstanceProfileRequest": {"InstanceId": "i-0a1b2c3d4e5f60718"}}
    return [
        ("iam", "CreateUser", {"userName": "backup2"}, None),
        ("iam", "CreateLoginProfile", {"userName": "backup2"}, None),
        ("iam", "CreateAccessKey", {"userName": "backup2"}, key),
        (
            "iam",
            "AttachUserPolicy",
            {"userName": "backup2", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
            None,
        ),
        ("iam", "CreateRole", {"roleName": "helper", "assumeRolePolicyDocument": policy(foreign)}, None),
        ("iam", "UpdateAssumeRolePolicy", {"roleName": "admin", "policyDocument": policy(foreign)}, None),
        ("iam", "PutRolePolicy", {"roleName": "admin", "policyName": "extra"}, None),
        ("iam", "DeleteRolePermissionsBoundary", {"roleName": "admin"}, None),
        ("iam", "CreateSAMLProvider", {"name": "corp2"}, provider),
        ("rolesanywhere", "CreateTrustAnchor", {"name": "corp3"}, anchor),
        ("lambda", "UpdateFunctionCode20150331v2", {"functionName": "invoices"}, None),
        ("lambda", "AddPermission20150331v2", {"functionName": "invoices", "statementId": "x", "principal": "*"}, None),
        ("lambda", "CreateFunctionUrlConfig", {"functionName": "invoices", "authType": "NONE"}, None),
        ("events", "PutTargets", {"rule": "nightly", "targets": targets}, None),
        ("ssm", "CreateDocument", {"name": "tidy"}, None),
        ("ec2", "ModifyInstanceAttribute", {"instanceId": "i-0a1b2c3d4e5f60718", "userData": "hidden"}, None),
        ("ec2", "AssociateIamInstanceProfile", instance, None),
        ("ec2", "ModifyImageAttribute", {"imageId": "ami-0a1b2c3d4e5f60718", "launchPermission": shared}, None),
        ("ec2", "AuthorizeSecurityGroupIngress", {"groupId": "sg-0a1b2c3d4e5f60718", "ipPermissions": world}, None),
        ("s3", "PutBucketPolicy", {"bucketName": "ledger", "bucketPolicy": json.loads(policy(foreign))}, None),
        ("ses", "VerifyEmailIdentity", {"emailAddress": "pay@example.com"}, None),
        ("cloudtrail", "PutEventSelectors", {"trailName": "main", "eventSelectors": narrow}, None),
    ]


def left(start: float = 10) -> list[Json]:
    return [
        call(service, operation, EVE, at(start + number), requestParameters=request, responseElements=response)
        for number, (service, operation, request, response) in enumerate(seeded())
    ]


def harmless() -> list[Json]:
    """Return what deployments and people make every day, what failed, and what lets nobody in."""
    own = json.loads(policy({"AWS": f"arn:aws:iam::{ACCOUNT}:role/web"}))
    service = policy({"Service": "ec2.amazonaws.com"})
    return [
        call(
            "iam",
            "CreateRole",
            ROBOT,
            at(40),
            requestParameters={"roleName": "web", "assumeRolePolicyDocument": service},
        ),
        call("events", "PutRule", ROBOT, at(41), requestParameters={"name": "hourly"}),
        call("s3", "PutBucketPolicy", ROBOT, at(42), requestParameters={"bucketName": "site", "bucketPolicy": own}),
        call("iam", "CreateGroup", BO, at(43), requestParameters={"groupName": "readers"}),
        call("iam", "AddUserToGroup", BO, at(44), requestParameters={"userName": "asha", "groupName": "readers"}),
        call("iam", "CreateUser", EVE, at(45), requestParameters={"userName": "no"}, errorCode="AccessDenied"),
    ]


def ask(home: Path, *said: str | Path) -> Json:
    answer = jumpkit(home, "persistence", *said, "--json").one()
    schema = json.loads(files("jumpkit.content").joinpath("schemas", "persistence.json").read_text("utf-8"))
    jsonschema.validate(answer, schema)
    return answer


def fresh(folder: Path, warm: Callable[[Path], Path], *records: Json) -> Path:
    home = warm(folder / "home")
    triage(home, write(folder / "logs" / "a.json", *records))
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Path:
    return fresh(tmp_path_factory.mktemp("left"), warm, *left(), *harmless())


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    path = tmp_path / "estate.yaml"
    path.write_text(f"automation: ['arn:aws:sts::{ACCOUNT}:assumed-role/deployer/*']\n", "utf-8")
    return path


def test_all_that_was_left_behind_is_found_and_nothing_else_is_called_malicious(home: Path, estate: Path) -> None:
    """C-01: all 22 seeded things, tied to who made them; of what is harmless none is malicious or suspect."""
    answer = ask(home, "--estate", estate)
    guilty = [item for item in answer["items"] if item["state"] in ("malicious", "suspect")]
    made = sorted(operation for _, operation, *_ in seeded())
    assert sorted(operation for item in guilty for operation in item["operations"]) == made
    assert {item["by"]["name"] for item in guilty} == {"mallet"}
    assert all(item["undone"] is None and item["findings"] and item["attack"] for item in guilty)


def test_each_verdict_says_why_and_each_thing_how_to_take_it_back(home: Path) -> None:
    answer = ask(home)
    assert set(answer["criteria"]) == {"malicious", "suspect", "expected", "unknown"}
    for item in answer["items"]:
        assert len(item["why"]) > 20, item["uid"]
        assert item["revert"]["words"], item["uid"]
        assert bool(item["revert"]["command"]) != bool(item["revert"]["no_command"])
    (key,) = [item for item in answer["items"] if item["kind"] == "access_key"]
    assert key["revert"]["command"] == (
        "aws iam update-access-key --user-name backup2 --access-key-id AKIANEWKEYNEWKEY0001 --status Inactive"
    )
    assert "until they expire" in key["revert"]["not_brought_back"]
    (role,) = [item for item in answer["items"] if item["uid"].startswith("role_trust:")]
    assert (role["state"], role["lets_in"]) == ("malicious", [f"arn:aws:iam::{OUTSIDER}:root"])


def test_known_automation_is_expected_and_the_unknown_says_so(home: Path, estate: Path) -> None:
    states = {item["uid"].partition(":")[2]: item["state"] for item in ask(home, "--estate", estate)["items"]}
    assert states[f"{ACCOUNT}:web"] == "expected"
    assert states[f"{ACCOUNT}:eu-central-1:hourly"] == "expected"
    assert states[f"{ACCOUNT}:asha/readers"] == "unknown"
    without = ask(home)
    states = {item["uid"].partition(":")[2]: item["state"] for item in without["items"]}
    assert states[f"{ACCOUNT}:web"] == "unknown"
    assert any("automation" in each["because"] for each in without["limits"])


def test_what_failed_is_an_attempt_and_no_thing(home: Path) -> None:
    (attempt,) = ask(home)["attempts"]
    assert (attempt["operation"], attempt["calls"], attempt["errors"][0]["error"]) == ("CreateUser", 1, "AccessDenied")


def test_kinds_that_are_known_and_not_detected_stand_in_the_limits(home: Path) -> None:
    limits = [each for each in ask(home)["limits"] if each["because"].startswith("known and not detected")]
    assert len(limits) >= 5
    told = jumpkit(home, "persistence").out
    assert limits[0]["what"] in told
    assert "aws iam update-access-key" in told


def test_what_was_taken_back_says_by_which_call(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    closed = json.loads(policy({"Service": "x.amazonaws.com"}))
    removed = {"remove": {"items": [{"userId": OUTSIDER}]}}
    back = [
        ("iam", "DeleteLoginProfile", {"userName": "backup2"}),
        ("iam", "UpdateAccessKey", {"accessKeyId": "AKIANEWKEYNEWKEY0001", "status": "Inactive"}),
        ("iam", "DetachUserPolicy", {"userName": "other", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
        ("s3", "PutBucketPolicy", {"bucketName": "ledger", "bucketPolicy": closed}),
        ("ec2", "ModifyImageAttribute", {"imageId": "ami-0a1b2c3d4e5f60718", "launchPermission": removed}),
    ]
    undoing = [
        call(service, operation, BO, at(50 + number), requestParameters=request)
        for number, (service, operation, request) in enumerate(back)
    ]
    home = fresh(tmp_path, warm, *left(), *undoing)
    undone = {item["kind"]: item["undone"]["operation"] for item in ask(home)["items"] if item["undone"]}
    assert undone == {
        "login_profile": "DeleteLoginProfile",
        "access_key": "UpdateAccessKey",
        "bucket_policy": "PutBucketPolicy",
        "image_shared": "ModifyImageAttribute",
    }
    standing = ask(home, "--standing")["items"]
    assert "policy_attached" in {item["kind"] for item in standing}, "another user's policy was detached"


def test_made_again_after_it_was_taken_back_stands_again(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    again = [
        call("iam", "CreateLoginProfile", EVE, at(1), requestParameters={"userName": "backup2"}),
        call("iam", "DeleteLoginProfile", BO, at(2), requestParameters={"userName": "backup2"}),
        call("iam", "CreateLoginProfile", EVE, at(3), requestParameters={"userName": "backup2"}),
    ]
    (item,) = ask(fresh(tmp_path, warm, *again))["items"]
    assert (item["undone"], item["calls"]) == (None, 2)


def test_one_name_in_two_accounts_is_two_things(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    other = user("mallet", OUTSIDER)
    made = [
        call("iam", "CreateUser", who, at(number), requestParameters={"userName": "backup2"})
        for number, who in enumerate((EVE, other))
    ]
    removed = call("iam", "DeleteUser", other, at(9), requestParameters={"userName": "backup2"})
    items = ask(fresh(tmp_path, warm, *made, removed))["items"]
    assert {(item["account"], item["undone"] is None) for item in items} == {(ACCOUNT, True), (OUTSIDER, False)}


def test_hostile_names_are_never_put_into_a_command(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    names = ["a; rm -rf /", "$(id)", "--no-verify", "a b", "x`id`"]
    made = [
        call("iam", "CreateUser", EVE, at(number), requestParameters={"userName": name})
        for number, name in enumerate(names)
    ]
    items = ask(fresh(tmp_path, warm, *made))["items"]
    assert sorted(item["name"] for item in items) == sorted(names)
    assert {item["revert"]["command"] for item in items} == {None}
    assert all(item["revert"]["no_command"] for item in items)


def test_calls_taken_away_leave_nothing_and_a_limit(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    heading = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action"
    flow = "2 111122223333 eni-0a1b2c3d4e5f60718 10.0.0.5 198.51.100.7 443 49152 6 10 840 1772442000 1772442060 ACCEPT"
    log = tmp_path / "flows.log"
    log.write_text(f"{heading} log-status\n{flow} OK\n", "utf-8")
    home = warm(tmp_path / "home")
    triage(home, log)
    answer = ask(home)
    assert answer["items"] == []
    assert "holds no call" in answer["limits"][0]["because"]


def _renamed(text: str) -> str:
    for name, other in (("backup2", "qqzzrr"), ("invoices", "wwxxyy"), ("ledger", "pplloo"), ("mallet", "zumoki")):
        text = text.replace(name, other).replace(name.upper(), other.upper())
    return text.replace(OUTSIDER, "121234345656")


def test_renamed_logs_give_the_same_answer_but_for_names(
    home: Path, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    expected = json.loads(_renamed(json.dumps(ask(home))))
    records = json.loads(_renamed(json.dumps([*left(), *harmless()])))
    answer = ask(fresh(tmp_path, warm, *records))
    for told in (answer, expected):
        for item in told["items"]:
            item.pop("findings")  # their ids are made of names
    assert answer == expected


def test_order_parts_and_runs_make_no_difference(home: Path, tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    records = [*left(), *harmless()]
    Random(3).shuffle(records)  # noqa: S311 - any order will do
    other = warm(tmp_path / "home")
    first = triage(other, write(tmp_path / "one" / "a.json", *records[:9]))
    packed = tmp_path / "two" / "b.json.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(json.dumps({"Records": records[9:]}).encode()))
    triage(other, packed, "--case", first["case"])
    assert ask(other) == ask(home)


def test_the_hour_of_attacks_is_swept(invictus: tuple[Path, Json]) -> None:
    """C-01: what each technique left is there, with the call that its own clean-up took it back by."""
    answer = ask(invictus[0])
    malicious = {
        (item["kind"], item["undone"]["operation"] if item["undone"] else None)
        for item in answer["items"]
        if item["state"] == "malicious"
    }
    assert malicious >= {
        ("access_key", "DeleteAccessKey"),
        ("login_profile", "DeleteLoginProfile"),
        ("role_trust", "UpdateAssumeRolePolicy"),
        ("function_open", "RemovePermission20150331v2"),
        ("function_code", "DeleteFunction20150331"),
        ("trust_anchor", "DeleteTrustAnchor"),
        ("snapshot_shared", "ModifySnapshotAttribute"),
        ("image_shared", "ModifyImageAttribute"),
        ("database_shared", "ModifyDBSnapshotAttribute"),
        ("bucket_policy", "DeleteBucketPolicy"),
        ("port_opened", "RevokeSecurityGroupIngress"),
        ("trail_narrowed", "PutEventSelectors"),
        ("flow_logs_off", None),
    }
    off = [item for item in answer["items"] if item["undone"] is None]
    assert all(item["set_up"] for item in off), "the same hands had set up what they took away"
    assert {item["state"] for item in answer["items"]} == {"malicious", "suspect"}


def test_single_techniques_are_each_found_and_stand(
    data_dir: Path, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    """C-01: of logs of one technique each, whatever lasts is found, malicious, and not taken back."""
    home = warm(tmp_path / "home")
    triage(home, data_dir / "stratus" / "logs")
    items = ask(home)["items"]
    assert {(item["state"], item["undone"]) for item in items} == {("malicious", None)}
    assert {item["kind"] for item in items} == {
        *("user", "access_key", "policy_attached", "login_profile", "role_trust", "trust_anchor", "anywhere_profile"),
        *("function_code", "connect_key", "port_opened", "snapshot_shared"),
        *("trail_narrowed", "dns_logs_off", "flow_logs_off"),
    }
