"""Against moto, where it can be trusted: actions and resources of identity policies, no conditions and no `?`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from iam.build import BUCKET, OBJECT, USER, ask, doc, policies

from jumpkit.respond.policy.decide import Verdict, decide

moto = pytest.importorskip("moto.iam.access_control")
PATTERNS = ["*", "s3:*", "s3:Get*", "s3:GetObject", "s3:*Object", "ec2:*", "e*:Run*"]
RESOURCES = [
    "*",
    BUCKET,
    f"{BUCKET}/*",
    OBJECT,
    "arn:aws:s3:::*",
    "arn:aws:s3:::ledge*/a.txt",
    "arn:aws:ec2:*:*:instance/*",
]
MEANT = {"PERMITTED": Verdict.ALLOW, "DENIED": Verdict.EXPLICIT_DENY, "NEUTRAL": Verdict.IMPLICIT_DENY}


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "Effect": draw(st.sampled_from(["Allow", "Deny"])),
        draw(st.sampled_from(["Action", "NotAction"])): draw(
            st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3)
        ),
        "Resource": draw(st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2)),
    }


@settings(max_examples=300, deadline=None)
@given(
    st.lists(statements(), min_size=1, max_size=4),
    st.sampled_from(["s3:GetObject", "s3:PutObject", "ec2:RunInstances", "s3:GetBucketAcl"]),
    st.sampled_from([BUCKET, OBJECT, "arn:aws:ec2:eu-central-1:111122223333:instance/i-1"]),
)
def test_the_same_answer(said: list[dict[str, Any]], action: str, resource: str) -> None:
    theirs = moto.IAMPolicy(json.dumps({"Version": "2012-10-17", "Statement": said})).is_action_permitted(
        action, resource
    )
    ours = decide(policies(identity=(doc(*said),)), ask(action, resource, USER)).verdict
    assert ours == MEANT[theirs.name]


def test_where_it_cannot_a_condition_that_does_not_hold_is_taken_for_a_deny() -> None:
    said = [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:ViaAWSService": "true"}}}]
    assert decide(policies(identity=(doc(*said),)), ask("s3:GetObject", OBJECT)).verdict == Verdict.IMPLICIT_DENY
