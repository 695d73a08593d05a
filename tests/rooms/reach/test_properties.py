"""What holds of every network: taking a rule away never opens, adding one never closes, and ignorance never denies."""

from __future__ import annotations

import copy
import ipaddress
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from iam.vpc import APP, DB, PEER, WEB, described, entry, permission

from jumpkit.respond.reach.described import network
from jumpkit.respond.reach.doors import doors
from jumpkit.respond.reach.flows import Flow, flow
from jumpkit.respond.reach.paths import can_reach, from_internet, to_internet
from jumpkit.respond.reach.spans import ALL, ANY4, Spans, cidr, union

if TYPE_CHECKING:
    from jumpkit.respond.truth import Truth

NET = "internet"
CIDRS = ["0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24", "192.0.2.0/25", "192.0.2.0/24", "::/0", "10.0.0.10/32"]
KINDS = [
    "SecurityGroups",
    "NetworkAcls",
    "RouteTables",
    "NetworkInterfaces",
    "NatGateways",
    "VpcPeeringConnections",
    "PrefixLists",
    "InternetGateways",
]
PERMISSIONS = st.builds(
    lambda proto, ports, cidrs, groups, lists: permission(
        proto, *(ports if proto != "-1" else ()), cidrs=cidrs, groups=groups, lists=lists
    ),
    st.sampled_from(["tcp", "udp", "-1"]),
    st.sampled_from([(22,), (80, 8080), (0, 65535), (443,)]),
    st.lists(st.sampled_from(CIDRS), max_size=2),
    st.lists(st.sampled_from(["sg-web", "sg-app", "sg-theirs"]), max_size=1),
    st.lists(st.sampled_from(["pl-s3", "pl-unread"]), max_size=1),
)
ENTRIES = st.builds(
    lambda number, action, net, proto, ports, out: entry(number, action, net, proto, ports=ports, out=out),
    st.integers(1, 300),
    st.sampled_from(["allow", "deny"]),
    st.sampled_from(CIDRS),
    st.sampled_from(["-1", "6", "17"]),
    st.sampled_from([(22, 22), (1024, 65535), (0, 65535), (40000, 50000)]),
    st.booleans(),
)
QUESTIONS = st.tuples(
    st.sampled_from(
        [(NET, WEB), (WEB, NET), (WEB, APP), (APP, DB), (APP, NET), (NET, APP), (APP, PEER), (WEB, "192.0.2.9")]
    ),
    st.sampled_from(["tcp", "udp"]),
    st.sampled_from([22, 443, 8080, 40000]),
)


@st.composite
def networks(draw: st.DrawFn) -> dict[str, Any]:
    found = described()
    for group in found["SecurityGroups"]:
        if draw(st.booleans()):
            group["IpPermissions"] = draw(st.lists(PERMISSIONS, max_size=3))
            group["IpPermissionsEgress"] = draw(st.lists(PERMISSIONS, max_size=3))
    for acl in found["NetworkAcls"]:
        acl["Entries"] = [
            *draw(st.lists(ENTRIES, max_size=4, unique_by=lambda one: one["RuleNumber"])),
            *acl["Entries"],
        ]
    return found


def answer(found: dict[str, Any], question: tuple[tuple[str, str], str, int]) -> Truth:
    (source, target), proto, port = question
    known, asked = network(found), flow(proto, port)
    if source == NET:
        return from_internet(known, target, asked).reaches
    return (to_internet(known, source, asked) if target == NET else can_reach(known, source, target, asked)).reaches


def below(after: Truth, before: Truth) -> bool:
    """Return whether an answer is no more open than another: no, unknown, yes."""
    order = {False: 0, None: 1, True: 2}
    return order[after.value] <= order[before.value]


@settings(max_examples=80, deadline=None)
@given(networks(), QUESTIONS, st.data())
def test_a_rule_less_never_opens(found: dict[str, Any], question: Any, data: st.DataObject) -> None:
    less = copy.deepcopy(found)
    group = data.draw(st.sampled_from(less["SecurityGroups"]))
    direction = data.draw(st.sampled_from(["IpPermissions", "IpPermissionsEgress"]))
    if group[direction]:
        group[direction].pop(data.draw(st.integers(0, len(group[direction]) - 1)))
    assert below(answer(less, question), answer(found, question))


@settings(max_examples=80, deadline=None)
@given(networks(), QUESTIONS, PERMISSIONS, st.data())
def test_a_rule_more_never_closes(found: dict[str, Any], question: Any, rule: Any, data: st.DataObject) -> None:
    more = copy.deepcopy(found)
    group = data.draw(st.sampled_from(more["SecurityGroups"]))
    group[data.draw(st.sampled_from(["IpPermissions", "IpPermissionsEgress"]))].append(rule)
    assert below(answer(found, question), answer(more, question))


@settings(max_examples=80, deadline=None)
@given(networks(), QUESTIONS, st.data())
def test_an_acl_that_allows_less_never_opens(found: dict[str, Any], question: Any, data: st.DataObject) -> None:
    less = copy.deepcopy(found)
    entries = data.draw(st.sampled_from(less["NetworkAcls"]))["Entries"]
    allowing = [each for each in entries if each["RuleAction"] == "allow"]
    if allowing:
        data.draw(st.sampled_from(allowing))["RuleAction"] = "deny"
    assert below(answer(less, question), answer(found, question))


@settings(max_examples=120, deadline=None)
@given(networks(), QUESTIONS, st.sets(st.sampled_from(KINDS), min_size=1))
def test_what_is_not_read_makes_no_answer_but_unknown(found: dict[str, Any], question: Any, unread: set[str]) -> None:
    before = answer(found, question)
    after = answer({**found, **dict.fromkeys(unread)}, question)
    assert after.value in (before.value, None)
    assert (after.value is None) == bool(after.why)


@settings(max_examples=40, deadline=None)
@given(networks(), st.sampled_from([WEB, APP, DB]), st.sampled_from([22, 443, 8080, 40000]))
def test_doors_say_what_paths_say(found: dict[str, Any], name: str, port: int) -> None:
    known = network(found)
    (who,) = known.of(name) or ()
    inward = [door for door in doors(known, who, inbound=True) if door.ports.takes(Flow(6, port))]
    assert any(door.public.value for door in inward) == bool(
        from_internet(known, name, flow("tcp", port)).reaches.value
    )


SMALL = st.lists(
    st.tuples(st.integers(0, 15), st.integers(28, 32)).map(lambda at: cidr(f"10.0.0.{at[0]}/{at[1]}")), max_size=4
).map(union)


def inside(spans: Spans) -> set[int]:
    base = int(ipaddress.IPv4Address("10.0.0.0"))
    return {at for low, high in spans.parts for at in range(max(low - base, 0), min(high - base, 31) + 1)}


@settings(max_examples=200, deadline=None)
@given(SMALL, SMALL)
def test_spans_are_sets(one: Spans, other: Spans) -> None:
    assert inside(one | other) == inside(one) | inside(other)
    assert inside(one & other) == inside(one) & inside(other)
    assert inside(one - other) == inside(one) - inside(other)
    assert (one <= other) == (inside(one) <= inside(other))
    assert ALL - (ALL - one) == one
    assert (ANY4 - one) & one == Spans()
