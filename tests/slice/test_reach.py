"""Who reaches whom, asked by command of what a sync found; and what isolating a machine changed."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from command.run import jumpkit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

boto3 = pytest.importorskip("boto3", reason="the emulator's clients are those of the extra `lab`")
server = pytest.importorskip("moto.server", reason="the extra `lab` is not installed here")
REGION = "eu-central-1"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": REGION}
KINDS = ("vpc", "subnet", "interface", "security_group", "network_acl", "route_table", "internet_gateway", "instance")
Json = dict[str, Any]


@pytest.fixture
def surroundings() -> Iterator[dict[str, str]]:
    there = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    there.start()
    host, port = there.get_host_and_port()
    yield {**KEYS, "AWS_ENDPOINT_URL": f"http://{host}:{port}"}
    there.stop()


def sync(home: Path, surroundings: dict[str, str]) -> str:
    kinds = [word for kind in KINDS for word in ("--kind", kind)]
    asked = ("inventory", "sync", "--region", REGION, "--account", "123456789012", *kinds, "--json")
    return str(jumpkit(home, *asked, code=None, **surroundings).one()["sync"])


def told(home: Path, *words: str) -> Json:
    """Return an answer that its schema allows; 1, since not all kinds were asked for."""
    body = jumpkit(home, "reach", *words, "--json", code=1).one()
    name = body["schema"].partition("/")[0]
    schema = json.loads(files("jumpkit.content").joinpath("schemas", f"{name}.json").read_text("utf-8"))
    jsonschema.validate(body, schema)
    assert {"nat_gateway", "prefix_list"} <= {each["kind"] for each in body["not_read"]}
    return body


def refused(home: Path, *words: str) -> str:
    return str(jumpkit(home, "reach", *words, "--json", code=2).one()["error"]["kind"])


def served(client: Any) -> Json:
    """Start a machine with a public address, in a subnet with a way out, open on one port."""
    vpc = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = client.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    gateway = client.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    client.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    (table,) = client.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    client.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    group = client.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    office = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "203.0.113.0/24"}]}
    client.authorize_security_group_ingress(GroupId=group, IpPermissions=[office])
    told_ = {"DeviceIndex": 0, "SubnetId": subnet, "Groups": [group], "AssociatePublicIpAddress": True}
    started = client.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, NetworkInterfaces=[told_])
    machine: Json = started["Instances"][0]
    return machine


def jail(client: Any, machine: Json) -> None:
    group = client.create_security_group(GroupName="jail", Description="none", VpcId=machine["VpcId"])["GroupId"]
    whole = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    client.revoke_security_group_egress(GroupId=group, IpPermissions=whole)
    for each in machine["NetworkInterfaces"]:
        client.modify_network_interface_attribute(NetworkInterfaceId=each["NetworkInterfaceId"], Groups=[group])


def test_a_machine_before_and_after_it_was_isolated(tmp_path: Path, surroundings: dict[str, str]) -> None:
    """D-27: what the network lets through, the rule at each hop, what isolating closed, and what may go on."""
    home = tmp_path / "home"
    names = {"aws_access_key_id": KEYS["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": "b", "region_name": REGION}
    client = boto3.client("ec2", endpoint_url=surroundings["AWS_ENDPOINT_URL"], **names)
    machine = served(client)
    uid = machine["InstanceId"]
    before = sync(home, surroundings)
    open_ = told(home, uid, "--from", "internet", "--port", "22")
    assert open_["reaches"] == "yes", open_["because"]
    assert "203.0.113.0/24" in open_["because"]
    shut = told(home, uid, "--from", "internet", "--port", "443")
    assert (shut["reaches"], "no rule" in shut["because"]) == ("no", True)
    assert told(home, uid, "--to", "internet", "--port", "443")["reaches"] == "yes"
    around = told(home, uid)
    assert [(each["door"], each["internet"]) for each in around["in"]] == [("tcp 22: 203.0.113.0/24", "yes")]
    assert around["balancers"] is None, "they were not asked for"
    jail(client, machine)
    sync(home, surroundings)
    change = told(home, uid, "--before", before)
    assert any("in tcp 22: 203.0.113.0/24" in each for each in change["closed"])
    assert (change["opened"], change["still"]) == ([], [])
    assert {"in", "out"} == {each["direction"] for each in change["lingering"]}
    assert change["alone"] == "unknown", "nobody saw whether what was open ended"
    assert "May go on" in jumpkit(home, "reach", uid, "--before", before, code=1).out
    assert told(home, uid, "--from", "internet", "--port", "22", "--sync", before)["reaches"] == "yes"
    assert refused(home, "i-0dead") == "not_found"
    assert refused(home, uid, "--to", "internet") == "usage"
