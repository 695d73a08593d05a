"""What a machine's own side lets through, its ways in and out, and what isolating it changed."""

from __future__ import annotations

from typing import Any

import pytest
from iam.vpc import (
    APP,
    DB,
    JAILED,
    WEB,
    described,
    entry,
    estate,
    permission,
    regrouped,
    with_acl,
    with_group,
    with_routes,
)

from jumpkit.respond.reach.doors import doors
from jumpkit.respond.reach.entrances import balancers, neighbors
from jumpkit.respond.reach.exits import exits
from jumpkit.respond.reach.isolation import LIMITS, compare

SERVICE = "com.amazonaws.eu-central-1."


def told(name: str, *, inbound: bool, **changed: Any) -> list[str]:
    known = estate(**changed)
    return [str(door) for who in known.of(name) or () for door in doors(known, who, inbound=inbound)]


def test_doors_of_a_server() -> None:
    assert told(WEB, inbound=True) == ["tcp 22: 203.0.113.0/24", "tcp 443: 0.0.0.0/0, ::/0", "tcp 8443: 10.0.0.20/32"]
    assert told(DB, inbound=False) == []
    assert told(APP, inbound=False)[1] == (
        "tcp: 0.0.0.0/0 but 10.1.0.0/16, 52.219.0.0/16; perhaps 10.1.0.0/16, 52.219.0.0/16"
    )
    assert told(WEB, inbound=True, SecurityGroups=None)[0].startswith("icmp: perhaps 0.0.0.0/0")
    ranged = with_group("sg-web", [permission("tcp", 100, 200, cidrs=["192.0.2.0/24"])])
    shut = with_acl(entry(10, "deny", "192.0.2.0/25", "6", ports=(150, 160)))
    assert told(WEB, inbound=True, SecurityGroups=ranged, NetworkAcls=shut) == [
        "tcp 100-149: 192.0.2.0/24",
        "tcp 150-160: 192.0.2.128/25",
        "tcp 161-200: 192.0.2.0/24",
    ]


def test_the_internet_at_the_door_is_told_apart_from_the_neighborhood() -> None:
    known = estate()
    (who,) = known.of(WEB) or ()
    assert [(door.ports.low, door.public.value) for door in doors(known, who, inbound=True)] == [
        (22, True),
        (443, True),
        (8443, False),
    ]


def test_neighbors_by_both_sides_rules() -> None:
    assert [(each.interface, str(each.ports)) for each in neighbors(estate(), "i-db", inbound=True)] == [
        (APP, "tcp 5432")
    ]
    assert [(each.interface, str(each.ports)) for each in neighbors(estate(), "i-app", inbound=False)] == [
        ("eni-alb", "tcp 443"),
        (DB, "tcp 5432"),
        ("eni-peer", "tcp 9000"),
        ("eni-ssm", "tcp 443"),
        (WEB, "tcp 443"),
    ]
    blind = neighbors(estate(NetworkAcls=None), "i-db", inbound=True)
    assert [(each.interface, each.reaches.value) for each in blind] == [(APP, None)]


def test_balancers_hand_on_what_groups_keep_from_the_world() -> None:
    (found,) = balancers(estate(), "i-web") or ()
    assert (found.balancer, str(found.listens), str(found.hands_to)) == ("front", "tcp 443", "tcp 8443")
    assert (found.hands_on.value, found.public.value) == (True, True)
    (jailed,) = balancers(estate(NetworkInterfaces=regrouped(web=[JAILED])), "i-web") or ()
    assert jailed.hands_on.value is False
    internal = [{**described()["LoadBalancers"][0], "Scheme": "internal"}]
    (inner,) = balancers(estate(LoadBalancers=internal), "i-web") or ()
    assert inner.public.value is False
    assert balancers(estate(TargetHealth=None), "i-web") is None
    assert balancers(estate(), "i-db") == ()


@pytest.mark.parametrize(
    ("name", "changed", "expected"),
    [
        (
            "i-app",
            {},
            {
                ("endpoint", f"{SERVICE}ssm"): True,
                ("gateway endpoint", f"{SERVICE}s3"): True,
                ("internet", "https"): True,
                ("metadata", "169.254.169.254"): True,
                ("name service", "169.254.169.253 and the VPC's address + 2"): True,
                ("peering", "pcx-1"): None,
            },
        ),
        (
            "i-app",
            {"NetworkInterfaces": regrouped(app=[JAILED])},
            {
                ("metadata", "169.254.169.254"): True,
                ("name service", "169.254.169.253 and the VPC's address + 2"): True,
            },
        ),
        (
            "i-db",
            {
                "Instances": [{"InstanceId": "i-db", "MetadataOptions": {"HttpEndpoint": "disabled"}}],
                "EnableDnsSupport": {"vpc-1": False},
            },
            {},
        ),
        (
            "i-db",
            {"Instances": None, "EnableDnsSupport": None, "VpcEndpoints": None},
            {
                ("endpoint", "all services"): None,
                ("metadata", "169.254.169.254"): None,
                ("name service", "169.254.169.253 and the VPC's address + 2"): None,
            },
        ),
        ("i-gone", {}, {("internet", "everything"): None}),
    ],
)
def test_ways_out(name: str, changed: dict[str, Any], expected: dict[tuple[str, str], Any]) -> None:
    assert {(each.kind, each.to): each.open.value for each in exits(estate(**changed), name)} == expected


