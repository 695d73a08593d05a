"""What a response asks of policies: can it still, do we lock ourselves out, does the cut-off hold, what is lacking."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jumpkit.respond.policy.decide import Ruling, Verdict, decide
from jumpkit.respond.policy.layers import Policies, hear, resourced
from jumpkit.respond.policy.request import Request, identify
from jumpkit.respond.truth import NO, Truth, every, some

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jumpkit.respond.policy.document import Document
    from jumpkit.respond.policy.request import Principal, Value

WAY_BACK = ("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy")
DIRECT: Mapping[str, Value] = {  # what is known of every call that we sign and send ourselves, over TLS
    "aws:ViaAWSService": False,
    "aws:CalledVia": None,
    "aws:CalledViaFirst": None,
    "aws:CalledViaLast": None,
    "aws:SecureTransport": True,
    "aws:SourceArn": None,
    "aws:SourceAccount": None,
    "aws:SourceOrgID": None,
    "aws:SourceOrgPaths": None,
    "aws:SourceOwner": None,
}


@dataclass(frozen=True, slots=True)
class Need:
    """A call that must pass: the IAM action, its resource's ARN (or NOTHING), and what is known of its context."""

    action: str
    resource: str | None
    resource_account: str | None
    context: Mapping[str, Value]


def can(policies: Policies, request: Request) -> Ruling:
    """Return whether a principal can still do something; the same as `decide`, by the name of the question."""
    return decide(policies, request)


def lacks(policies: Policies, principal: Principal, needs: Iterable[Need]) -> list[tuple[Need, Ruling]]:
    """Return what a role lacks: the needs that are not plainly allowed, each with its ruling (denied or unknown)."""
    asked = [(need, decide(policies, _request(principal, need))) for need in needs]
    return [(need, ruling) for need, ruling in asked if ruling.verdict is not Verdict.ALLOW]


def _request(principal: Principal, need: Need) -> Request:
    return Request(principal, need.action, need.resource, need.resource_account, need.context)


@dataclass(frozen=True, slots=True)
class LockOut:
    """Whether the way back stays open after a bucket policy is written, and the ruling on each call of it."""

    open: Truth
    rulings: Mapping[str, Ruling]


def after_bucket_policy(policies: Policies, asked: Request, written: Document | None) -> LockOut:
    """Return whether the asking principal could still read, change and remove a bucket's policy once it is `written`.

    asked: principal, bucket ARN, its account and context; its action is not looked at. None: the policy is removed.
    Anything but a plain yes is a reason not to write.
    """
    then = replace(policies, resource=(written,) if written else ())
    rulings = {action: decide(then, replace(asked, action=action)) for action in WAY_BACK}
    return LockOut(every(ruling.truth for ruling in rulings.values()), rulings)


def denies(document: Document, calls: Iterable[Request]) -> Truth:
    """Return whether a resource's policy denies every one of the calls, whatever else allows them."""
    return every(resourced((document,), call, NO).deny for call in calls)


def shuts_out(document: Document, caller: str, bucket: str, account: str) -> Truth:
    """Return whether a bucket policy denies a caller (by ARN) the way back: to read, change or remove that policy.

    A session's ARN does not tell its role's path; such a caller is shut out where it would be with or without one.
    """
    asked = [Request(who, action, bucket, account, DIRECT) for who in _whoever(caller) for action in WAY_BACK]
    return some(resourced((document,), call, NO).deny for call in asked)


def _whoever(caller: str) -> list[Principal]:
    """Return who a caller may be: a role at the root of its paths, and one that lies in a folder."""
    head, found, tail = caller.partition(":assumed-role/")
    if not found:
        return [identify(caller)]
    role = f"{head.replace(':sts:', ':iam:')}:role/"
    name = tail.partition("/")[0]
    return [identify(caller, issuer=f"{role}{path}{name}") for path in ("", "any/")]


def revoked(document: Document, session: Principal, issued: str, calls: Iterable[Request] = ()) -> Truth:
    """Return whether a document denies a session that was issued at a time (ISO 8601, UTC) each call; default: all.

    Only its denies are asked: whatever allows elsewhere cannot lift them.
    """
    asked = tuple(calls) or (Request(session, "*", "*"),)
    timed = [replace(call, context={**call.context, "aws:TokenIssueTime": issued}) for call in asked]
    return every(hear("identity policies", (document,), call).deny for call in timed)
