"""A target is what the provider says it is: one thing by its id, what hangs together with it, and what is not known."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from command.amazon import OWN, REGION, Amazon, amazon

from jumpkit.cloud.aws import door
from jumpkit.cloud.aws.calls import Aws
from jumpkit.cloud.aws.door import Access
from jumpkit.kit.errors import Denied
from jumpkit.prepare.inventory.finding import Estate, Relation, around, find, trusted
from jumpkit.prepare.inventory.kinds import load

if TYPE_CHECKING:
    from collections.abc import Iterator

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"AWS": ["111122223333", "*"]}, "Action": "sts:AssumeRole"},
    ],
}


@pytest.fixture(scope="module")
def cloud() -> Iterator[tuple[Amazon, dict[str, Any]]]:
    with amazon() as made, pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in made.where.items():
            patch.setenv(name, value)
        for cached in (door._client, door._session):  # noqa: SLF001 - this module has an Amazon of its own
            cached.cache_clear()
        yield made, build(made)
        for cached in (door._client, door._session):  # noqa: SLF001 - as above
            cached.cache_clear()


def build(made: Amazon) -> dict[str, Any]:
    ec2, iam = made.client("ec2"), made.client("iam")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    place = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(TRUST), Path="/machines/")
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    scaling, balancing = made.client("autoscaling"), made.client("elbv2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    scaling.create_launch_configuration(
        LaunchConfigurationName="web", ImageId=image, InstanceType="t2.micro", IamInstanceProfile="web"
    )
    target = balancing.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchConfigurationName="web",
        MinSize=1,
        MaxSize=1,
        VPCZoneIdentifier=place,
        TargetGroupARNs=[target["TargetGroupArn"]],
    )
    [group] = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    iam.create_user(UserName="ci")
    key = iam.create_access_key(UserName="ci")["AccessKey"]["AccessKeyId"]
    return {"instance": group["Instances"][0]["InstanceId"], "key": key, "target": target["TargetGroupArn"]}


def estate(region: str | None = REGION) -> Estate:
    return Estate(Aws(Access(region=region)), OWN, region, load())


def by_name(relations: list[Relation]) -> dict[str, list[str]]:
    assert not [gap for relation in relations for gap in relation.gaps if gap.code != "not_there"]
    return {relation.name: [item.uid for item in relation.items] for relation in relations}


def test_a_machine_with_all_that_hangs_on_it(cloud: tuple[Amazon, dict[str, Any]]) -> None:
    made, there = cloud
    item = find(estate(), "instance", there["instance"])
    assert item is not None
    ec2 = made.client("ec2")
    found = by_name(around(estate(), item))
    wanted = {"Name": "attachment.instance-id", "Values": [item.uid]}
    faces = ec2.describe_network_interfaces(Filters=[wanted])["NetworkInterfaces"]
    assert found["interface"] == [each["NetworkInterfaceId"] for each in faces]
    assert len(found["volume"]) == len(item.body["BlockDeviceMappings"])
    assert found["auto_scaling_group"] == ["web"]
    assert found["target_group"] == [there["target"]]
    assert found["subnet"] == [item.body["SubnetId"]]


def test_what_is_not_there_is_none_and_what_is_refused_is_no_answer(cloud: tuple[Amazon, dict[str, Any]]) -> None:
    made, there = cloud
    assert find(estate(), "instance", "i-0123456789abcdef0") is None
    assert find(estate(), "role", "nobody") is None
    made.proxy.refuse["ec2:DescribeInstances"] = "UnauthorizedOperation"
    with pytest.raises(Denied):
        find(estate(), "instance", there["instance"])
    made.proxy.refuse.clear()


def test_a_key_leads_to_its_user_and_a_role_says_whom_it_trusts(cloud: tuple[Amazon, dict[str, Any]]) -> None:
    _, there = cloud
    key = find(estate(None), "access_key", there["key"])
    assert key is not None
    assert by_name(around(estate(None), key))["user"] == ["ci"]
    role = find(estate(None), "role", f"arn:aws:iam::{OWN}:role/machines/web")
    assert role is not None
    assert [(row["kind"], row["principal"]) for row in trusted(role)] == [
        ("Service", "ec2.amazonaws.com"),
        ("AWS", "111122223333"),
        ("AWS", "*"),
    ]
    assert by_name(around(estate(None), role))["instance_profile"] == ["web"]


def test_others_that_may_not_be_read_are_a_gap(cloud: tuple[Amazon, dict[str, Any]]) -> None:
    made, there = cloud
    item = find(estate(), "instance", there["instance"])
    assert item is not None
    made.proxy.refuse["elasticloadbalancing:DescribeTargetGroups"] = "AccessDenied"
    [relation] = [each for each in around(estate(), item) if each.name == "target_group"]
    made.proxy.refuse.clear()
    assert relation.items == ()
    assert [gap.lacks for gap in relation.gaps] == ["elasticloadbalancing:DescribeTargetGroups"]
