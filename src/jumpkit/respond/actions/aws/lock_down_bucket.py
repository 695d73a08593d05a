"""Denies a bucket to everybody but the responder, by one statement of ours that is added to its policy."""

from __future__ import annotations

from typing import Any

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.buckets import exists, policy
from jumpkit.respond.policy.document import read
from jumpkit.respond.policy.questions import denies, shuts_out
from jumpkit.respond.policy.request import Request, identify
from jumpkit.respond.truth import NO, Truth

_EMPTY: Seen = {"Version": "2012-10-17", "Statement": []}

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
    return "yes" if _stands(target, seen, mark) else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse where we would lock ourselves out: by what our evaluator says of the policy as it would be."""
    if mark.responder is None:
        return ["we do not know who we are, and would lock ourselves out"]
    before, after = (_shut(target, each, mark) for each in (seen["policy"] or _EMPTY, _merged(target, seen, mark)))
    if after.value:
        return ["we would lock ourselves out: the policy as it would be denies us to change it back"]
    news = sorted(set(after.why) - set(before.why))  # what was doubtful before let us read the policy all the same
    return [f"we may lock ourselves out: {'; '.join(news)}"] if after.value is None and news else []


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Try whether we still get in, and ask our evaluator who does not."""
    ours = _stands(target, seen, mark)
    bucket, stranger = _bucket(target, mark), identify(f"arn:aws:iam::{target.account}:user/anybody-else")
    asked = [Request(stranger, "s3:*", each, target.account) for each in (bucket, f"{bucket}/*")]
    shut = denies(read("the bucket's policy", seen["policy"] or _EMPTY), asked) if ours else NO
    because = f"a statement of ours denies {target.uid} to all but {', '.join(_kept(mark))}"
    observe(cloud, target, mark)  # raises Denied where it closed on ourselves
    return [
        Check("the responder still gets in", True, "tried", "its policy could be read after it was written"),  # noqa: FBT003 - what was held
        Check("nobody else gets in", shut.value, "evaluated", because),
    ]


def _stands(target: Target, seen: Seen, mark: Mark) -> bool:
    """Tell whether our statement is there, or the same one of an earlier step."""
    ours = {**_statement(target, mark), "Sid": None}
    return any({**each, "Sid": None} == ours for each in _statements(seen) if "Sid" in each)


def _shut(target: Target, document: Seen, mark: Mark) -> Truth:
    found = read("the bucket's policy", document)
    return shuts_out(found, str(mark.responder), _bucket(target, mark), target.account)


def _bucket(target: Target, mark: Mark) -> str:
    return f"arn:{(mark.responder or 'arn:aws:').split(':')[1]}:s3:::{target.uid}"


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
    bucket = _bucket(target, mark)
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
    held = seen["policy"] or _EMPTY
    return {**held, "Statement": [*_statements(seen), _statement(target, mark)]}


def _put(target: Target, document: Seen) -> Call:
    return Call("s3", "PutBucketPolicy", {"Bucket": target.uid, "Policy": document}, target.region)
