"""The decision on a call as the provider documents it: denies first, then who must allow, by account and resource."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from jumpkit.respond.policy import layers
from jumpkit.respond.policy.exposure import open_to_all
from jumpkit.respond.policy.grants import Sides, granted
from jumpkit.respond.policy.layers import NO_LIMIT, NOTHING_SAID, Cited, Heard, Policies
from jumpkit.respond.policy.request import ANONYMOUS, ROOT, SERVICE, USER, WEB
from jumpkit.respond.truth import NO, Truth, at_most_unknown, every, some, truth, unknown

if TYPE_CHECKING:
    from jumpkit.respond.policy.request import Request

_OUTSIDE = (ANONYMOUS, SERVICE, WEB)  # callers without an account of the customer's
_OWNERS_ROOT = frozenset({"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"})
_UNDER_RCP = frozenset({"s3", "sts", "kms", "sqs", "secretsmanager"})  # named since the first day of RCPs


class Verdict(StrEnum):
    """What the provider would answer, as far as it can be known."""

    ALLOW = "allow"
    EXPLICIT_DENY = "explicit deny"
    IMPLICIT_DENY = "implicit deny"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict with its reason in plain words, the statements that decided, and what was not known."""

    verdict: Verdict
    because: str
    cited: tuple[Cited, ...] = ()
    unknowns: tuple[str, ...] = ()

    @property
    def truth(self) -> Truth:
        """Return whether the call is allowed."""
        return {Verdict.ALLOW: truth(True), Verdict.UNKNOWN: unknown(*self.unknowns)}.get(self.verdict, NO)  # noqa: FBT003 - of a truth


def decide(policies: Policies, request: Request) -> Ruling:
    """Return what becomes of a call: denied where one policy denies, allowed only where all that must allow do."""
    sides = _sides(policies, request)
    denies = [side for side in sides.all if side.deny.value]
    if denies:
        cited = tuple(one for side in denies for one in side.cited if one.effect == "Deny")
        return Ruling(Verdict.EXPLICIT_DENY, f"denied by {'; '.join(map(str, cited))}", cited)
    allowed, lacking = granted(policies, request, sides)
    if allowed.value is False:
        return Ruling(Verdict.IMPLICIT_DENY, f"nothing allows it: {lacking}", _all_cited(sides, "Allow"))
    answer = every([allowed, *(_not_denied(side) for side in sides.all)])
    if answer.value is None:
        return Ruling(Verdict.UNKNOWN, f"not known: {'; '.join(answer.why)}", _all_cited(sides, None), answer.why)
    cited = _all_cited(sides, "Allow")
    return Ruling(Verdict.ALLOW, f"allowed by {'; '.join(map(str, cited)) or 'being the root user'}", cited)


def _not_denied(side: Heard) -> Truth:
    return truth(not side.deny.value) if side.deny.known else side.deny


def _all_cited(sides: Sides, effect: str | None) -> tuple[Cited, ...]:
    return tuple(one for side in sides.all for one in side.cited if effect in (None, one.effect))


def _sides(policies: Policies, request: Request) -> Sides:
    """Return what each layer says, those left out that the provider does not ask."""
    outside = request.principal.kind in _OUTSIDE
    boundary = NO_LIMIT if outside else layers.limited("permissions boundaries", policies.boundary, request)
    bounded = (
        unknown("whether it has a permissions boundary")
        if policies.boundary is None
        else truth(bool(policies.boundary))
    )
    return Sides(
        identity=NOTHING_SAID if outside else layers.own(policies, request),
        boundary=NO_LIMIT if request.principal.kind == ROOT else boundary,
        session=NO_LIMIT
        if outside or request.principal.kind == USER
        else layers.limited("session policies", policies.session, request),
        resource=_resource(policies, request, bounded),
        scp=_scp(policies, request),
        rcp=_rcp(policies, request),
    )


def _scp(policies: Policies, request: Request) -> Heard:
    """Return what SCPs say: they bind an account's users, roles and root; no service, no service-linked role."""
    who = request.principal
    if who.kind in _OUTSIDE or who.service_linked or policies.managing:
        return NO_LIMIT
    found = layers.stacked("service control policies", policies.scps, request)
    if policies.scps == () or policies.managing is False:
        return found
    why = "whether its account is the organization's management account, which no SCP binds"
    return Heard(
        found.allow if found.allow.value else unknown(why, *found.allow.why),
        at_most_unknown(found.deny, why),
        found.cited,
    )


def _rcp(policies: Policies, request: Request) -> Heard:
    """Return what RCPs say: they can only deny, on resources of some services, and never bind a service-linked role."""
    if request.principal.service_linked:
        return NO_LIMIT
    found = layers.stacked("resource control policies", policies.rcps, request)
    deny = found.deny
    if request.action.partition(":")[0].lower() not in _UNDER_RCP:
        deny = at_most_unknown(deny, "whether resource control policies bind this service")
    return Heard(NO_LIMIT.allow, deny, found.cited)


def _resource(policies: Policies, request: Request, bounded: Truth) -> Heard:
    """Return what the resource's policy says, less what S3 leaves out of it: public access that is blocked."""
    found = layers.resourced(policies.resource, request, bounded)
    service = request.action.partition(":")[0].lower()
    if service != "s3":
        return found
    own_account = request.principal.account == request.resource_account
    if request.principal.kind == ROOT and own_account and request.action.lower() in _OWNERS_ROOT:
        return Heard(found.allow, NO, (), found.levels)
    if policies.public_blocked is False or request.principal.kind == SERVICE or own_account:
        return found
    blocked = unknown("whether public access is blocked") if policies.public_blocked is None else truth(True)  # noqa: FBT003 - of a truth
    shut = every([blocked, open_to_all(policies.resource or ())])
    levels = {level: every([answer, _unless(shut)]) for level, answer in found.levels.items()}
    return Heard(some(levels.values()), found.deny, found.cited, levels)


def _unless(shut: Truth) -> Truth:
    return truth(not shut.value) if shut.known else shut
