"""P-08: everything is listed with owner, criticality, data class, region and service model; the rest is UNCOVERED."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from command.amazon import OWN, REGION, Amazon, amazon
from command.inventory import listed, sync, valid
from command.run import COMMAND, Json, assert_intact, copied, jumpkit, problems, surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDS = (
    "account", "instance", "interface", "volume", "security_group", "vpc", "subnet", "bucket", "user", "access_key",
    "role", "role_policy", "function", "secret", "kms_key", "queue", "topic",
)  # fmt: skip
TAGS = [{"Key": "Name", "Value": "web-1"}, {"Key": "Owner", "Value": "shop"}, {"Key": "tier", "Value": "Gold"}]
TRUST = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}


def policy(*statements: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def build(cloud: Amazon) -> Json:
    """Make an estate of two accounts and one that is closed, and return what there is of each kind that we made."""
    org = cloud.client("organizations")
    org.create_organization(FeatureSet="ALL")
    shop = org.create_account(Email="s@example.com", AccountName="shop")["CreateAccountStatus"]["AccountId"]
    lost = org.create_account(Email="l@example.com", AccountName="lost")["CreateAccountStatus"]["AccountId"]
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    image = ec2.describe_images()["Images"][0]["ImageId"]
    tagged = [{"ResourceType": "instance", "Tags": TAGS}]
    run = ec2.run_instances(ImageId=image, MinCount=2, MaxCount=2, SubnetId=subnet, TagSpecifications=tagged)
    s3 = cloud.client("s3")
    for name in ("orders", "pictures"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_tagging(Bucket="orders", Tagging={"TagSet": [{"Key": "data-class", "Value": "PII, card"}]})
    identities(cloud.client("iam"), "deploy")
    identities(cloud.client("iam", shop), "shop-role")
    cloud.client("secretsmanager").create_secret(Name="db", SecretString="zebra-secret")
    cloud.client("sqs").create_queue(QueueName="orders")
    cloud.client("sns").create_topic(Name="alarms")
    cloud.client("kms").create_key(Description="of orders")
    machines = [each["InstanceId"] for each in run["Instances"]]
    return {"shop": shop, "lost": lost, "vpc": vpc, "subnet": subnet, "machines": machines}


def identities(iam: Any, role: str) -> None:
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=policy(TRUST))
    allowed = policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    iam.put_role_policy(RoleName=role, PolicyName="all-of-s3", PolicyDocument=allowed)
    iam.create_user(UserName=f"{role}-user")
    iam.create_access_key(UserName=f"{role}-user")


@pytest.fixture(scope="module")
def cloud() -> Iterator[tuple[Amazon, Json]]:
    with amazon() as made:
        yield made, build(made)


@pytest.fixture(scope="module")
def synced(cloud: tuple[Amazon, Json], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Json, Json]:
    """Return a workspace, what the sync said, and what there is; the lost account's role cannot be assumed."""
    made, truth = cloud
    made.proxy.refuse["s3:GetPolicy"] = "AccessDenied"
    made.proxy.refuse["sts:AssumeRole"] = "AccessDenied"
    home = tmp_path_factory.mktemp("p08") / "home"
    told = sync(home, made, kinds=KINDS, code=1)
    made.proxy.refuse.clear()
    return home, told, truth


def test_accounts_that_nobody_entered_are_uncovered(synced: tuple[Path, Json, Json]) -> None:
    home, told, truth = synced
    states = {each["account"]: each["covered"] for each in told["accounts"]}
    assert states[OWN] is True
    assert states[truth["shop"]] is states[truth["lost"]] is False
    assert {each["account"] for each in told["uncovered"]} >= {truth["shop"], truth["lost"]}
    assert {each["because"]["code"] for each in told["uncovered"]} == {"no_role"}
    said = jumpkit(home, "inventory", "count", code=1).out
    assert f"UNCOVERED  {truth['lost']} (lost)" in said


def test_what_was_refused_is_unknown_by_name(synced: tuple[Path, Json, Json]) -> None:
    """A bucket whose policy may not be read has no policy that is null, but a gap with the action that lacks."""
    home, told, _ = synced
    [gap] = [each for each in told["unknown"] if each["kind"] == "bucket"]
    wanted = {"state": "partial", "field": "Policy", "call": "s3:GetBucketPolicy", "code": "AccessDenied"}
    assert wanted.items() <= gap.items()
    assert (gap["lacks"], gap["items"]) == ("s3:GetBucketPolicy", 2)
    for bucket in listed(home, "bucket", code=1)["items"]:
        assert "Policy" not in bucket["body"]
        assert bucket["body"]["Encryption"] is None or bucket["body"]["Encryption"]
        assert [each["field"] for each in bucket["gaps"]] == ["Policy"]


def test_the_count_is_what_is_there(synced: tuple[Path, Json, Json], cloud: tuple[Amazon, Json]) -> None:
    home, _, _ = synced
    counts = {each["type"]: each["count"] for each in valid(
        jumpkit(home, "inventory", "count", "--by", "type", "--json", code=1).one()
    )["counts"]}  # fmt: skip
    assert set(counts) == set(KINDS)
    assert counts == truth(cloud[0])


