"""The questions that a response asks: lock-out, cut-off, what is lacking, and whom a resource lets in."""

from __future__ import annotations

from typing import Any

import pytest
from iam.build import (
    ABROAD,
    ALL,
    BUCKET,
    GUEST,
    HOME,
    ROLE,
    ROOT,
    SESSION,
    USER,
    allow,
    ask,
    deny,
    doc,
    policies,
    to,
)

from jumpkit.respond.policy.decide import Verdict
from jumpkit.respond.policy.exposure import open_to_all, openings
from jumpkit.respond.policy.questions import (
    DIRECT,
    WAY_BACK,
    Need,
    after_bucket_policy,
    can,
    denies,
    lacks,
    revoked,
    shuts_out,
)
from jumpkit.respond.policy.request import NOTHING, identify

LOCKED = to("*", deny("s3:*", [BUCKET, f"{BUCKET}/*"], Condition={"ArnNotLike": {"aws:PrincipalArn": ROLE}}))
SELF = ask("", BUCKET, SESSION, context=DIRECT, closed=False)


@pytest.mark.parametrize(
    ("written", "way", "why"),
    [
        (doc(LOCKED), True, "spares the responder's role"),
        (doc(to("*", deny("s3:*", BUCKET))), False, "denies everyone"),
        (doc({**LOCKED, "Condition": {"ArnNotLike": {"aws:PrincipalArn": SESSION.arn}}}), False, "names the session"),
        (doc(to("*", deny("s3:PutBucketPolicy", BUCKET))), False, "one of the three suffices to lose the way"),
        (doc(to("*", deny("s3:GetObject", f"{BUCKET}/*"))), True, "objects are another matter"),
        (doc({**LOCKED, "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}), None, "not known from where"),
        (doc(to("*", deny("s3:*", BUCKET, Condition={"Bool": {"aws:SecureTransport": "false"}}))), True, "we use TLS"),
        (
            doc({**LOCKED, "Condition": {"ArnNotLike": {"aws:PrincipalArn": ROLE.replace("ir/", "")}}}),
            False,
            "the path",
        ),
        (None, True, "without a policy, our own suffice"),
    ],
)
def test_we_see_beforehand_whether_a_bucket_policy_locks_us_out(written: Any, way: Any, why: str) -> None:
    found = after_bucket_policy(policies(identity=(ALL,)), SELF, written)
    assert found.open.value is way, why
    assert set(found.rulings) == set(WAY_BACK)


def test_the_owners_root_keeps_the_way_back_and_a_role_without_rights_never_had_it() -> None:
    shut = doc(to("*", deny("s3:*", BUCKET)))
    assert after_bucket_policy(policies(), ask("", BUCKET, ROOT), shut).open.value is True
    assert after_bucket_policy(policies(), SELF, None).open.value is False


CUT = "2026-11-22T10:00:00Z"


@pytest.mark.parametrize(
    ("statement", "issued", "holds"),
    [
        (deny(Condition={"DateLessThan": {"aws:TokenIssueTime": CUT}}), "2026-11-22T09:59:59Z", True),
        (deny(Condition={"DateLessThan": {"aws:TokenIssueTime": CUT}}), "2026-11-22T10:00:00Z", False),
        (deny(Condition={"DateLessThan": {"aws:TokenIssueTime": CUT}}), "2026-11-22T11:59:00+02:00", True),
        (deny("s3:*", Condition={"DateLessThan": {"aws:TokenIssueTime": CUT}}), "2026-11-22T09:00:00Z", None),
        (deny("*", BUCKET, Condition={"DateLessThan": {"aws:TokenIssueTime": CUT}}), "2026-11-22T09:00:00Z", None),
        (deny(Condition={"DateLessThan": {"aws:TokenIssueTime": "2026-11-22T10:00:00"}}), "2026-11-22T09:00:00Z", None),
        (deny(), "2026-11-22T11:00:00Z", True),
        (allow(), "2026-11-22T11:00:00Z", False),
    ],
)
def test_whether_a_cut_off_holds_for_a_session(statement: Any, issued: str, holds: Any) -> None:
    assert revoked(doc(statement), SESSION, issued).value is holds


def test_a_cut_off_stamped_with_local_time_lets_the_intruder_stay() -> None:
    """Eight hours west of Greenwich, local time with a Z on it lies eight hours back: fault (a) of other tools."""
    local = doc(deny(Condition={"DateLessThan": {"aws:TokenIssueTime": "2026-11-22T02:00:00Z"}}))
    assert revoked(local, SESSION, "2026-11-22T08:00:00Z").value is False


def test_a_cut_off_for_a_users_own_sessions_is_asked_by_call() -> None:
    some = doc(deny("ec2:*", Condition={"DateLessThan": {"aws:TokenIssueTime": CUT}}))
    assert revoked(some, SESSION, "2026-11-22T09:00:00Z", [ask("ec2:RunInstances", who=SESSION)]).value is True


def test_what_a_role_lacks_is_told_by_permission() -> None:
    granted = policies(identity=(doc(allow("iam:PutRolePolicy", ROLE), deny("iam:DeleteRole"), name="contain"),))
    needs = [
        Need("iam:PutRolePolicy", ROLE, HOME, {}),
        Need("iam:DeleteRolePolicy", ROLE, HOME, {}),
        Need("iam:DeleteRole", ROLE, HOME, {}),
        Need("ec2:DescribeInstances", NOTHING, HOME, {}),
    ]
    found = lacks(granted, SESSION, needs)
    assert [(need.action, ruling.verdict) for need, ruling in found] == [
        ("iam:DeleteRolePolicy", Verdict.IMPLICIT_DENY),
        ("iam:DeleteRole", Verdict.EXPLICIT_DENY),
        ("ec2:DescribeInstances", Verdict.IMPLICIT_DENY),
    ]
    assert can(granted, ask("iam:PutRolePolicy", ROLE, SESSION)).verdict == Verdict.ALLOW


def test_who_beyond_the_account_is_let_in() -> None:
    shared = doc(
        to({"AWS": [HOME, USER.arn, ABROAD, GUEST.arn, "AROAOLDOLDOLDOLD1"]}, allow("s3:GetObject", f"{BUCKET}/*")),
        to({"Service": "cloudtrail.amazonaws.com"}, allow("s3:PutObject", f"{BUCKET}/*")),
        to("*", allow("s3:ListBucket", BUCKET, Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}})),
        to("*", allow("s3:GetObject", BUCKET, Condition={"StringLike": {"aws:Referer": "https://acme.example/*"}})),
        {**deny("s3:Get*"), "Principal": "*", "Sid": "NoReads"},
        {**allow("s3:GetObject"), "NotPrincipal": {"AWS": ROLE}},
    )
    found = openings((shared,), HOME)
    assert [(one.kind, one.principal, one.held.value) for one in found] == [
        ("account", ABROAD, False),
        ("everyone", "*", True),
        ("everyone", "*", None),
        ("everyone", f"all but {ROLE}", False),
        ("service", "cloudtrail.amazonaws.com", False),
        ("unknown id", "AROAOLDOLDOLDOLD1", False),
        ("user", GUEST.arn, False),
    ]
    assert found[0].taken_back == ("NoReads",)
    assert found[4].taken_back == ()
    assert found[1].conditions == ("aws:SourceVpce StringEquals vpce-1",)
    assert openings((doc(to({"AWS": HOME}, allow("s3:*"))),), HOME) == ()


@pytest.mark.parametrize(
    ("statement", "public"),
    [
        (to("*", allow("s3:GetObject")), True),
        (to({"AWS": "*"}, allow("s3:GetObject")), True),
        (to("*", deny("s3:GetObject")), False),
        (to({"AWS": ABROAD}, allow("s3:GetObject")), False),
        (to("*", allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})), False),
        (to("*", allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}})), True),
        (to("*", allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/1"]}})), True),
        (to("*", allow("s3:*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})), False),
        (to("*", allow("s3:*", Condition={"StringLike": {"aws:PrincipalOrgID": "o-*"}})), True),
        (to("*", allow("s3:*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}})), True),
        (to("*", allow("s3:*", Condition={"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}})), True),
        (to("*", allow("s3:*", Condition={"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{HOME}:*"}})), False),
        (to("*", allow("s3:*", Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}})), True),
        (to("*", allow("s3:*", Condition={"StringLike": {"aws:Referer": "x"}})), True),
        ({**allow("s3:*"), "NotPrincipal": {"AWS": HOME}}, True),
        (to("*", {**allow("s3:*"), "Odd": 1}), None),
    ],
)
def test_what_s3_counts_as_public(statement: Any, public: Any) -> None:
    assert open_to_all((doc(statement),)).value is public


@pytest.mark.parametrize(
    ("arn", "kind", "account"),
    [
        (USER.arn, "user", HOME),
        (ROLE, "role session", HOME),
        (f"arn:aws-cn:sts::{HOME}:assumed-role/x/y", "role session", HOME),
        (f"arn:aws:iam::{HOME}:root", "root", HOME),
        (f"arn:aws:sts::{HOME}:federated-user/bob", "federated user", HOME),
    ],
)
def test_callers_are_told_by_their_arn(arn: str, kind: str, account: str) -> None:
    found = identify(arn)
    assert (found.kind, found.account) == (kind, account)


@pytest.mark.parametrize(
    ("statement", "shut"),
    [
        (to("*", deny("s3:*", BUCKET)), True),
        (to("*", deny("s3:*", f"{BUCKET}/*")), False),
        (LOCKED, True),
        ({**LOCKED, "Condition": {"ArnNotLike": {"aws:PrincipalArn": [f"arn:aws:iam::{HOME}:role/responder"]}}}, True),
        (
            {
                **LOCKED,
                "Condition": {
                    "ArnNotLike": {
                        "aws:PrincipalArn": [f"arn:aws:iam::{HOME}:role{at}responder" for at in ("/", "/*/")]
                    }
                },
            },
            False,
        ),
        ({**LOCKED, "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}, None),
        (to({"AWS": ABROAD}, deny("s3:*", BUCKET)), False),
    ],
)
def test_whether_a_bucket_policy_shuts_out_a_session_whose_roles_path_is_not_known(statement: Any, shut: Any) -> None:
    assert shuts_out(doc(statement), SESSION.arn, BUCKET, HOME).value is shut


def test_whether_a_policy_denies_everybody_else() -> None:
    stranger = [ask("s3:*", each, closed=False) for each in (BUCKET, f"{BUCKET}/*")]
    assert denies(doc(LOCKED), stranger).value is True
    assert denies(doc(to("*", deny("s3:Get*", [BUCKET, f"{BUCKET}/*"]))), stranger).value is None
