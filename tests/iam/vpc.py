"""A described VPC: a web server, an application, a database, a peer, endpoints and a balancer, as EC2 answers."""

from __future__ import annotations

import copy
from typing import Any

from jumpkit.respond.reach.described import Network, network

Json = dict[str, Any]
WEB, APP, DB, PEER, JAILED = "eni-web", "eni-app", "eni-db", "eni-peer", "sg-jail"
EVERYWHERE = ["0.0.0.0/0", "::/0"]
OPEN_OUT = {"proto": "-1", "cidrs": EVERYWHERE}


def permission(proto: str, port: int | None = None, high: int | None = None, **more: Any) -> Json:
    """Return a permission of DescribeSecurityGroups: `cidrs`, `groups` and `lists` say whom it lets through."""
    said: Json = {"IpProtocol": proto}
    if port is not None:
        said |= {"FromPort": port, "ToPort": port if high is None else high}
    cidrs = more.get("cidrs", ())
    said["IpRanges"] = [{"CidrIp": each} for each in cidrs if ":" not in each]
    said["Ipv6Ranges"] = [{"CidrIpv6": each} for each in cidrs if ":" in each]
    said["UserIdGroupPairs"] = [{"GroupId": each, "UserId": "111122223333"} for each in more.get("groups", ())]
    said["PrefixListIds"] = [{"PrefixListId": each} for each in more.get("lists", ())]
    return said


def group(name: str, ingress: list[Json], egress: list[Json], vpc: str = "vpc-1") -> Json:
    return {"GroupId": name, "VpcId": vpc, "IpPermissions": ingress, "IpPermissionsEgress": egress}


def interface(name: str, subnet: str, address: str, groups: list[str], **more: Any) -> Json:
    """Return an interface; `public` is an address that the internet knows it by, `ipv6` one of its own."""
    listed: Json = {"PrivateIpAddress": address}
    if more.get("public"):
        listed["Association"] = {"PublicIp": more["public"]}
    return {
        "NetworkInterfaceId": name,
        "VpcId": more.get("vpc", "vpc-1"),
        "SubnetId": subnet,
        "Groups": [{"GroupId": each} for each in groups],
        "PrivateIpAddresses": [listed],
        "Ipv6Addresses": [{"Ipv6Address": more["ipv6"]}] if more.get("ipv6") else [],
        "InterfaceType": more.get("kind", "interface"),
        "Description": more.get("about", ""),
        "Attachment": {"InstanceId": more["instance"]} if more.get("instance") else {},
        "OwnerId": "111122223333",
    }


def entry(number: int, action: str, cidr: str = "0.0.0.0/0", proto: str = "-1", **more: Any) -> Json:
    """Return an entry of an ACL, inbound unless `out`; `ports` a pair."""
    said: Json = {"RuleNumber": number, "RuleAction": action, "Protocol": proto, "Egress": more.get("out", False)}
    said["Ipv6CidrBlock" if ":" in cidr else "CidrBlock"] = cidr
    if more.get("ports"):
        said["PortRange"] = {"From": more["ports"][0], "To": more["ports"][1]}
    return said


def default_entries() -> list[Json]:
    every = [entry(100, "allow", out=out) for out in (False, True)]
    every += [entry(101, "allow", "::/0", out=out) for out in (False, True)]
    every += [entry(32767, "deny", out=out) for out in (False, True)]
    return every + [entry(32768, "deny", "::/0", out=out) for out in (False, True)]


def table(name: str, subnets: list[str], *routes: Json, vpc: str = "vpc-1") -> Json:
    local = {"DestinationCidrBlock": "10.0.0.0/16" if vpc == "vpc-1" else "10.1.0.0/16", "GatewayId": "local"}
    six = [{"DestinationIpv6CidrBlock": "2600:1f00:1::/56", "GatewayId": "local"}] if vpc == "vpc-1" else []
    tied = [{"SubnetId": each} for each in subnets] or [{"Main": True}]
    return {"RouteTableId": name, "VpcId": vpc, "Associations": tied, "Routes": [local, *six, *routes]}


