"""A small breach with known ends: a leaked key, a chained role, a stolen instance role; and bystanders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from command.logs import ACCOUNT, at, call, session, user, write

if TYPE_CHECKING:
    from pathlib import Path

    from command.run import Json

OTHER = "444455556666"
THIEF = "203.0.113.66"
NAT = "192.0.2.10"
INSTANCE = "i-0aaaaaaaaaaaaaaa1"
TWINS = ("i-0aaaaaaaaaaaaaaa2", "i-0aaaaaaaaaaaaaaa3", "i-0aaaaaaaaaaaaaaa4", "i-0aaaaaaaaaaaaaaa5")
STRANGER = "i-0bbbbbbbbbbbbbbb9"
WEST = {"awsRegion": "eu-west-1"}


def role_arn(role: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account}:role/{role}"


def issued(key: str, role: str, name: str, account: str = ACCOUNT) -> Json:
    identity = session(role, key, name, account)
    return {
        "credentials": {"accessKeyId": key, "expiration": "Mar 2, 2026, 9:00:00 PM"},
        "assumedRoleUser": {"assumedRoleId": identity["principalId"], "arn": identity["arn"]},
    }


def assume(
    who: Json, key: str, role: str, when: str, account: str = ACCOUNT, name: str = "work", **more: object
) -> Json:
    asked = {"roleArn": role_arn(role, account), "roleSessionName": name}
    answer = issued(key, role, name, account)
    return call("sts", "AssumeRole", who, when, requestParameters=asked, responseElements=answer, **more)


def service(name: str) -> Json:
    return {"type": "AWSService", "invokedBy": f"{name}.amazonaws.com"}


def handed(key: str, role: str, instance: str, when: str) -> Json:
    more = {"sourceIPAddress": "ec2.amazonaws.com", "userAgent": "ec2.amazonaws.com", "recipientAccountId": ACCOUNT}
    return assume(service("ec2"), key, role, when, name=instance, **more)


def launch(instance: str, when: str, image: str, group: str, tokens: str = "optional") -> Json:
    item = {
        "instanceId": instance,
        "imageId": image,
        "keyName": "ops" if image == "ami-0web" else "lab",
        "privateIpAddress": f"10.0.0.{instance[-1]}",
        "iamInstanceProfile": {
            "arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/{'web' if image == 'ami-0web' else 'x'}"
        },
        "groupSet": {"items": [{"groupId": group}]},
        "metadataOptions": {"httpTokens": tokens},
    }
    asked = {"instancesSet": {"items": [{"imageId": image}]}, "userData": "<sensitiveDataRemoved>"}
    return call(
        "ec2", "RunInstances", user("carl"), when, requestParameters=asked,
        responseElements={"instancesSet": {"items": [item]}}, sourceIPAddress=NAT,
    )  # fmt: skip


def thief(name: str, account: str = ACCOUNT) -> Json:
    return {**user(name, account)}


def breach(agent: str = "aws-cli/2.15.0 Python/3.11 Linux/6.5.0 exe/x86_64") -> list[Json]:
    """Return the records: ops' key is leaked, and so are the credentials of one web machine."""
    here: Json = {"sourceIPAddress": THIEF, "userAgent": agent}
    ops, web = thief("ops"), session("web", "ASIAWEBWEBWEBWEBWEB1", INSTANCE)
    deploy = session("deploy", "ASIADEPLOYDEPLOYDEP1", "x1")
    audit = session("deploy", "ASIAOTHEROTHEROTHER1", "x2", OTHER)
    backdoor = {**user("svc-backup"), "accessKeyId": "AKIASVCBACKUPSVCBAC1"}
    made = {"accessKey": {"accessKeyId": "AKIASVCBACKUPSVCBAC1", "userName": "svc-backup"}}
    born = {"user": {"userName": "svc-backup", "userId": backdoor["principalId"], "arn": backdoor["arn"]}}
    named = {"userName": "svc-backup"}
    admin = {"userName": "svc-backup", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    secret = {"secretId": f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:shop/db-a1b2c3"}
    inside: Json = {"sourceIPAddress": NAT, "userAgent": "Boto3/1.35 os/linux"}
    far: Json = {**here, "recipientAccountId": OTHER}
    return [
        *(call("ec2", "DescribeInstances", ops, at(minute), sourceIPAddress=NAT) for minute in range(0, 200, 10)),
        call("s3", "PutBucketTagging", ops, at(15), requestParameters={"bucketName": "own-work"}, sourceIPAddress=NAT),
        launch(INSTANCE, at(1), "ami-0web", "sg-0web"),
        *(launch(twin, at(2 + n / 10), "ami-0web", "sg-0web") for n, twin in enumerate(TWINS)),
        launch(STRANGER, at(3), "ami-0other", "sg-0other", "required"),
        handed("ASIAWEBWEBWEBWEBWEB1", "web", INSTANCE, at(4)),
        *(call("s3", "ListBuckets", web, at(minute), **inside) for minute in range(5, 120, 10)),
        call("sts", "GetCallerIdentity", ops, at(60), **here),
        call("iam", "CreateUser", ops, at(61), requestParameters=named, responseElements=born, **here),
        call("iam", "AttachUserPolicy", ops, at(62), requestParameters=admin, **here),
        call("iam", "CreateAccessKey", ops, at(63), requestParameters=named, responseElements=made, **here),
        assume(backdoor, "ASIADEPLOYDEPLOYDEP1", "deploy", at(65), name="x1", **here),
        call("secretsmanager", "GetSecretValue", deploy, at(66), requestParameters=secret, **here),
        call("cloudtrail", "StopLogging", deploy, at(67), requestParameters={"name": "spare"}, **here, **WEST),
        call("s3", "PutBucketPolicy", deploy, at(68), requestParameters={"bucketName": "exports"}, **here),
        assume(deploy, "ASIAOTHEROTHEROTHER1", "deploy", at(70), OTHER, "x2", **here),
        call("rds", "DeleteDBInstance", audit, at(71), requestParameters={"dBInstanceIdentifier": "orders"}, **far),
        call("iam", "CreateRole", audit, at(72), requestParameters={"roleName": "deploy2"}, **far),
        call("sts", "AssumeRole", deploy, at(73), errorCode="AccessDenied", **here,
             requestParameters={"roleArn": role_arn("admin"), "roleSessionName": "x"}),
        call("s3", "ListBuckets", web, at(80), **here),
        call("s3", "GetObject", web, at(81), requestParameters={"bucketName": "customers", "key": "a.csv"}, **here),
        *bystanders(),
    ]  # fmt: skip


def bystanders() -> list[Json]:
    """Return the calls of people and machines that have nothing to do with it."""
    everyday = [
        call("ec2", "DescribeVolumes", user(name), at(minute), sourceIPAddress=NAT)
        for name in ("asha", "bo", "carl", "dee", "eli", "fay")
        for minute in range(0, 200, 15)
    ]
    west = [call("ec2", "DescribeVpcs", user("asha"), at(minute), **WEST) for minute in range(0, 200, 5)]
    west += [
        call("ec2", "CreateTags", user("asha"), at(minute), requestParameters={}, **WEST) for minute in range(0, 200, 9)
    ]
    named = {"bucketName": "quiet"}
    bucket = [call("s3", "GetBucketAcl", user("bo"), at(30), requestParameters=named, sourceIPAddress=NAT)]
    elsewhere = [call("s3", "ListBuckets", user("zoe", OTHER), at(minute)) for minute in range(0, 200, 7)]
    return [*everyday, *west, *bucket, *elsewhere]


def estate(folder: Path, *, regions: tuple[str, ...] = ("eu-central-1", "eu-west-1")) -> Path:
    path = folder / "estate.yaml"
    listed = "".join(f"  - {region}\n" for region in regions)
    path.write_text(f"networks: [192.0.2.0/24, 10.0.0.0/8]\nregions:\n{listed}", "utf-8")
    return path


def written(folder: Path, records: list[Json]) -> Path:
    return write(folder / "logs" / "a.json", *records)
