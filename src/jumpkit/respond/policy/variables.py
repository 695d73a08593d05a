"""Policy variables: `${aws:username}` and its like, put in from what is known of the call."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.respond.policy.glob import MARK, STAR
from jumpkit.respond.truth import YES, Truth, every, unknown

if TYPE_CHECKING:
    from jumpkit.respond.policy.request import Request

_VARIABLE = re.compile(r"\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}")
_SIGNS = {"*": STAR, "?": MARK, "$": "$"}


@dataclass(frozen=True, slots=True)
class Filled:
    """A pattern with its variables put in; None where one has no value, so that nothing can match.

    Where a value is not known, `doubt` says why and `*` stands for it.
    """

    pattern: str | None
    doubt: Truth = YES


def fill(pattern: str, version: str, request: Request) -> Filled:
    """Return `pattern` with variables replaced; documents of the version 2008-10-17 have none."""
    if "${" not in pattern or version != "2012-10-17":
        return Filled(pattern)
    found: list[str] = []
    doubts: list[Truth] = []
    end = 0
    for match in _VARIABLE.finditer(pattern):
        value = _value(match[1], match[2], request)
        if value is None:
            return Filled(None)
        found += [pattern[end : match.start()], "*" if isinstance(value, Truth) else value]
        doubts += [value] if isinstance(value, Truth) else []
        end = match.end()
    rest = pattern[end:]
    if "${" in rest:
        doubts.append(unknown(f"the variable in {pattern} is not understood"))
        rest = rest.partition("${")[0] + "*"
    return Filled("".join([*found, rest]), every(doubts))


def _value(key: str, otherwise: str | None, request: Request) -> str | Truth | None:
    if key in _SIGNS:
        return _SIGNS[key]
    values = request.values(key)
    if isinstance(values, str):
        return unknown(values)
    if values is None:
        return otherwise
    if len(values) != 1:
        return unknown(f"a variable stands for the several values of {key}")
    if "*" in values[0] or "?" in values[0]:
        return unknown(f"whether a wildcard in the value of {key} is taken as one is not documented")
    return values[0]
