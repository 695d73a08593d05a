"""Who must allow a call: within one account either side, across two both; keys and roles by their own policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.respond.policy.principals import ACCOUNT, ENTITY, EVERYONE, ITSELF
from jumpkit.respond.policy.request import ANONYMOUS, SERVICE, WEB
from jumpkit.respond.truth import Truth, at_best_unknown, every, some, truth, unknown

if TYPE_CHECKING:
    from jumpkit.respond.policy.layers import Heard, Policies
    from jumpkit.respond.policy.request import Request


@dataclass(frozen=True, slots=True)
class Sides:
    """What each layer says of a call."""

    identity: Heard
    boundary: Heard
    session: Heard
    resource: Heard
    scp: Heard
    rcp: Heard

    @property
    def all(self) -> tuple[Heard, ...]:
        """Return all of them in the order in which they are told."""
        return (self.scp, self.rcp, self.resource, self.identity, self.boundary, self.session)


def granted(policies: Policies, request: Request, sides: Sides) -> tuple[Truth, str]:
    """Return whether all that must allow a call do, denies aside, and in words what is lacking where not."""
    if request.principal.kind in (ANONYMOUS, SERVICE, WEB):
        grant = _otherwise(sides.resource.allow, policies, request)
        return grant, "the resource's own policy does not let it in"
    grant = _by_account(request, sides)
    grant = _otherwise(grant, policies, request)
    return every([sides.scp.allow, grant]), _lacking(sides)


def _by_account(request: Request, sides: Sides) -> Truth:
    inside, across = _within(request, sides), _across(sides)
    account = request.resource_account
    if account is not None:
        return inside if account == request.principal.account else across
    if inside.value == across.value:
        return inside
    return unknown("whose account the resource is in")


def _across(sides: Sides) -> Truth:
    return every([sides.identity.allow, sides.boundary.allow, sides.session.allow, sides.resource.allow])


def _within(request: Request, sides: Sides) -> Truth:
    """Return whether a call within one account is allowed.

    A policy that names the caller itself needs nothing else and no silence limits it; one that names its role or
    its user stands under boundary and session policies; one for everyone may, which is not documented.
    """
    limits = every([sides.boundary.allow, sides.session.allow])
    named = sides.resource.levels
    everyone = at_best_unknown(limits, "whether boundaries and session policies limit what everyone is given")
    by_resource = [named[ITSELF], every([named[ENTITY], limits]), every([named[EVERYONE], everyone])]
    by_identity = every([sides.identity.allow, limits])
    if _is_key(request):
        by_identity = every([by_identity, named[ACCOUNT]])
    elif _is_assumed(request):
        by_resource[2] = every([named[EVERYONE], at_best_unknown(by_identity, "whether a trust in everyone suffices")])
        by_identity = every([by_identity, named[ACCOUNT]])
    return some([*by_resource, by_identity])


def _is_key(request: Request) -> bool:
    """Return whether a call is about a KMS key: without its policy's leave no other policy counts."""
    return request.action.lower().startswith("kms:") and ":key/" in (request.resource or "")


def _is_assumed(request: Request) -> bool:
    """Return whether a call takes on a role: its trust must let in the caller or its account."""
    return request.action.lower() in ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity")


def _otherwise(grant: Truth, policies: Policies, request: Request) -> Truth:
    """Return the answer with KMS grants and S3 ACLs regarded, which allow beside all policies."""
    service = request.action.partition(":")[0].lower()
    if service not in ("s3", "kms") or (service == "kms" and not _is_key(request)):
        return grant
    if policies.granted is None:
        same = request.resource_account == request.principal.account is not None
        if service == "s3" and same:
            return grant
        return at_best_unknown(grant, "whether an S3 ACL or a KMS grant allows it was not looked at")
    return some([grant, truth(policies.granted)])


def _lacking(sides: Sides) -> str:
    """Return in words which side says nothing for it."""
    silent = [
        ("no service control policy allows it on every level", sides.scp),
        ("the identity's policies do not", sides.identity),
        ("its permissions boundary does not", sides.boundary),
        ("its session policy does not", sides.session),
        ("the resource's policy does not", sides.resource),
    ]
    return ", ".join(words for words, side in silent if side.allow.value is False) or "the sides that do are not enough"