def to(cidr: str, **target: str) -> Json:
    key = "DestinationPrefixListId" if cidr.startswith("pl-") else "DestinationCidrBlock"
    return {"DestinationIpv6CidrBlock" if ":" in cidr else key: cidr, "State": "active", **target}


def described() -> Json:
    """Return the whole estate; tests change their own copy."""
    alb = "app/front/50dc6c495c0c9188"
    return {
        "Vpcs": [
            {
                "VpcId": "vpc-1",
                "CidrBlock": "10.0.0.0/16",
                "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2600:1f00:1::/56"}],
            },
            {"VpcId": "vpc-2", "CidrBlock": "10.1.0.0/16"},
        ],
        "Subnets": [
            {"SubnetId": "sub-pub", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"},
            {"SubnetId": "sub-app", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24"},
            {"SubnetId": "sub-db", "VpcId": "vpc-1", "CidrBlock": "10.0.2.0/24"},
            {"SubnetId": "sub-peer", "VpcId": "vpc-2", "CidrBlock": "10.1.0.0/24"},
        ],
        "NetworkInterfaces": [
            interface(
                WEB, "sub-pub", "10.0.0.10", ["sg-web"], public="198.51.100.10", ipv6="2600:1f00:1::a", instance="i-web"
            ),
            interface(APP, "sub-app", "10.0.1.10", ["sg-app"], instance="i-app"),
            interface(DB, "sub-db", "10.0.2.10", ["sg-db"], instance="i-db"),
            interface(PEER, "sub-peer", "10.1.0.10", ["sg-peer"], vpc="vpc-2", instance="i-peer"),
            interface("eni-ssm", "sub-app", "10.0.1.20", ["sg-endpoint"], kind="vpc_endpoint"),
            interface("eni-alb", "sub-pub", "10.0.0.20", ["sg-alb"], public="198.51.100.20", about=f"ELB {alb}"),
        ],
        "SecurityGroups": [
            group(
                "sg-web",
                [
                    permission("tcp", 443, cidrs=EVERYWHERE),
                    permission("tcp", 22, cidrs=["203.0.113.0/24"]),
                    permission("tcp", 8443, groups=["sg-alb"]),
                ],
                [permission("-1", cidrs=EVERYWHERE)],
            ),
            group("sg-app", [permission("tcp", 8080, groups=["sg-web"])], [permission("-1", cidrs=["0.0.0.0/0"])]),
            group("sg-db", [permission("tcp", 5432, groups=["sg-app"])], []),
            group("sg-peer", [permission("tcp", 9000, cidrs=["10.0.1.0/24"])], [], vpc="vpc-2"),
            group("sg-endpoint", [permission("tcp", 443, cidrs=["10.0.0.0/16"])], []),
            group(
                "sg-alb", [permission("tcp", 443, cidrs=["0.0.0.0/0"])], [permission("tcp", 8443, groups=["sg-web"])]
            ),
            group(JAILED, [], []),
        ],
        "NetworkAcls": [
            {
                "NetworkAclId": "acl-1",
                "VpcId": "vpc-1",
                "Associations": [{"SubnetId": each} for each in ("sub-pub", "sub-app", "sub-db")],
                "Entries": default_entries(),
            },
            {
                "NetworkAclId": "acl-2",
                "VpcId": "vpc-2",
                "Associations": [{"SubnetId": "sub-peer"}],
                "Entries": default_entries(),
            },
        ],
        "RouteTables": [
            table("rtb-pub", ["sub-pub"], to("0.0.0.0/0", GatewayId="igw-1"), to("::/0", GatewayId="igw-1")),
            table(
                "rtb-app",
                ["sub-app"],
                to("0.0.0.0/0", NatGatewayId="nat-1"),
                to("10.1.0.0/16", VpcPeeringConnectionId="pcx-1"),
                to("pl-s3", GatewayId="vpce-s3"),
            ),
            table("rtb-main", []),
            table("rtb-peer", [], to("10.0.0.0/16", VpcPeeringConnectionId="pcx-1"), vpc="vpc-2"),
        ],
        "InternetGateways": [{"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1"}]}],
        "NatGateways": [
            {
                "NatGatewayId": "nat-1",
                "VpcId": "vpc-1",
                "SubnetId": "sub-pub",
                "State": "available",
                "ConnectivityType": "public",
                "NatGatewayAddresses": [{"PublicIp": "198.51.100.99", "PrivateIp": "10.0.0.99"}],
            }
        ],
        "VpcPeeringConnections": [
            {
                "VpcPeeringConnectionId": "pcx-1",
                "Status": {"Code": "active"},
                "AccepterVpcInfo": {"VpcId": "vpc-2"},
                "RequesterVpcInfo": {"VpcId": "vpc-1"},
            }
        ],
        "VpcEndpoints": [
            {
                "VpcEndpointId": "vpce-ssm",
                "VpcId": "vpc-1",
                "VpcEndpointType": "Interface",
                "ServiceName": "com.amazonaws.eu-central-1.ssm",
                "NetworkInterfaceIds": ["eni-ssm"],
            },
            {
                "VpcEndpointId": "vpce-s3",
                "VpcId": "vpc-1",
                "VpcEndpointType": "Gateway",
                "ServiceName": "com.amazonaws.eu-central-1.s3",
            },
        ],
        "PrefixLists": [{"PrefixListId": "pl-s3", "Cidrs": ["52.219.0.0/16"]}],
        "Instances": [
            {"InstanceId": each, "MetadataOptions": {"HttpEndpoint": "enabled"}}
            for each in ("i-web", "i-app", "i-db", "i-peer")
        ],
        "EnableDnsSupport": {"vpc-1": True, "vpc-2": True},
        "FirewallRuleGroupAssociations": [],
        "LoadBalancers": [
            {
                "LoadBalancerArn": f"arn:aws:x:loadbalancer/{alb}",
                "LoadBalancerName": "front",
                "Scheme": "internet-facing",
            }
        ],
        "Listeners": [{"LoadBalancerArn": f"arn:aws:x:loadbalancer/{alb}", "Port": 443, "Protocol": "HTTPS"}],
        "TargetGroups": [
            {"TargetGroupArn": "tg-1", "LoadBalancerArns": [f"arn:aws:x:loadbalancer/{alb}"], "Port": 8443}
        ],
        "TargetHealth": {"tg-1": [{"Target": {"Id": "i-web", "Port": 8443}}]},
    }


