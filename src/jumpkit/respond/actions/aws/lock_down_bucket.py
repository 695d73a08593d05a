"""Denies a bucket to everybody but the responder, by one statement of ours that is added to its policy."""

from __future__ import annotations

from typing import Any

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.buckets import exists, policy

SPEC = Spec(
    title="Lock a bucket down",
    verb="contain",
    target="bucket",
    effect="All but the responder are denied everything on the bucket and its objects; the rest of its policy stays.",
    danger="high",
    reads=("s3:ListBucket", "s3:GetBucketPolicy"),
    writes=("s3:PutBucketPolicy", "s3:DeleteBucketPolicy"),
    loses="All that reads or writes the bucket fails, the provider's log delivery and replication included.",
    undo="Write the policy back as it was, or delete it where there was none.",
    options={"keep": "ARN of a further principal that stays allowed, as of a backup; none by default"},
    d3fend=("D3-RFAM", "D3-UAP"),
    attack=("T1530", "T1485", "T1486", "T1537"),
    proof=(
        Proof("our statement is in the policy beside the others, and gone after undo", "moto 5"),
        Proof("the responder still passes, others do not", "own evaluator"),
    ),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the bucket's policy."""
    del mark
    exists(cloud, target)
    return {"policy": policy(cloud, target)}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Add our statement."""
    return [_put(target, _merged(target, seen, mark))]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Write back what was."""
    del now, mark
    if before["policy"] is None:
        return [Call("s3", "DeleteBucketPolicy", {"Bucket": target.uid}, target.region)]
    return [_put(target, before["policy"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether our statement is there."""
    return "yes" if _statement(target, mark) in _statements(seen) else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse where nobody knows who we are, since we would lock ourselves out."""
    del target, seen
    return [] if principal(mark.responder) else ["we do not know who we are, and would lock ourselves out"]


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Try whether we still get in, and say who does not."""
    theirs = _statement(target, mark) in _statements(seen)
    because = f"a statement of ours denies {target.uid} to all but {', '.join(_kept(mark))}"
    observe(cloud, target, mark)  # raises Denied where it closed on ourselves
    return [
        Check("the responder still gets in", True, "tried", "its policy could be read after it was written"),  # noqa: FBT003 - what was held
        Check("nobody else gets in", theirs, "evaluated", because),
    ]


def principal(arn: str | None) -> str | None:
    """Return the ARN that aws:PrincipalArn has for a caller: the role's, of its session.

    >>> principal("arn:aws:sts::1:assumed-role/ir/asha")
    'arn:aws:iam::1:role/ir'
    """
    if arn is None or ":assumed-role/" not in arn:
        return arn
    head, _, tail = arn.partition(":assumed-role/")
    return f"{head.replace(':sts:', ':iam:')}:role/{tail.partition('/')[0]}"


def _kept(mark: Mark) -> list[str]:
    found = [each for each in (principal(mark.responder), mark.options.get("keep")) if each]
    return sorted({form for each in found for form in _forms(each)})


def _forms(arn: str) -> list[str]:
    """Return the forms in which a role is compared: a session's ARN does not tell the role's path."""
    head, found, name = arn.partition(":role/")
    return [arn, f"{head}:role/*/{name.rpartition('/')[2]}"] if found else [arn]


def _statement(target: Target, mark: Mark) -> dict[str, Any]:
    partition = (mark.responder or "arn:aws:").split(":")[1]
    bucket = f"arn:{partition}:s3:::{target.uid}"
    return {
        "Sid": mark.id.replace("-", ""),
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, f"{bucket}/*"],
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": _kept(mark)}},
    }


def _statements(seen: Seen) -> list[Any]:
    found = (seen["policy"] or {}).get("Statement", [])
    return found if isinstance(found, list) else [found]


def _merged(target: Target, seen: Seen, mark: Mark) -> Seen:
    held = seen["policy"] or {"Version": "2012-10-17"}
    return {**held, "Statement": [*_statements(seen), _statement(target, mark)]}


def _put(target: Target, document: Seen) -> Call:
    return Call("s3", "PutBucketPolicy", {"Bucket": target.uid, "Policy": document}, target.region)
