"""Whether a resource policy means the caller, and how directly: that decides which other policies still limit it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jumpkit.respond.policy.glob import covers
from jumpkit.respond.policy.request import ANONYMOUS, FEDERATED, ROOT, SERVICE, SESSION, USER, WEB
from jumpkit.respond.truth import NO, YES, Truth, every, some, truth, unknown

if TYPE_CHECKING:
    from jumpkit.respond.policy.document import Statement
    from jumpkit.respond.policy.request import Principal

# How a policy names a caller. Within one account: itself outweighs all limits by omission, its role or user only
# the identity's own policies, everyone likewise (what limits then leave is not documented), the account nothing.
ITSELF, ENTITY, EVERYONE, ACCOUNT = "itself", "entity", "everyone", "account"
LEVELS = (ITSELF, ENTITY, EVERYONE, ACCOUNT)

_ACCOUNT = re.compile(r"(?:arn:[\w-]+:iam::(\d{12}):root|(\d{12}))")
_ENTITY = re.compile(r"arn:[\w-]+:(iam|sts)::(\d{12}):(user|role|assumed-role|federated-user)/.+")
_UNIQUE = re.compile(r"A(?:ROA|IDA)[A-Z0-9]{8,124}")


def named(statement: Statement, who: Principal, *, bounded: Truth) -> dict[str, Truth]:
    """Return by which of the levels a statement means the caller.

    bounded: whether the caller has a permissions boundary; NotPrincipal with Deny then always hits it.
    """
    if statement.principals is not None:
        return _any_level([_entry(kind, value, who) for kind, value in statement.principals])
    if statement.not_principals is None:
        return _only(unknown("a resource policy's statement that names no principal"))
    return _only(_excepted(statement, who, bounded))


def _only(found: Truth) -> dict[str, Truth]:
    return {level: found if level == EVERYONE else NO for level in LEVELS}


def _any_level(found: list[tuple[str, Truth]]) -> dict[str, Truth]:
    return {level: some(answer for at, answer in found if at == level) for level in LEVELS}


def _entry(kind: str, value: str, who: Principal) -> tuple[str, Truth]:
    """Return the level at which one entry of Principal could mean the caller, and whether it does."""
    if kind == "AWS":
        return _aws(value, who)
    if kind == "Service":
        return ITSELF, truth(who.kind == SERVICE and value.lower() == who.arn.lower())
    if kind == "Federated":
        return ITSELF, truth(who.kind == WEB and value == who.provider)
    if kind == "CanonicalUser":
        doubtful = who.kind in (USER, SESSION, FEDERATED, ROOT)
        return ACCOUNT, unknown("whose canonical user id it is") if doubtful else NO
    return ENTITY, unknown(f"a principal of the kind {kind[:40]} is not understood")


def _aws(value: str, who: Principal) -> tuple[str, Truth]:
    if value == "*":
        return EVERYONE, YES
    account = _ACCOUNT.fullmatch(value)
    if account:
        same = who.account == (account[1] or account[2]) and who.kind != SERVICE
        return (ITSELF if who.kind == ROOT else ACCOUNT), truth(same)
    if _ENTITY.fullmatch(value):
        return _by_arn(value, who)
    if _UNIQUE.fullmatch(value):
        return _by_id(value, who)
    return ENTITY, unknown(f"the principal {value[:100]} is not understood")


def _by_arn(value: str, who: Principal) -> tuple[str, Truth]:
    """Return whether an ARN is the caller's own or that of the role or user behind its session."""
    if "*" in value:
        return ENTITY, unknown(f"a wildcard inside the principal {value[:100]}")
    if ":assumed-role/" in value or ":federated-user/" in value or who.kind == USER:
        return ITSELF, covers(value, who.arn)
    if who.kind not in (SESSION, FEDERATED):
        return ITSELF, NO
    if who.issuer is not None:
        return ENTITY, truth(value == who.issuer)
    same_name = who.kind == SESSION and value.rpartition("/")[2] == who.name and f"::{who.account}:role/" in value
    if who.kind == SESSION:
        return ENTITY, unknown("the path of the caller's role is not known") if same_name else NO
    return ENTITY, unknown("which user the federated session is of is not known")


def _by_id(value: str, who: Principal) -> tuple[str, Truth]:
    """Return whether a unique id, left in a policy when its role or user was deleted, is the caller's."""
    level = ENTITY if who.kind == SESSION else ITSELF
    if who.kind not in (USER, SESSION):
        return level, NO
    if who.unique_id is None:
        return level, unknown("the caller's unique id is not known")
    return level, truth(value == who.unique_id)


def _excepted(statement: Statement, who: Principal, bounded: Truth) -> Truth:
    """Return whether NotPrincipal leaves the caller to the statement.

    A deny spares a caller only where its account and all of its own names are listed, and never one with a boundary.
    """
    found = [_entry(kind, value, who) for kind, value in statement.not_principals or ()]
    if statement.effect != "Deny":
        listed = some(answer for _, answer in found)
        return NO if listed.value else unknown("NotPrincipal with Allow is not supported by the provider")
    levels = _any_level(found)
    needed = [levels[level] for level in _names(who)]
    hit = bounded if who.kind in (USER, SESSION) else NO
    if hit.value or some([levels[EVERYONE], *needed]).value is False:
        return YES
    if some([levels[EVERYONE], every(needed)]).value:
        return hit
    return unknown("NotPrincipal lists the caller, but not with its account and all of its names")


def _names(who: Principal) -> tuple[str, ...]:
    if who.kind == ANONYMOUS:
        return (EVERYONE,)
    if who.kind in (SERVICE, WEB, ROOT):
        return (ITSELF,)
    return (ITSELF, ACCOUNT) if who.kind == USER else (ITSELF, ENTITY, ACCOUNT)
