"""Who reaches whom, row by row: estate, question, answer, and the rule that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from iam.vpc import (
    APP,
    DB,
    PEER,
    WEB,
    described,
    entry,
    estate,
    permission,
    regrouped,
    to,
    with_acl,
    with_group,
    with_routes,
)

from jumpkit.kit.errors import Unreadable
from jumpkit.respond.reach.described import network
from jumpkit.respond.reach.flows import flow
from jumpkit.respond.reach.paths import can_reach, from_internet, to_internet

if TYPE_CHECKING:
    from jumpkit.respond.reach.paths import Reach

NET = "internet"


def asked(changed: dict[str, Any], source: str, target: str, proto: str, port: int | None) -> Reach:
    known, question = estate(**changed), flow(proto, port)
    if source == NET:
        return from_internet(known, target, question)
    return to_internet(known, source, question) if target == NET else can_reach(known, source, target, question)


ROWS: list[tuple[str, dict[str, Any], tuple[str, str, str, int | None], bool | None, str]] = [
    ("in from the internet", {}, (NET, WEB, "tcp", 443), True, "tcp 443 0.0.0.0/0 of sg-web"),
    ("by instance", {}, (NET, "i-web", "tcp", 443), True, "sg-web"),
    ("by public address", {}, (NET, "198.51.100.10", "tcp", 443), True, "sg-web"),
    ("from a part of the internet", {}, (NET, WEB, "tcp", 22), True, "203.0.113.0/24"),
    ("a port that nobody opened", {}, (NET, WEB, "tcp", 23), False, "no rule of sg-web lets tcp/23 in"),
    ("no public address", {}, (NET, APP, "tcp", 8080), False, "no public address"),
    ("no route for replies", {"RouteTables": with_routes("rtb-pub")}, (NET, WEB, "tcp", 443), False, "no route"),
    ("web to app", {}, (WEB, APP, "tcp", 8080), True, "tcp 8080 sg-web of sg-app"),
    ("app to web", {}, (APP, WEB, "tcp", 8080), False, "sg-web"),
    ("web to database", {}, (WEB, DB, "tcp", 5432), False, "sg-db"),
    ("app to database", {}, (APP, DB, "tcp", 5432), True, "sg-app of sg-db"),
    ("the database begins nothing", {}, (DB, APP, "tcp", 8080), False, "no rule of sg-db lets tcp/8080 out"),
    ("udp where tcp is open", {}, (APP, DB, "udp", 5432), False, ""),
    ("out by translation", {}, (APP, NET, "tcp", 443), True, "nat-1"),
    ("out by the gateway", {}, (WEB, NET, "tcp", 443), True, "igw-1"),
    ("no way out", {}, (DB, NET, "tcp", 443), False, "no rule of sg-db"),
    ("an address outside", {}, (APP, "192.0.2.5", "tcp", 443), True, "nat-1"),
    ("an address inside that nobody has", {}, (APP, "10.0.1.77", "tcp", 443), None, "no network interface"),
    ("by translation to a public server of our own", {}, (APP, "198.51.100.10", "tcp", 443), True, ""),
    ("across a peering", {}, (APP, PEER, "tcp", 9000), True, "pcx-1"),
    ("across a peering, no rule", {}, (WEB, PEER, "tcp", 9000), False, ""),
    (
        "a peering that is down",
        {"VpcPeeringConnections": [{"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "deleted"}}]},
        (APP, PEER, "tcp", 9000),
        False,
        "pcx-1",
    ),
    ("a peering not read", {"VpcPeeringConnections": None}, (APP, PEER, "tcp", 9000), None, "pcx-1 was not read"),
    ("no way back across a peering", {"RouteTables": with_routes("rtb-peer")}, (APP, PEER, "tcp", 9000), False, ""),
    # network ACLs
    (
        "an ACL that denies in",
        {"NetworkAcls": with_acl(entry(10, "deny", "0.0.0.0/0", "6", ports=(443, 443)), entry(11, "deny", "::/0"))},
        (NET, WEB, "tcp", 443),
        False,
        "acl-1: entry 10 denies",
    ),
    (
        "an ACL that comes later",
        {"NetworkAcls": with_acl(entry(200, "deny", "0.0.0.0/0"))},
        (NET, WEB, "tcp", 443),
        True,
        "",
    ),
    (
        "an ACL that keeps replies",
        {"NetworkAcls": with_acl(entry(10, "deny", out=True), entry(11, "deny", "::/0", out=True))},
        (NET, WEB, "tcp", 443),
        False,
        "replies",
    ),
    (
        "replies to some ports of clients only",
        {
            "NetworkAcls": with_acl(
                entry(10, "allow", proto="6", ports=(32768, 60999), out=True),
                entry(11, "deny", out=True),
                entry(12, "deny", "::/0", out=True),
            )
        },
        (NET, WEB, "tcp", 443),
        None,
        "some ports of clients",
    ),
    (
        "a datagram needs no reply",
        {
            "SecurityGroups": with_group("sg-web", [permission("udp", 53, cidrs=["0.0.0.0/0"])]),
            "NetworkAcls": with_acl(entry(10, "deny", out=True)),
        },
        (NET, WEB, "udp", 53),
        True,
        "",
    ),
    (
        "within a subnet no ACL is asked",
        {
            "NetworkAcls": with_acl(entry(10, "deny"), entry(11, "deny", out=True)),
            "SecurityGroups": with_group("sg-web", [permission("tcp", 8443, groups=["sg-alb"])]),
        },
        ("eni-alb", WEB, "tcp", 8443),
        True,
        "",
    ),
    (
        "between subnets it is",
        {"NetworkAcls": with_acl(entry(10, "deny", "10.0.0.0/24"))},
        (WEB, APP, "tcp", 8080),
        False,
        "entry 10 denies",
    ),
    (
        "group and ACL let in different parts",
        {
            "NetworkAcls": with_acl(
                entry(10, "allow", "192.0.2.0/24", "6", ports=(22, 22)),
                entry(11, "deny", proto="6", ports=(22, 22)),
            )
        },
        (NET, WEB, "tcp", 22),
        False,
        "",
    ),
    # routes
    (
        "a blackhole",
        {"RouteTables": with_routes("rtb-app", {**to("0.0.0.0/0", NatGatewayId="nat-1"), "State": "blackhole"})},
        (APP, NET, "tcp", 443),
        False,
        "blackhole",
    ),
    (
        "the longer prefix decides",
        {
            "RouteTables": with_routes(
                "rtb-pub",
                to("0.0.0.0/0", GatewayId="igw-1"),
                {**to("192.0.2.0/24", GatewayId="vgw-1"), "State": "blackhole"},
            )
        },
        (WEB, "192.0.2.9", "tcp", 443),
        False,
        "blackhole",
    ),
    (
        "and not for others",
        {
            "RouteTables": with_routes(
                "rtb-pub",
                to("0.0.0.0/0", GatewayId="igw-1"),
                {**to("192.0.2.0/24", GatewayId="vgw-1"), "State": "blackhole"},
            )
        },
        (WEB, "192.0.3.9", "tcp", 443),
        True,
        "",
    ),
    (
        "a transit gateway",
        {"RouteTables": with_routes("rtb-app", to("0.0.0.0/0", TransitGatewayId="tgw-1"))},
        (APP, NET, "tcp", 443),
        None,
        "behind tgw-1",
    ),
    (
        "an appliance on the way",
        {"RouteTables": with_routes("rtb-pub", to("10.0.1.0/24", GatewayId="vpce-fw"))},
        (WEB, APP, "tcp", 8080),
        None,
        "vpce-fw",
    ),
    (
        "a translation that failed",
        {"NatGateways": [{"NatGatewayId": "nat-1", "State": "failed"}]},
        (APP, NET, "tcp", 443),
        False,
        "",
    ),
    ("a translation not read", {"NatGateways": None}, (APP, NET, "tcp", 443), None, "nat-1 was not read"),
    (
        "egress only lets nobody in",
        {"RouteTables": with_routes("rtb-pub", to("::/0", EgressOnlyInternetGatewayId="eigw-1"))},
        (NET, WEB, "tcp", 443),
        False,
        "",
    ),
    (
        "egress only lets out",
        {"RouteTables": with_routes("rtb-pub", to("::/0", EgressOnlyInternetGatewayId="eigw-1"))},
        (WEB, NET, "tcp", 443),
        True,
        "eigw-1",
    ),
    (
        "IPv6 alone",
        {"SecurityGroups": with_group("sg-web", [permission("tcp", 25, cidrs=["::/0"])])},
        (NET, WEB, "tcp", 25),
        True,
        "::/0",
    ),
    (
        "a gateway with a table of its own",
        {
            "RouteTables": [
                *described()["RouteTables"],
                {"RouteTableId": "rtb-edge", "VpcId": "vpc-1", "Associations": [{"GatewayId": "igw-1"}], "Routes": []},
            ]
        },
        (NET, WEB, "tcp", 443),
        None,
        "table of its own",
    ),
    (
        "public access to VPCs blocked",
        {
            "VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "block-bidirectional"},
            "VpcBlockPublicAccessExclusions": [],
        },
        (NET, WEB, "tcp", 443),
        False,
        "blocked",
    ),
    (
        "blocked, exclusions not read",
        {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "block-bidirectional"}},
        (NET, WEB, "tcp", 443),
        None,
        "exclusions",
    ),
    # prefix lists, references
    (
        "by a prefix list",
        {
            "SecurityGroups": with_group("sg-web", [permission("tcp", 22, lists=["pl-office"])]),
            "PrefixListEntries": {"pl-office": [{"Cidr": "192.0.2.0/24"}], "pl-s3": []},
        },
        (NET, WEB, "tcp", 22),
        True,
        "pl-office",
    ),
    (
        "by a prefix list not read",
        {"SecurityGroups": with_group("sg-web", [permission("tcp", 22, lists=["pl-office"])])},
        (NET, WEB, "tcp", 22),
        None,
        "pl-office",
    ),
    (
        "a group of others",
        {"SecurityGroups": with_group("sg-db", [permission("tcp", 5432, groups=["sg-theirs"])])},
        (APP, DB, "tcp", 5432),
        None,
        "sg-theirs",
    ),
    (
        "a group that nobody is in",
        {"SecurityGroups": with_group("sg-db", [permission("tcp", 5432, groups=["sg-jail"])])},
        (APP, DB, "tcp", 5432),
        False,
        "",
    ),
    (
        "a reference means private addresses",
        {"SecurityGroups": with_group("sg-web", [permission("tcp", 9, groups=["sg-app"])])},
        (APP, "198.51.100.10", "tcp", 9),
        True,
        "10.0.0.10",
    ),
    (
        "ICMP types",
        {"SecurityGroups": with_group("sg-web", [{**permission("icmp", 8, cidrs=["0.0.0.0/0"]), "ToPort": -1}])},
        (NET, WEB, "icmp", None),
        None,
        "ICMP types",
    ),
    (
        "ICMP, all types",
        {"SecurityGroups": with_group("sg-web", [permission("icmp", -1, cidrs=["0.0.0.0/0"])])},
        (NET, WEB, "icmp", None),
        True,
        "",
    ),
    # what was not read
    ("groups not read", {"SecurityGroups": None}, (NET, WEB, "tcp", 443), None, "sg-web were not read"),
    (
        "one group not read, another lets in",
        {"SecurityGroups": with_group("sg-web"), "NetworkInterfaces": regrouped(web=["sg-web", "sg-gone"])},
        (NET, WEB, "tcp", 443),
        True,
        "",
    ),
    (
        "one group not read, the other does not",
        {"NetworkInterfaces": regrouped(web=["sg-web", "sg-gone"])},
        (NET, WEB, "tcp", 23),
        None,
        "sg-gone",
    ),
    ("ACLs not read", {"NetworkAcls": None}, (NET, WEB, "tcp", 443), None, "network ACL"),
    ("ACLs not read, groups say no", {"NetworkAcls": None}, (NET, WEB, "tcp", 23), False, "sg-web"),
    ("routes not read", {"RouteTables": None}, (NET, WEB, "tcp", 443), None, "route table"),
    ("routes not read, inside", {"RouteTables": None}, (WEB, APP, "tcp", 8080), None, "route table"),
    ("interfaces not read", {"NetworkInterfaces": None}, (NET, WEB, "tcp", 443), None, "interfaces were not read"),
    ("an unknown name", {}, (NET, "i-gone", "tcp", 443), None, "i-gone"),
    ("an unknown target", {}, (WEB, "i-gone", "tcp", 443), None, "i-gone"),
]


@pytest.mark.parametrize(
    ("changed", "question", "expected", "because"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_who_reaches_whom(
    changed: Any, question: tuple[str, str, str, int | None], expected: Any, because: str
) -> None:
    found = asked(changed, *question)
    assert found.reaches.value is expected, found.because
    assert because in found.because


def test_rules_with_ids_are_cited_by_them() -> None:
    rule = {
        "SecurityGroupRuleId": "sgr-1",
        "GroupId": "sg-web",
        "IsEgress": False,
        "IpProtocol": "tcp",
        "FromPort": 443,
    }
    rule |= {"ToPort": 443, "CidrIpv4": "0.0.0.0/0"}
    known = estate(SecurityGroupRules=[rule])
    assert "sgr-1 of sg-web" in from_internet(known, WEB, flow("tcp", 443)).because
    assert to_internet(known, WEB, flow("tcp", 443)).reaches.value is False, (
        "the list is the whole of the group's rules"
    )
    gone = estate(SecurityGroupRules=[rule], SecurityGroups=None)
    assert from_internet(gone, APP, flow("tcp", 443)).reaches.value is False, "no public address, whatever its group"


def test_the_part_of_the_internet_that_gets_in_is_told() -> None:
    way = next(each for each in from_internet(estate(), WEB, flow("tcp", 22)).ways if each.open.value)
    assert next(hop.at for hop in way.hops) == "gateway to sub-pub"
    assert {hop.because for hop in way.hops if hop.at == "groups of eni-web"} == {"tcp 22 203.0.113.0/24 of sg-web"}


def test_what_is_no_interface_is_refused() -> None:
    with pytest.raises(Unreadable):
        network({"NetworkInterfaces": [{"Description": "x"}]})


def test_an_address_that_stands_on_the_interface_alone_counts() -> None:
    told = [each for each in described()["NetworkInterfaces"] if each["NetworkInterfaceId"] == WEB]
    bare = {**told[0], "PrivateIpAddress": "10.0.0.10", "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.10"}]}
    bare |= {"Association": {"PublicIp": "198.51.100.10"}, "Ipv6Addresses": []}
    assert from_internet(estate(NetworkInterfaces=[bare]), WEB, flow("tcp", 443)).reaches.value is True