def truth(made: Amazon) -> Counter[str]:
    """Count by hand, with the SDK."""
    ec2, iam = made.client("ec2"), made.client("iam")
    found = Counter(
        {
            "account": len(made.client("organizations").list_accounts()["Accounts"]),
            "instance": sum(len(each["Instances"]) for each in ec2.describe_instances()["Reservations"]),
            "interface": len(ec2.describe_network_interfaces()["NetworkInterfaces"]),
            "volume": len(ec2.describe_volumes()["Volumes"]),
            "security_group": len(ec2.describe_security_groups()["SecurityGroups"]),
            "vpc": len(ec2.describe_vpcs()["Vpcs"]),
            "subnet": len(ec2.describe_subnets()["Subnets"]),
            "bucket": len(made.client("s3").list_buckets()["Buckets"]),
            "user": len(iam.list_users()["Users"]),
            "role": len(iam.list_roles()["Roles"]),
            "secret": len(made.client("secretsmanager").list_secrets()["SecretList"]),
            "kms_key": len(made.client("kms").list_keys()["Keys"]),
            "queue": len(made.client("sqs").list_queues()["QueueUrls"]),
            "topic": len(made.client("sns").list_topics()["Topics"]),
            "function": 0,
        }
    )
    keys = [iam.list_access_keys(UserName=each["UserName"]) for each in iam.list_users()["Users"]]
    found["access_key"] = sum(len(each["AccessKeyMetadata"]) for each in keys)
    written = [iam.list_role_policies(RoleName=each["RoleName"]) for each in iam.list_roles()["Roles"]]
    found["role_policy"] = sum(len(each["PolicyNames"]) for each in written)
    return found


def test_each_thing_says_where_it_is_and_whose(synced: tuple[Path, Json, Json]) -> None:
    home, _, made = synced
    for item in listed(home, "instance", "--owner", "shop")["items"]:
        assert item["uid"] in made["machines"]
        told = {name: item[name] for name in ("account", "region", "owner", "criticality", "model", "category", "name")}
        assert told == {
            "account": OWN, "region": REGION, "owner": "shop", "criticality": "gold", "model": "iaas",
            "category": "compute", "name": "web-1",
        }  # fmt: skip
        assert item["seen_at"].endswith("Z")
    orders = listed(home, "orders")["items"]
    assert [each["data_classes"] for each in orders if each["kind"] == "bucket"] == [["card", "pii"]]
    role = next(each for each in listed(home, "deploy")["items"] if each["kind"] == "role")
    assert role["body"]["AssumeRolePolicyDocument"]["Statement"] == [TRUST]


def test_no_secret_is_kept(synced: tuple[Path, Json, Json]) -> None:
    home, _, _ = synced
    for path in home.rglob("*"):
        if path.is_file():
            assert b"zebra-secret" not in path.read_bytes()
    assert "zebra-secret" not in jumpkit(home, "inventory", "show", "--json", code=1).out


def test_custody_vouches_for_what_was_read(synced: tuple[Path, Json, Json], tmp_path: Path) -> None:
    home = copied(synced[0], tmp_path / "home")
    assert_intact(home)
    [path] = (home / "inventory").glob("*-items.parquet")
    path.write_bytes(path.read_bytes()[:-1] + b"X")
    assert ("file", f"inventory/{path.name}") in problems(home)


def test_a_role_in_each_account_covers_it(cloud: tuple[Amazon, Json], tmp_path: Path) -> None:
    made, there = cloud
    role = "arn:aws:iam::{account}:role/reader"
    told = sync(tmp_path / "home", made, "--role-arn", role, "--external-id", "word", kinds=("role", "user"))
    assert told["whole"] is True
    assert all(each["covered"] for each in told["accounts"])
    roles = {(each["account"], each["uid"]) for each in listed(tmp_path / "home", "role", code=0)["items"]}
    assert (there["shop"], "shop-role") in roles
    assert (OWN, "deploy") in roles
    assert not any(account == there["lost"] and uid == "shop-role" for account, uid in roles)


def test_a_list_that_is_refused_is_no_empty_list(cloud: tuple[Amazon, Json], tmp_path: Path) -> None:
    made, _ = cloud
    made.proxy.refuse["ec2:DescribeInstances"] = "UnauthorizedOperation"
    told = sync(tmp_path / "home", made, "--account", OWN, kinds=("instance", "vpc"), code=1)
    made.proxy.refuse.clear()
    [gap] = told["unknown"]
    assert gap["lacks"] == "ec2:DescribeInstances"
    assert (gap["region"], gap["state"], gap["field"]) == (REGION, "unknown", None)
    counted = jumpkit(tmp_path / "home", "inventory", "count", "--json", code=1).one()["counts"]
    assert {"type": "instance", "count": 0, "at_least": True} in counted
    assert listed(tmp_path / "home", "instance", code=1)["unknown"]
    jumpkit(tmp_path / "home", "inventory", "show", "vpc", code=0)


def test_an_interrupted_sync_goes_on(cloud: tuple[Amazon, Json], tmp_path: Path) -> None:
    """Parts that were read are not asked for again; the sync keeps its number."""
    made, _ = cloud
    home = tmp_path / "home"
    hung = made.proxy
    hung.released.clear()
    hung.drop = lambda operation: "call" if operation == "DescribeVpcs" else None
    kinds = ("user", "role", "vpc")
    asked = [word for kind in kinds for word in ("--kind", kind)]
    said = [*COMMAND, "inventory", "sync", "--region", REGION, "--account", OWN, *asked, "--home", str(home)]
    with subprocess.Popen(said, env=surroundings(**made.where)) as run:
        assert hung.dropped.wait(60)
        spool = home / "cache" / "inventory"
        for _ in range(600):
            if len(next(spool.glob("*.jsonl")).read_bytes().splitlines()) == 2:
                break
            hung.released.wait(0.05)
        run.kill()
    hung.drop, before = (lambda _: None), len(hung.calls)
    hung.released.set()
    told = sync(home, made, "--account", OWN, kinds=kinds)
    assert told["resumed"] is True
    assert told["sync"].endswith("-0001")
    assert told["whole"] is True
    after = {operation for _, operation in hung.calls[before:]}
    assert "DescribeVpcs" in after
    assert not {"ListUsers", "ListRoles"} & after
    assert told["by_kind"]["role"] >= 1
    assert_intact(home)
