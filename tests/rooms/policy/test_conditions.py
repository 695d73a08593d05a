"""Condition operators, row by row: operator, the policy's value, the call's value (None: absent), and what holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from iam.build import SESSION, USER, ask

from jumpkit.respond.policy.conditions import condition
from jumpkit.respond.policy.document import text

if TYPE_CHECKING:
    from jumpkit.respond.policy.request import Request

ROWS: list[tuple[str, Any, Any, bool | None]] = [
    ("StringEquals", "a", "a", True),
    ("StringEquals", "a", "A", False),
    ("StringEquals", ["a", "b"], "b", True),
    ("StringEquals", "a*", "ab", False),
    ("StringEquals", "a*", "a*", True),
    ("StringEquals", "a", None, False),
    ("StringEqualsIfExists", "a", None, True),
    ("StringEqualsIfExists", "a", "b", False),
    ("StringNotEquals", "a", "b", True),
    ("StringNotEquals", ["a", "b"], "b", False),
    ("StringNotEquals", "a", None, True),
    ("StringNotEqualsIfExists", "a", None, True),
    ("StringEqualsIgnoreCase", "Ab", "aB", True),
    ("StringNotEqualsIgnoreCase", "Ab", "aB", False),
    ("StringLike", "a*c?", "abbcd", True),
    ("StringLike", "a*c?", "abbc", False),
    ("StringLike", "A*", "abc", False),
    ("StringNotLike", "a*", "abc", False),
    ("StringNotLike", "a*", None, True),
    ("NumericEquals", "5", "5.0", True),
    ("NumericNotEquals", "5", "6", True),
    ("NumericNotEquals", "5", None, True),
    ("NumericLessThan", "10", "9", True),
    ("NumericLessThan", "10", "9.99", True),
    ("NumericLessThan", "10", "10", False),
    ("NumericLessThanEquals", "10", "10", True),
    ("NumericGreaterThan", "10", "9", False),
    ("NumericGreaterThanEquals", "10", "10", True),
    ("NumericGreaterThan", "ten", "9", None),
    ("NumericEquals", "1e400000000", "NaN", None),
    ("NumericLessThan", 3600, 60, True),
    ("DateLessThan", "2026-01-02T00:00:00Z", "2026-01-01T23:59:59Z", True),
    ("DateLessThan", "2026-01-02T00:00:00Z", "2026-01-02T01:30:00+02:00", True),
    ("DateLessThan", "2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z", False),
    ("DateLessThanEquals", "2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z", True),
    ("DateGreaterThan", "1767312000", "2026-01-02T00:00:01Z", True),
    ("DateGreaterThanEquals", "2026-01-02", "2026-01-02T00:00:00Z", True),
    ("DateEquals", "2026-01-02T00:00:00.000Z", "1767312000", True),
    ("DateNotEquals", "2026-01-02T00:00:00Z", None, True),
    ("DateLessThan", "2026-01-02T00:00:00", "2026-01-01T00:00:00Z", None),
    ("DateLessThan", "yesterday", "2026-01-01T00:00:00Z", None),
    ("DateLessThan", "2026-01-02T00:00:00Z", None, False),
    ("Bool", "true", True, True),
    ("Bool", True, "True", True),
    ("Bool", "false", True, False),
    ("Bool", "false", None, False),
    ("BoolIfExists", "false", None, True),
    ("Bool", "maybe", True, None),
    ("BinaryEquals", "QUJD", "QUJD", True),
    ("BinaryEquals", "QUJD", "QUJE", False),
    ("BinaryEquals", "!", "QUJD", None),
    ("IpAddress", "203.0.113.0/24", "203.0.113.9", True),
    ("IpAddress", "203.0.113.9", "203.0.113.9", True),
    ("IpAddress", ["10.0.0.0/8", "203.0.113.0/24"], "203.0.114.1", False),
    ("IpAddress", "203.0.113.0/24", "2001:db8::1", False),
    ("IpAddress", "2001:db8::/32", "2001:DB8:0::1", True),
    ("IpAddress", "0.0.0.0/0", "203.0.113.9", True),
    ("IpAddress", "203.0.113.0/24", "s3.amazonaws.com", None),
    ("IpAddress", "203.0.113.0/24", None, False),
    ("NotIpAddress", "203.0.113.0/24", "203.0.113.9", False),
    ("NotIpAddress", ["10.0.0.0/8", "203.0.113.0/24"], "203.0.114.1", True),
    ("NotIpAddress", "203.0.113.0/24", None, True),
    ("NotIpAddressIfExists", "203.0.113.0/24", None, True),
    ("ArnEquals", "arn:aws:sns:*:111122223333:x", "arn:aws:sns:eu-central-1:111122223333:x", True),
    ("ArnLike", "arn:aws:iam::*:role/ir/*", "arn:aws:iam::111122223333:role/ir/responder", True),
    ("ArnLike", "arn:aws:iam::*:role/ir", "arn:aws:iam::111122223333:role/ir/responder", False),
    ("ArnLike", "*", "arn:aws:iam::111122223333:user/x", True),
    ("ArnLike", "arn:aws:iam::*role/x", "arn:aws:iam::111122223333:role/x", None),
    ("ArnNotLike", "arn:aws:iam::*:role/ir/*", "arn:aws:iam::111122223333:role/ir/responder", False),
    ("ArnNotEquals", "arn:aws:iam::*:role/ir/*", "arn:aws:iam::111122223333:user/x", True),
    ("ArnNotLike", "arn:aws:iam::*:role/ir/*", None, True),
    ("ArnLike", "arn:aws:iam::*:role/ir/*", None, False),
    ("Null", "true", None, True),
    ("Null", "true", "x", False),
    ("Null", "false", "x", True),
    ("Null", "false", None, False),
    ("Null", ["true", "false"], None, True),
    ("Null", "no", None, None),
    ("NullIfExists", "true", None, None),
    ("ForAllValues:StringEquals", ["a", "b"], ("a", "b"), True),
    ("ForAllValues:StringEquals", ["a", "b"], ("a", "c"), False),
    ("ForAllValues:StringEquals", ["a", "b"], None, True),
    ("ForAllValues:StringNotEquals", ["a", "b"], ("c", "d"), True),
    ("ForAllValues:StringNotEquals", ["a", "b"], ("c", "a"), False),
    ("ForAllValues:StringLikeIfExists", "a*", None, True),
    ("ForAnyValue:StringEquals", ["a", "b"], ("c", "b"), True),
    ("ForAnyValue:StringEquals", ["a", "b"], ("c",), False),
    ("ForAnyValue:StringEquals", ["a", "b"], None, False),
    ("ForAnyValue:StringEqualsIfExists", ["a", "b"], None, False),
    ("ForAnyValue:StringNotEquals", ["a", "b"], ("a", "c"), True),
    ("ForAnyValue:StringNotEquals", ["a", "b"], ("a", "b"), False),
    ("ForAnyValue:StringLike", "x*", ("ab", "xy"), True),
    ("StringEquals", "a", ("a", "b"), None),
    ("ForSomeValues:StringEquals", "a", "a", None),
    ("stringequals", "a", "a", None),
    ("StringResembles", "a", "a", None),
]


def asked(operator: str, said: Any, request: Request) -> bool | None:
    values = tuple(text(each) for each in (said if isinstance(said, list) else [said]))
    return condition((operator, "x:key", values), "2012-10-17", request).value


@pytest.mark.parametrize(("operator", "said", "value", "expected"), ROWS, ids=[f"{r[0]} {r[1]} {r[2]}" for r in ROWS])
def test_operators(operator: str, said: Any, value: Any, expected: Any) -> None:
    assert asked(operator, said, ask("a:b", context={"X:Key": value})) is expected


@pytest.mark.parametrize("row", ROWS, ids=[f"{r[0]} {r[1]}" for r in ROWS])
def test_what_is_not_known_of_a_call_is_not_decided(row: tuple[str, Any, Any, bool | None]) -> None:
    assert asked(row[0], row[1], ask("a:b", closed=False)) is None


FACTS = [
    (USER, "aws:username", ("ann",)),
    (USER, "aws:PrincipalArn", (USER.arn,)),
    (USER, "aws:userid", ("AIDAANNANNANNANN1",)),
    (USER, "AWS:PRINCIPALTYPE", ("User",)),
    (SESSION, "aws:username", None),
    (SESSION, "aws:PrincipalArn", ("arn:aws:iam::111122223333:role/ir/responder",)),
    (SESSION, "aws:userid", ("AROARESPONDERRESP1:case-7",)),
    (SESSION, "aws:PrincipalType", ("AssumedRole",)),
    (SESSION, "aws:PrincipalIsAWSService", ("false",)),
    (SESSION, "aws:PrincipalAccount", ("111122223333",)),
    (SESSION, "aws:ResourceAccount", ("111122223333",)),
]


@pytest.mark.parametrize(("who", "key", "expected"), FACTS)
def test_what_a_caller_tells_by_itself(who: Any, key: str, expected: tuple[str, ...] | None) -> None:
    assert ask("a:b", who=who, closed=False).values(key) == expected


def test_what_it_does_not_tell_is_not_known() -> None:
    for key in ("aws:TokenIssueTime", "aws:SourceIp", "aws:PrincipalTag/team", "aws:PrincipalOrgID"):
        assert key in str(ask("a:b", who=SESSION, closed=False).values(key))
