"""What an alert names: the thing itself, and behind a temporary key the role whose session it is of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from jumpkit.kit.errors import NotFound, Unreadable
from jumpkit.model.action import Reply, Target
from jumpkit.respond.suspects import Suspect, read
from jumpkit.respond.targets import find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.model.action import Call

ISSUER = {"type": "Role", "userName": "web", "accountId": "111122223333"}
USED = {"userIdentity": {"accountId": "111122223333", "sessionContext": {"sessionIssuer": ISSUER}}}


@dataclass
class History:
    """A cloud that knows one thing: who used a key."""

    events: list[Any]

    def read(self, call: Call) -> Reply:
        assert call.operation == "LookupEvents"
        return Reply({"Events": [{"CloudTrailEvent": json.dumps(each)} for each in self.events]}, None, None)

    def pages(self, call: Call) -> Iterator[Reply]:
        yield self.read(call)

    def change(self, call: Call) -> Reply:
        raise AssertionError(call)


def test_a_temporary_key_leads_to_its_role() -> None:
    key = Target("access_key", "ASIAEXAMPLE", "111122223333")
    found = find(History([{"userIdentity": {}}, USED]), key)
    assert (found.kind, found.uid) == ("role", "web")
    with pytest.raises(NotFound, match="temporary key"):
        find(History([]), key)


def guardduty(**resource: Any) -> bytes:
    return json.dumps({"id": "f", "accountId": "1", "region": "r", "title": "t", "resource": resource}).encode()


def hub(kind: str, uid: str, **details: Any) -> bytes:
    resource = {"Type": kind, "Id": uid, "Region": "r", "Details": {kind: details}}
    return json.dumps({"Findings": [{"Id": "f", "AwsAccountId": "1", "Title": "t", "Resources": [resource]}]}).encode()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (guardduty(instanceDetails={"instanceId": "i-1"}), ("instance", "i-1")),
        (guardduty(s3BucketDetails=[{"name": "b"}]), ("bucket", "b")),
        (
            guardduty(accessKeyDetails={"accessKeyId": "ASIA1", "userName": "web", "userType": "AssumedRole"}),
            ("role", "web"),
        ),
        (
            guardduty(accessKeyDetails={"accessKeyId": "AKIA1", "userName": "ci", "userType": "IAMUser"}),
            ("access_key", "AKIA1"),
        ),
        (hub("AwsEc2Instance", "arn:aws:ec2:r:1:instance/i-1"), ("instance", "i-1")),
        (hub("AwsS3Bucket", "arn:aws:s3:::b"), ("bucket", "b")),
        (
            hub("AwsIamAccessKey", "AWS::IAM::AccessKey:ASIA1", PrincipalType="AssumedRole", PrincipalName="web"),
            ("role", "web"),
        ),
        (hub("AwsIamAccessKey", "AWS::IAM::AccessKey:AKIA1"), ("access_key", "AKIA1")),
    ],
)
def test_what_an_alert_names(data: bytes, expected: tuple[str, str]) -> None:
    [found] = read(data).suspects
    assert isinstance(found, Suspect)
    assert (found.kind, found.uid, found.account) == (*expected, "1")


USER = {"uid": "aws:111122223333:AIDAEXAMPLE", "name": "ci"}
ROLE = {"uid": "aws:111122223333:AROAEXAMPLE/i-0abc", "name": "web/i-0abc"}


@pytest.mark.parametrize(
    ("origin", "principal", "expected"),
    [
        (USER, USER, [("user", "ci")]),
        (USER, ROLE, [("user", "ci"), ("role", "web")]),
        ({"uid": "aws-us-gov:111122223333:user/ci", "name": None}, USER, [("user", "ci")]),
        ({"uid": "aws:111122223333:role/web/now", "name": "web/now"}, ROLE, [("role", "web")]),
        ({"uid": "service:ec2.amazonaws.com", "name": "ec2.amazonaws.com"}, {"uid": "aws:111122223333:root"}, []),
    ],
)
def test_a_finding_of_ours_names_who_began_and_who_acted(origin: Any, principal: Any, expected: Any) -> None:
    found = read(json.dumps({"finding": "F-1", "title": "t", "origin": origin, "principal": principal}).encode())
    assert [(each.kind, each.uid) for each in found.suspects] == expected
    assert {each.account for each in found.suspects} <= {"111122223333"}


@pytest.mark.parametrize("data", [b"", b"no json", b"[]", b'{"a": 1}', b'{"Findings": []}', b'"x"', b"\xff"])
def test_what_is_no_finding_is_named(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(data)
