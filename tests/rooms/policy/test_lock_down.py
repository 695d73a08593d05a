"""The lock-down of a bucket asks our evaluator before it writes."""

from __future__ import annotations

from typing import Any

import pytest
from iam.build import HOME, SESSION, allow, deny, to

from jumpkit.model.action import Mark, Target
from jumpkit.respond.actions.aws import lock_down_bucket

BUCKET = Target("bucket", "ledger", HOME)
OURS = Mark("C-2026-0001", "P-1", "1", "jumpkit-0123456789ab", SESSION.arn)
RESOURCE = ["arn:aws:s3:::ledger", "arn:aws:s3:::ledger/*"]


@pytest.mark.parametrize(
    ("standing", "refused"),
    [
        (None, False),
        ([to("*", allow("s3:GetObject", RESOURCE))], False),
        ([to("*", deny("s3:*", RESOURCE, Condition={"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}))], False),
        ([to("*", deny("s3:PutBucketPolicy", RESOURCE))], True),
        ([to("*", deny("s3:DeleteBucketPolicy", RESOURCE[0]))], True),
    ],
)
def test_it_refuses_where_we_would_not_come_back(standing: Any, refused: bool) -> None:  # noqa: FBT001 - expected
    seen = {"policy": {"Version": "2012-10-17", "Statement": standing} if standing else None}
    assert bool(lock_down_bucket.refuses(BUCKET, seen, OURS)) is refused


def test_it_refuses_where_nobody_knows_who_we_are() -> None:
    assert lock_down_bucket.refuses(BUCKET, {"policy": None}, Mark("C-1", "P-1", "1", "jumpkit-1"))