def test_that_ssm_still_commands_through_its_endpoint_is_said() -> None:
    only = with_group("sg-app", egress=[permission("tcp", 443, groups=["sg-endpoint"])])
    found = {each.kind: each for each in exits(estate(SecurityGroups=only), "i-app")}
    assert found["endpoint"].open.value is True
    assert "commands of SSM" in found["endpoint"].because
    assert "internet" not in found


def test_isolation_by_groups_is_shut_and_not_yet_alone() -> None:
    found = compare(estate(), estate(NetworkInterfaces=regrouped(web=[JAILED])), "i-web")
    assert f"{WEB} in tcp 443: 0.0.0.0/0, ::/0" in found.closed
    assert (found.opened, found.still) == ((), ())
    assert found.shut.value is True
    assert found.alone.value is None, "what was tracked goes on"
    tracked = {(str(each.ports), each.inbound) for each in found.lingering}
    assert tracked == {("tcp 22", True), ("tcp 8443", True), ("tcp", False), ("udp", False)}
    assert ("tcp 443", True) not in tracked, "let through both ways for everyone: needs no memory, and ends"
    assert "432000" in found.lingering[0].until
    assert any("no packet was sent" in each for each in LIMITS)


def test_an_acl_ends_what_is_tracked() -> None:
    walls = with_acl(*(entry(at, "deny", net, out=out) for at, net, out in WALLS))
    after = estate(NetworkInterfaces=regrouped(web=[JAILED]), NetworkAcls=walls)
    found = compare(estate(), after, "i-web")
    left = {(str(each.ports), each.peers.maybe.text()) for each in found.lingering}
    assert left == {("tcp 8443", "10.0.0.20/32"), ("tcp", "10.0.0.0/24"), ("udp", "10.0.0.0/24")}, "its own subnet"


WALLS = [(10, "0.0.0.0/0", False), (11, "::/0", False), (10, "0.0.0.0/0", True), (11, "::/0", True)]


def test_an_idle_time_that_was_set_is_told() -> None:
    interfaces = described()["NetworkInterfaces"]
    interfaces[0]["ConnectionTrackingConfiguration"] = {"TcpEstablishedTimeout": 60}
    before = estate(NetworkInterfaces=interfaces)
    found = compare(before, estate(NetworkInterfaces=regrouped(web=[JAILED])), "i-web")
    assert {each.until for each in found.lingering if each.ports.proto == 6} == {"idle for 60 s"}


def test_what_was_left_open_is_still_told() -> None:
    half = with_group(JAILED, [permission("tcp", 22, cidrs=["203.0.113.0/24"])])
    after = estate(NetworkInterfaces=regrouped(web=[JAILED]), SecurityGroups=half)
    found = compare(estate(), after, "i-web")
    assert found.still == (f"{WEB} in tcp 22: 203.0.113.0/24",)
    assert (found.shut.value, found.alone.value) == (False, False)


def test_a_planted_group_with_rules_is_no_jail() -> None:
    """A group found by its name and not looked at: fault (g) of other tools."""
    planted = with_group(JAILED, egress=[permission("-1", cidrs=["0.0.0.0/0"])])
    after = estate(NetworkInterfaces=regrouped(web=[JAILED]), SecurityGroups=planted)
    assert compare(estate(), after, "i-web").shut.value is False


def test_an_acl_that_is_not_associated_isolates_nothing() -> None:
    """A deny-all ACL that no subnet has: fault (d) of other tools."""
    loose = [*described()["NetworkAcls"], {"NetworkAclId": "acl-deny", "Associations": [], "Entries": []}]
    assert compare(estate(), estate(NetworkAcls=loose), "i-web").shut.value is False


def test_one_interface_of_two_is_not_the_machine() -> None:
    two = described()["NetworkInterfaces"]
    two[1]["Attachment"] = {"InstanceId": "i-web"}
    jailed = regrouped(web=[JAILED])
    jailed[1]["Attachment"] = {"InstanceId": "i-web"}
    found = compare(estate(NetworkInterfaces=two), estate(NetworkInterfaces=jailed), "i-web")
    assert found.shut.value is False
    assert any(each.startswith(APP) for each in found.still)


def test_what_was_not_read_is_never_alone() -> None:
    for kind in ("SecurityGroups", "NetworkInterfaces", "RouteTables"):
        after = estate(**{"NetworkInterfaces": regrouped(web=[JAILED]), kind: None})
        found = compare(estate(), after, "i-web")
        assert found.shut.value is not True or kind == "RouteTables", kind
        assert found.alone.value is not True, kind
    assert (
        compare(estate(NetworkInterfaces=None), estate(NetworkInterfaces=regrouped(db=[JAILED])), "i-db").alone.value
        is None
    )


def test_a_machine_that_was_moved_to_nowhere_keeps_nothing() -> None:
    nowhere = estate(RouteTables=with_routes("rtb-pub"), NetworkInterfaces=regrouped(web=[JAILED]))
    found = compare(estate(), nowhere, "i-web")
    assert all(not each.peers.maybe.text().startswith("203.0.113") for each in found.lingering), "no route, no flow"
