"""Tests of single values, made from leaves; not for paths or logic."""

from __future__ import annotations

import ipaddress
import operator
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import re2

from jumpkit.detect.values import text_of

if TYPE_CHECKING:
    from jumpkit.detect.tree import Leaf

Check = Callable[[Any], bool]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,300})(?:\.[0-9]{1,300})?(?:[eE][-+]?[0-9]{1,3})?")
_WEB = "%d/%b/%Y:%H:%M:%S %z"  # as web servers write a moment
_V4 = 4
_MILLISECONDS = 100_000_000_000  # numbers from here on are milliseconds since 1970, below they are seconds


def pattern(source: str) -> Any:
    """Compile a regular expression in linear time; raises re2.error."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(source, options)


def number_of(value: Any) -> int | float | None:
    """Return the number that a value is, or is the text of; None for booleans and all else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value) if any(mark in value for mark in ".eE") else int(value)
    return None


def _reader(leaf: Leaf) -> Callable[[Any], str]:
    if leaf.cased:
        return text_of
    return lambda value: text_of(value).casefold()


def _eq(leaf: Leaf) -> Check:
    read, text = _reader(leaf), leaf.text
    return lambda value: read(value) == text


def _contains(leaf: Leaf) -> Check:
    read, text = _reader(leaf), leaf.text
    return lambda value: text in read(value)


def _startswith(leaf: Leaf) -> Check:
    read, text = _reader(leaf), leaf.text
    return lambda value: read(value).startswith(text)


def _endswith(leaf: Leaf) -> Check:
    read, text = _reader(leaf), leaf.text
    return lambda value: read(value).endswith(text)


def _glob(leaf: Leaf) -> Check:
    read, search = _reader(leaf), pattern(leaf.text).search
    return lambda value: search(encodable(read(value))) is not None


def _re(leaf: Leaf) -> Check:
    search = pattern(leaf.text).search
    return lambda value: search(encodable(text_of(value))) is not None


def encodable(text: str) -> str:
    r"""Return `text` with lone surrogates replaced, since RE2 reads UTF-8.

    >>> encodable("a\ud800")
    'a?'
    """
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def _number(leaf: Leaf) -> Check:
    number, text = leaf.number, str(leaf.number)

    def check(value: Any) -> bool:
        if isinstance(value, str):
            return value == text
        return isinstance(value, int | float) and not isinstance(value, bool) and value == number

    return check


def _bool(leaf: Leaf) -> Check:
    wanted = leaf.text == "true"

    def check(value: Any) -> bool:
        if isinstance(value, str):
            return value.casefold() == leaf.text
        return value is wanted

    return check


def _compare(leaf: Leaf) -> Check:
    compare, bound = COMPARE[leaf.op], leaf.number

    def check(value: Any) -> bool:
        number = number_of(value)
        return number is not None and compare(number, bound)

    return check


def _cidr(leaf: Leaf) -> Check:
    network = ipaddress.ip_network(leaf.text)
    version, low, high = network.version, int(network.network_address), int(network.broadcast_address)

    def check(value: Any) -> bool:
        found = _address(value) if isinstance(value, str) else None
        return found is not None and found[0] == version and low <= found[1] <= high

    return check


@lru_cache(maxsize=1 << 14)
def _address(text: str) -> tuple[int, int] | None:
    """Return the version of an address and its number, None where `text` is none; asked for each of many networks."""
    try:
        return _V4, int.from_bytes(socket.inet_pton(socket.AF_INET, text), "big")
    except (OSError, ValueError):  # what it refuses may still be of the other version
        pass
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return address.version, int(address)


def moment_of(value: Any) -> datetime | None:
    """Return the moment that a value stands for, in UTC; None where it stands for none."""
    try:
        if isinstance(value, str):
            moment = datetime.strptime(value, _WEB) if value[2:3] == "/" else datetime.fromisoformat(value)  # noqa: DTZ007 - it says its offset
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if abs(value) >= _MILLISECONDS else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


_PARTS: dict[str, Callable[[datetime], int]] = {
    "minute": lambda moment: moment.minute,
    "hour": lambda moment: moment.hour,
    "day": lambda moment: moment.day,
    "week": lambda moment: moment.isocalendar().week,
    "month": lambda moment: moment.month,
    "year": lambda moment: moment.year,
}


def _time(leaf: Leaf) -> Check:
    part, compare, bound = _PARTS[leaf.extra], COMPARE[leaf.text], leaf.number

    def check(value: Any) -> bool:
        moment = moment_of(value)
        return moment is not None and compare(part(moment), bound)

    return check


TESTS: dict[str, Callable[[Leaf], Check]] = {
    "eq": _eq,
    "contains": _contains,
    "startswith": _startswith,
    "endswith": _endswith,
    "glob": _glob,
    "re": _re,
    "number": _number,
    "bool": _bool,
    "gt": _compare,
    "gte": _compare,
    "lt": _compare,
    "lte": _compare,
    "cidr": _cidr,
    "time": _time,
    "exists": lambda _: lambda _value: True,
}

REFERENCES: dict[str, Callable[[str, str], bool]] = {
    "": operator.eq,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": operator.contains,
}
