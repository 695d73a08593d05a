"""What indicators say is understood as it is meant, and what cannot be is refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stix2

from jumpkit.detect.intel.pattern import clauses_of
from jumpkit.detect.intel.reading import read_indicators
from jumpkit.detect.intel.values import FalseFriend, NotRunnable, term
from jumpkit.kit.errors import Unreadable


def values(pattern: str) -> list[list[str]]:
    return [[each.value for each in clause] for clause in clauses_of(pattern)]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[ipv4-addr:value = '192.0.2.1']", [["192.0.2.1"]]),
        ("[ipv4-addr:value = '192.0.2.1' OR domain-name:value = 'a.example']", [["192.0.2.1"], ["a.example"]]),
        ("[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]", [["192.0.2.1"], ["192.0.2.2"]]),
        ("[a:b = '1' AND (c:d = '2' OR e:f = '3')]", [["1", "2"], ["1", "3"]]),
        ("[a:b = '1' OR c:d = '2' AND e:f = '3']", [["1"], ["2", "3"]]),
        ("[a:b = '1'] OR ([c:d = '2'])", [["1"], ["2"]]),
        (r"[url:value = 'https://a.example/it\'s']", [["https://a.example/it's"]]),
        ("[file:hashes.'SHA-256' = 'ab']", [["ab"]]),
    ],
)
def test_patterns_come_apart_into_alternatives(pattern: str, expected: list[list[str]]) -> None:
    assert values(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("[a:b = '1'] FOLLOWEDBY [c:d = '2']", "FOLLOWEDBY"),
        ("[a:b = '1'] AND [c:d = '2']", "AND"),
        ("[a:b MATCHES '^x']", "MATCHES"),
        ("[a:b != '1']", "!="),
        ("[a:b = '1'", "where ] belongs"),
        ("nonsense", "cannot be read"),
        ("[" + " OR ".join(["(a:b = '1' OR a:b = '2')"] * 300) + "]", "more than 512"),
    ],
)
def test_what_one_event_cannot_answer_is_refused_by_name(pattern: str, said: str) -> None:
    with pytest.raises(NotRunnable, match=said.replace("[", r"\[").replace("]", r"\]").replace("!", "!")):
        clauses_of(pattern)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("network", "0.0.0.0/0"), ("network", "::/0"), ("address", "10.1.2.3"), ("address", "169.254.169.254"),
        ("network", "192.168.0.0/24"), ("address", "127.0.0.1"), ("domain", "amazonaws.com"), ("address", "8.8.8.8"),
        ("domain", "ec2.eu-west-1.amazonaws.com"), ("domain", "s3.amazonaws.com"), ("url", "https://amazonaws.com/"),
        ("domain", "com"), ("agent", "aws-cli"), ("agent", "Mozilla/5.0"), ("network", "52.0.0.0/6"),
        ("hash", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ],
)  # fmt: skip
def test_false_friends_are_refused(kind: str, value: str) -> None:
    with pytest.raises(FalseFriend):
        term(kind, value)


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("domain", "Loot-1.s3.eu-west-1.amazonaws.com", "loot-1.s3.eu-west-1.amazonaws.com"),
        ("domain", "evil[.]example.", "evil.example"),
        ("url", "hxxp://Evil.example:8080/A?b", "evil.example/A?b"),
        ("url", "https://evil.example/", "evil.example"),
        ("address", "2001:DB8:0::1", "2001:db8::1"),
        ("network", "203.0.113.77/24", "203.0.113.0/24"),
        ("bucket", "arn:aws:s3:::loot/in/a", "loot"),
    ],
)
def test_values_take_the_form_that_events_have(kind: str, value: str, kept: str) -> None:
    assert term(kind, value).value == kept


def bundle(*objects: Any) -> bytes:
    return str(stix2.Bundle(*objects, allow_custom=True).serialize()).encode()


def test_a_stix_bundle_keeps_source_marking_time_and_what_it_points_to() -> None:
    maker = stix2.Identity(name="Sharing circle", identity_class="group")
    campaign = stix2.Campaign(name="Night shift")
    seen = stix2.Indicator(
        name="their box", pattern="[ipv4-addr:value = '192.0.2.1']", pattern_type="stix", created_by_ref=maker.id,
        valid_from="2026-01-01T00:00:00Z", valid_until="2026-06-01T00:00:00Z", confidence=80,
        object_marking_refs=[stix2.TLP_AMBER],
    )  # fmt: skip
    snort = stix2.Indicator(name="net", pattern="alert tcp", pattern_type="snort", valid_from="2026-01-01T00:00:00Z")
    gone = stix2.Indicator(name="old", pattern="[url:value = 'https://a.example/x']", pattern_type="stix", revoked=True,
                           valid_from="2026-01-01T00:00:00Z")  # fmt: skip
    link = stix2.Relationship(seen, "indicates", campaign)
    fmt, found = read_indicators(bundle(maker, campaign, seen, snort, gone, link), "x.json")
    assert (fmt, [item.name for item in found]) == ("stix", ["their box", "net", "old"])
    first = found[0]
    assert (first.source, first.tlp, first.confidence, first.context) == (
        "Sharing circle", "amber", 80, "campaign Night shift",
    )  # fmt: skip
    assert (first.since, first.until) == (1767225600000, 1780272000000)
    assert "snort" in str(found[1].reason)
    assert found[2].revoked


def test_a_pattern_of_which_a_part_is_understood_says_which_is_not() -> None:
    text = "[ipv4-addr:value = '192.0.2.1' OR process:name = 'x' OR ipv4-addr:value = '10.0.0.1']"
    item = stix2.Indicator(name="n", pattern=text, pattern_type="stix", valid_from="2026-01-01T00:00:00Z")
    _, (found,) = read_indicators(bundle(item), "x.json")
    assert [[each.value for each in clause] for clause in found.clauses] == [["192.0.2.1"]]
    assert "process:name" in str(found.reason)
    assert "private" in str(found.reason)
    assert found.refused is False


def test_misp_events_keep_what_is_for_detection() -> None:
    attributes = [
        {"type": "ip-dst", "value": "192.0.2.7", "uuid": "u1", "to_ids": True},
        {"type": "domain|ip", "value": "bad.example|192.0.2.8", "uuid": "u2", "to_ids": True},
        {"type": "ip-src", "value": "192.0.2.9", "uuid": "u3", "to_ids": False},
        {"type": "mutex", "value": "x", "uuid": "u4", "to_ids": True},
        {"type": "sha256", "value": "a" * 64, "uuid": "u5", "to_ids": True, "deleted": True},
    ]
    event = {"info": "leak", "Orgc": {"name": "Cert"}, "Attribute": attributes, "Tag": [{"name": "tlp:green"}]}
    fmt, found = read_indicators(json.dumps({"response": [{"Event": event}]}).encode(), "e.json")
    assert fmt == "misp"
    told = {item.uid: [each.value for clause in item.clauses for each in clause] for item in found}
    assert told == {"u1": ["192.0.2.7"], "u2": ["bad.example", "192.0.2.8"], "u3": [], "u4": [], "u5": ["a" * 64]}
    assert {item.uid for item in found if item.reason} == {"u3", "u4"}
    assert [item.uid for item in found if item.revoked] == ["u5"]
    assert {(item.source, item.tlp, item.context) for item in found} == {("Cert", "green", "leak")}


@pytest.mark.parametrize("text", ["{}", "[]", "a,b\n1,2\n", '{"x": {"info": "y"}}', "{", "\x00\x01"])
def test_what_is_no_list_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        read_indicators(text.encode(), "x")


def test_a_row_with_a_bad_time_is_kept_with_the_reason() -> None:
    _, (one, two) = read_indicators(
        b"type,value,from,to\nip,192.0.2.1,someday,\nip,192.0.2.2,2026-02-01,2026-01-01\n", "x"
    )
    assert "someday" in str(one.reason)
    assert "before it begins" in str(two.reason)
    assert (one.clauses, two.clauses) == ((), ())
