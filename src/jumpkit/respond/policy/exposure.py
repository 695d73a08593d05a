"""Whom outside its account a resource's policy lets in, and whether S3 counts the policy as public."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.respond.policy.glob import FIELDS, covers
from jumpkit.respond.truth import NO, YES, Truth, every, some, truth, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumpkit.respond.policy.document import Condition, Document, Statement

_ACCOUNT_OF = re.compile(r"arn:[\w-]+:(?:iam|sts)::(\d{12}):.*|(\d{12})")
_UNIQUE = re.compile(r"A(?:ROA|IDA)[A-Z0-9]{8,124}")
_EVERYONE = "everyone"
# Keys that hold a caller to something fixed, as S3 lists them in its meaning of "public".
_FIXING = frozenset(
    {
        "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:sourcearn",
        "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner", "aws:sourcevpc",
        "aws:sourcevpce", "aws:userid", "aws:sourceip", "s3:dataaccesspointarn", "s3:dataaccesspointaccount",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    }
)  # fmt: skip
_HOLDING = re.compile(
    r"(?:ForAnyValue:)?(?:StringEquals|StringLike|StringEqualsIgnoreCase|ArnEquals|ArnLike|IpAddress)"
)
_WIDEST = {4: 8, 6: 32}  # prefix lengths: wider ranges of addresses are as good as everyone


@dataclass(frozen=True, slots=True)
class Opening:
    """Someone beyond the account whom a statement lets in.

    kind: everyone, account, role, user, session, service, federation, canonical user, unknown id, not understood.
    held: yes where a condition holds everyone to fixed callers; unknown where one narrows it in another way.
    taken_back: statements that deny something of it; under which conditions they do is theirs to say.
    """

    kind: str
    principal: str
    document: str
    statement: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[str, ...]
    held: Truth
    taken_back: tuple[str, ...]


def openings(documents: Iterable[Document], account: str) -> tuple[Opening, ...]:
    """Return whom policies of a resource let in who does not belong to `account`, sorted."""
    found = [each for document in documents for each in _of(document, account)]
    return tuple(sorted(found, key=lambda each: (each.kind, each.principal, each.document, each.statement)))


def open_to_all(documents: Iterable[Document]) -> Truth:
    """Return whether S3 counts a policy as public: it lets everyone in and nothing holds them to fixed callers."""
    doubts = []
    for document in documents:
        doubts += [unknown(f"not understood in {document.name}: {each}") for each in document.odd]
        doubts += [_public(each) for each in document.statements if each.effect != "Deny"]
    return some(doubts)


def _public(statement: Statement) -> Truth:
    if statement.not_principals is not None:
        return YES
    if ("AWS", "*") not in (statement.principals or ()):
        return NO
    held = _held(statement.conditions)
    return every([truth(not held.value) if held.known else held, *(unknown(each) for each in statement.odd)])


def _held(conditions: Iterable[Condition]) -> Truth:
    """Return whether a condition holds callers to something fixed; other conditions leave it unknown."""
    found = [_fixes(each) for each in conditions]
    return some(found)


def _fixes(said: Condition) -> Truth:
    operator, key, values = said
    if key.lower() not in _FIXING or not _HOLDING.fullmatch(operator):
        return NO
    return truth(bool(values) and all(_fixed(key.lower(), value) for value in values))


def _fixed(key: str, value: str) -> bool:
    """Return whether a value names something fixed: no wildcard beside an account, no wide range of addresses."""
    if "${" in value:
        return False
    if key == "aws:sourceip":
        return _narrow(value)
    parts = value.split(":")
    if key in ("aws:principalarn", "aws:sourcearn") and len(parts) >= FIELDS and parts[4]:
        return "*" not in parts[4] and "?" not in parts[4]
    return "*" not in value and "?" not in value


def _narrow(value: str) -> bool:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= _WIDEST[network.version]


def _of(document: Document, account: str) -> list[Opening]:
    found = [_opening("not understood", each, document, None) for each in document.odd]
    for statement in document.statements:
        if statement.effect == "Deny":
            continue
        found += [_opening("not understood", each, document, statement) for each in statement.odd]
        if statement.not_principals is not None:
            named = ", ".join(value for _, value in statement.not_principals)
            found.append(_opening(_EVERYONE, f"all but {named}", document, statement))
        for sort, value in statement.principals or ():
            kind = _kind(sort, value, account)
            if kind:
                found.append(_opening(kind, value, document, statement))
    return found


_KINDS = {"Service": "service", "Federated": "federation", "CanonicalUser": "canonical user"}


def _kind(sort: str, value: str, account: str) -> str | None:
    """Return what an entry lets in, None where it belongs to the account."""
    if sort != "AWS":
        return _KINDS.get(sort, "not understood")
    if value == "*":
        return _EVERYONE
    if _UNIQUE.fullmatch(value):
        return "unknown id"
    match = _ACCOUNT_OF.fullmatch(value)
    if not match:
        return "not understood"
    if account in (match[1], match[2]):
        return None
    resource = value.split(":")[5].partition("/")[0] if match[1] else "root"
    return {"root": "account", "role": "role", "user": "user", "assumed-role": "session"}.get(resource, "account")


def _opening(kind: str, principal: str, document: Document, statement: Statement | None) -> Opening:
    if statement is None:
        return Opening(kind, principal, document.name, "", ("*",), ("*",), (), unknown("not understood"), ())
    held = _held(statement.conditions)
    return Opening(
        kind=kind,
        principal=principal,
        document=document.name,
        statement=statement.name,
        actions=statement.actions or tuple(f"all but {each}" for each in statement.not_actions or ()),
        resources=statement.resources or tuple(f"all but {each}" for each in statement.not_resources or ()),
        conditions=tuple(sorted(_told(each) for each in statement.conditions)),
        held=held if held.value or not statement.conditions else unknown("its conditions narrow it"),
        taken_back=tuple(
            each.name for each in document.statements if each.effect == "Deny" and _touches(each, statement)
        ),
    )


def _told(said: Condition) -> str:
    operator, key, values = said
    return f"{key} {operator} {', '.join(values)}"


def _touches(deny: Statement, allow: Statement) -> bool:
    """Return whether a deny can concern an action that another statement allows."""
    if deny.actions is None or allow.actions is None:
        return True
    pairs = [(one, other) for one in deny.actions for other in allow.actions]
    return any(covers(one, other, fold=True).value is not False for one, other in pairs)