def estate(**changed: Any) -> Network:
    """Return the network with lists replaced; None: not read."""
    return network({**copy.deepcopy(described()), **changed})


def regrouped(**groups: list[str]) -> list[Json]:
    """Return the interfaces with other groups: `web=["sg-jail"]`."""
    found = described()["NetworkInterfaces"]
    for each in found:
        name = each["NetworkInterfaceId"].removeprefix("eni-")
        if name in groups:
            each["Groups"] = [{"GroupId": one} for one in groups[name]]
    return list(found)


def with_group(name: str, ingress: list[Json] | None = None, egress: list[Json] | None = None) -> list[Json]:
    """Return the groups, one of them with other rules."""
    found = described()["SecurityGroups"]
    for each in found:
        if each["GroupId"] == name:
            each["IpPermissions"] = each["IpPermissions"] if ingress is None else ingress
            each["IpPermissionsEgress"] = each["IpPermissionsEgress"] if egress is None else egress
    return list(found)


def with_acl(*entries: Json) -> list[Json]:
    """Return the ACLs, the first VPC's with these entries before the default ones."""
    found = described()["NetworkAcls"]
    found[0]["Entries"] = [*entries, *default_entries()]
    return list(found)


def with_routes(name: str, *routes: Json) -> list[Json]:
    """Return the route tables, one of them with other routes beside its local one."""
    found = described()["RouteTables"]
    for at, each in enumerate(found):
        if each["RouteTableId"] == name:
            found[at] = {**each, "Routes": [*[r for r in each["Routes"] if r.get("GatewayId") == "local"], *routes]}
    return list(found)
