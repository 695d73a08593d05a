"""What each condition operator compares: one value of the call with one of the policy."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from jumpkit.respond.policy.glob import matches, matches_arn
from jumpkit.respond.truth import Truth, truth, unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    Compare = Callable[[str, str], Truth]  # (the call's value, the policy's value)


class _Malformed(ValueError):
    """A value that cannot be compared so; the message is the value."""


def _equals(asked: str, said: str) -> Truth:
    return truth(matches(said.replace("*", "\ue000").replace("?", "\ue001"), asked))


def _equals_folded(asked: str, said: str) -> Truth:
    return _equals(asked.lower(), said.lower())


def _like(asked: str, said: str) -> Truth:
    return truth(matches(said, asked))


def _arn(asked: str, said: str) -> Truth:
    return matches_arn(said, asked)


def _bool(asked: str, said: str) -> Truth:
    if said.lower() not in ("true", "false"):
        raise _Malformed(said)
    return truth(asked.lower() == said.lower())


def _binary(asked: str, said: str) -> Truth:
    try:
        return truth(base64.b64decode(asked, validate=True) == base64.b64decode(said, validate=True))
    except binascii.Error as error:
        raise _Malformed(said) from error


def _ip(asked: str, said: str) -> Truth:
    try:
        address, network = ipaddress.ip_address(asked), ipaddress.ip_network(said, strict=False)
    except ValueError as error:
        raise _Malformed(f"{asked} in {said}") from error
    return truth(address.version == network.version and address in network)


def number(said: str) -> Decimal:
    """Return a number of a policy or a call."""
    try:
        found = Decimal(said)
    except InvalidOperation as error:
        raise _Malformed(said) from error
    if not found.is_finite():
        raise _Malformed(said)
    return found


def moment(said: str) -> Decimal:
    """Return a date in ISO 8601 or seconds since 1970 as seconds; a time without a zone is not understood.

    >>> moment("1970-01-01T00:01:00Z"), moment("60"), moment("1970-01-02")
    (Decimal('60.0'), Decimal('60'), Decimal('86400.0'))
    """
    if said.lstrip("-").replace(".", "", 1).isascii() and said.lstrip("-").replace(".", "", 1).isdigit():
        return number(said)
    try:
        found = datetime.fromisoformat(said)
    except ValueError as error:
        raise _Malformed(said) from error
    if found.tzinfo is None:
        if "T" in said or " " in said:
            raise _Malformed(f"{said} without a zone")
        found = found.replace(tzinfo=UTC)
    return Decimal(str(found.timestamp()))


def _ordered(read: Callable[[str], Decimal], holds: Callable[[Decimal, Decimal], bool]) -> Compare:
    return lambda asked, said: truth(holds(read(asked), read(said)))


def _family(prefix: str, read: Callable[[str], Decimal]) -> dict[str, tuple[Compare, bool]]:
    return {
        f"{prefix}Equals": (_ordered(read, Decimal.__eq__), False),
        f"{prefix}NotEquals": (_ordered(read, Decimal.__eq__), True),
        f"{prefix}LessThan": (_ordered(read, Decimal.__lt__), False),
        f"{prefix}LessThanEquals": (_ordered(read, Decimal.__le__), False),
        f"{prefix}GreaterThan": (_ordered(read, Decimal.__gt__), False),
        f"{prefix}GreaterThanEquals": (_ordered(read, Decimal.__ge__), False),
    }


OPERATORS: dict[str, tuple[Compare, bool]] = {  # name: (comparison, whether it is negated)
    "StringEquals": (_equals, False),
    "StringNotEquals": (_equals, True),
    "StringEqualsIgnoreCase": (_equals_folded, False),
    "StringNotEqualsIgnoreCase": (_equals_folded, True),
    "StringLike": (_like, False),
    "StringNotLike": (_like, True),
    **_family("Numeric", number),
    **_family("Date", moment),
    "Bool": (_bool, False),
    "BinaryEquals": (_binary, False),
    "IpAddress": (_ip, False),
    "NotIpAddress": (_ip, True),
    "ArnEquals": (_arn, False),
    "ArnLike": (_arn, False),
    "ArnNotEquals": (_arn, True),
    "ArnNotLike": (_arn, True),
}


def compare(operator: str, asked: str, said: str) -> Truth:
    """Return whether one value fits one, before negation; unknown where either is no value of the operator's kind."""
    try:
        return OPERATORS[operator][0](asked, said)
    except _Malformed as error:
        return unknown(f"{operator} cannot compare {str(error)[:100]!r}")
