"""P-07, P-09: exposed ports equal what was built, opening one shows as one added row; diagrams hold each edge once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from command.amazon import OWN, REGION, Amazon, amazon
from command.inventory import diff, sync, valid
from command.run import Json, copied, jumpkit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDS = (
    "interface", "security_group", "subnet", "route_table", "network_acl", "prefix_list", "load_balancer",
    "classic_balancer", "database", "function", "eks_cluster", "rest_api", "http_api", "distribution", "vpc",
    "internet_gateway", "egress_gateway", "nat_gateway", "peering", "vpc_endpoint", "transit_gateway",
    "transit_attachment",
)  # fmt: skip
ANY = "0.0.0.0/0"


def build(cloud: Amazon) -> Json:
    """Make machines of every sort: reached; no public address; no route; shut by the ACL; open to one network only."""
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    places = {name: subnet(ec2, vpc, number, gateway) for number, name in enumerate(("open", "dark", "shut"))}
    shut(ec2, vpc, places["shut"])
    web, office = group(ec2, vpc, "web", 443, ANY), group(ec2, vpc, "office", 22, "198.51.100.0/24")
    inner = group(ec2, vpc, "inner", 5432, "10.0.0.0/8")
    made = {
        "reached": machine(ec2, places["open"], [web, inner], public=True),
        "office": machine(ec2, places["open"], [office], public=True),
        "hidden": machine(ec2, places["open"], [web], public=False),
        "dark": machine(ec2, places["dark"], [web], public=True),
        "shut": machine(ec2, places["shut"], [web], public=True),
    }
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    joined = ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=other)["VpcPeeringConnection"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=joined["VpcPeeringConnectionId"])
    return made | {
        "web": web,
        "peering": joined["VpcPeeringConnectionId"],
        "vpcs": [vpc, other],
    }


def subnet(ec2: Any, vpc: str, number: int, gateway: str) -> str:
    made = str(ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24")["Subnet"]["SubnetId"])
    if number != 1:
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=ANY, GatewayId=gateway)
        ec2.associate_route_table(RouteTableId=table, SubnetId=made)
    return made


def shut(ec2: Any, vpc: str, place: str) -> None:
    """Give a subnet a network ACL of its own, which lets nothing in."""
    acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    [old] = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [place]}])["NetworkAcls"]
    [held] = [each for each in old["Associations"] if each["SubnetId"] == place]
    ec2.replace_network_acl_association(AssociationId=held["NetworkAclAssociationId"], NetworkAclId=acl)


def group(ec2: Any, vpc: str, name: str, port: int, source: str) -> str:
    made = str(ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"])
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": source}]}
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[rule])
    return made


def machine(ec2: Any, place: str, groups: list[str], *, public: bool) -> str:
    image = ec2.describe_images()["Images"][0]["ImageId"]
    run = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=place, SecurityGroupIds=groups)
    made = str(run["Instances"][0]["InstanceId"])
    if public:
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        ec2.associate_address(InstanceId=made, AllocationId=address)
    return made


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Amazon, Json]]:
    """Return a workspace that read the estate; no test may change it."""
    with amazon() as cloud:
        made = build(cloud)
        home = tmp_path_factory.mktemp("p07") / "home"
        assert sync(home, cloud, "--account", OWN, kinds=KINDS)["whole"] is True
        yield home, cloud, made


def ports(home: Path, *said: str, code: int = 0) -> list[Json]:
    told = valid(jumpkit(home, "inventory", "ports", *said, "--json", code=code).one())
    found: list[Json] = told["ports"]
    return found


def test_what_is_exposed_is_what_was_built(read: tuple[Path, Amazon, Json]) -> None:
    home, _, made = read
    found = {(port["asset"], port["from_port"], port["source"], port["state"]) for port in ports(home, "--exposed")}
    assert found == {
        (made["reached"], 443, ANY, "exposed"),
        (made["office"], 22, "198.51.100.0/24", "limited"),
    }
    closed = {(port["asset"], port["from_port"]): port["because"] for port in ports(home) if port["state"] == "closed"}
    assert "public address" in closed[made["hidden"], 443]
    assert "no route" in closed[made["dark"], 443]
    assert "lets nothing" in closed[made["shut"], 443]
    assert "no address of the internet" in closed[made["reached"], 5432]


def test_opening_a_port_is_one_added_row(read: tuple[Path, Amazon, Json], tmp_path: Path) -> None:
    home, cloud, made = copied(read[0], tmp_path / "home"), read[1], read[2]
    ec2 = cloud.client("ec2")
    rule = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": ANY}]}]
    ec2.authorize_security_group_ingress(GroupId=made["web"], IpPermissions=rule)
    sync(home, cloud, "--account", OWN, kinds=KINDS)
    ec2.revoke_security_group_ingress(GroupId=made["web"], IpPermissions=rule)
    told = diff(home)
    [port] = told["ports"]["added"]
    assert (port["asset"], port["from_port"], port["source"]) == (made["reached"], 22, ANY)
    assert (told["ports"]["removed"], told["added"], told["removed"]) == ([], [], [])
    [changed] = told["changed"]
    assert (changed["kind"], changed["uid"]) == ("security_group", made["web"])
    assert [each["field"] for each in changed["fields"]] == ["IpPermissions"]
    back = diff(home, told["to"]["sync"], told["from"]["sync"])
    assert [port["from_port"] for port in back["ports"]["removed"]] == [22]


def test_without_the_routes_nothing_is_called_closed(read: tuple[Path, Amazon, Json], tmp_path: Path) -> None:
    """A list that was refused makes ports unknown and syncs incomparable; nothing is called gone."""
    home, cloud, made = copied(read[0], tmp_path / "home"), read[1], read[2]
    cloud.proxy.refuse["ec2:DescribeRouteTables"] = "UnauthorizedOperation"
    sync(home, cloud, "--account", OWN, kinds=KINDS, code=1)
    cloud.proxy.refuse.clear()
    found = {(port["asset"], port["state"]) for port in ports(home, "--exposed", code=1)}
    assert {(made["reached"], "unknown"), (made["office"], "unknown"), (made["dark"], "unknown")} <= found
    assert not {state for _, state in found} & {"exposed", "limited"}
    told = diff(home, code=1)
    assert not any(each["kind"] == "route_table" for each in told["removed"])
    assert [each["kind"] for each in told["not_compared"]] == ["route_table"]
    assert told["ports"] == {"added": [], "removed": []}


@pytest.mark.parametrize(("fmt", "edge"), [("mermaid", r"^\s+(n\d+) ---\|"), ("dot", r'^\s+"[^"]+" -- "[^"]+"')])
def test_each_network_and_edge_is_drawn_once(read: tuple[Path, Amazon, Json], fmt: str, edge: str) -> None:
    home, cloud, made = read
    told = valid(jumpkit(home, "inventory", "graph", "--format", fmt, "--json").one())
    text = told["text"]
    for vpc in cloud.client("ec2").describe_vpcs()["Vpcs"]:
        assert len(re.findall(rf'subgraph .*"{vpc["VpcId"]} ', text)) == 1
    lines = [line for line in text.splitlines() if re.match(edge, line)]
    assert len(lines) == len(set(lines))
    assert len([line for line in lines if made["peering"] in line]) == 1
    assert told["finished"] in text


def test_a_name_cannot_leave_its_label(read: tuple[Path, Amazon, Json], tmp_path: Path) -> None:
    home, cloud, made = copied(read[0], tmp_path / "home"), read[1], read[2]
    hostile = 'x"]; click n0 "javascript:alert(1)" <b>\u202e'
    cloud.client("ec2").create_tags(Resources=[made["vpcs"][1]], Tags=[{"Key": "Name", "Value": hostile}])
    sync(home, cloud, "--account", OWN, kinds=("vpc",))
    for fmt in ("mermaid", "dot"):
        text = jumpkit(home, "inventory", "graph", "--format", fmt, code=1).out
        [line] = [line for line in text.splitlines() if "click" in line]
        assert line.count('"') == {"mermaid": 2, "dot": 4}[fmt]
        assert "<b>" not in text
    shown = jumpkit(home, "inventory", "show", "vpc").out
    assert "\u202e" not in shown
    assert REGION in shown


def test_an_answer_that_cannot_be_read_is_unknown(read: tuple[Path, Amazon, Json], tmp_path: Path) -> None:
    _, cloud, made = read
    tag = [{"Key": "Name", "Value": "\x1b[2J"}]  # moto gives it out as it is, and so writes no XML
    cloud.client("ec2").create_tags(Resources=[made["vpcs"][1]], Tags=tag)
    told = sync(tmp_path / "home", cloud, "--account", OWN, kinds=("vpc", "internet_gateway"), code=1)
    cloud.client("ec2").delete_tags(Resources=[made["vpcs"][1]], Tags=[{"Key": "Name"}])
    assert [(each["kind"], each["state"]) for each in told["unknown"]] == [("vpc", "unknown")]
    assert "DescribeVpcsResponse" not in told["unknown"][0]["because"]
    assert told["by_kind"]["internet_gateway"] == 1
