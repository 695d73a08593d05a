"""STIX patterns of one observation, as lists of comparisons that must all hold; what goes beyond is refused by name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jumpkit.detect.intel.values import NotRunnable
from jumpkit.model.indicator import EQUAL, LIKE

_TOKEN = re.compile(
    r"\s*(?:(?P<word>AND|OR|NOT|FOLLOWEDBY|WITHIN|REPEATS|START|STOP|TIMES|SECONDS|IN|LIKE|MATCHES|ISSUBSET|ISSUPERSET"
    r"|EXISTS|true|false)\b|(?P<path>[a-z][a-z0-9-]*:[A-Za-z0-9_.'\[\]*-]+)|(?P<text>'(?:[^'\\]|\\.)*')"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<mark>!=|<=|>=|[\[\]()=<>,]))"
)
_MOST = 512  # clauses that one pattern may come apart into
_LONGEST = 20_000  # characters


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a pattern."""

    path: str  # ipv4-addr:value
    how: str  # EQUAL or LIKE
    value: str


Clauses = list[tuple[Comparison, ...]]


def clauses_of(pattern: str) -> Clauses:
    """Return the clauses of a pattern, any of which is enough; raises NotRunnable for what one event cannot answer."""
    tokens = _tokens(pattern)
    reader = _Reader(tokens)
    found = reader.whole()
    if reader.place != len(tokens):
        raise NotRunnable(f"the pattern has a part that is not understood: {reader.here()[:60]}")
    return found


def _tokens(pattern: str) -> list[tuple[str, str]]:
    if len(pattern) > _LONGEST:
        raise NotRunnable("the pattern is too long")
    tokens, place = [], 0
    text = pattern.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise NotRunnable(f"the pattern cannot be read from {text[place : place + 40]!r} on")
        tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
        place = found.end()
    return tokens


class _Reader:
    """Reads tokens from left to right; AND binds closer than OR."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.place = 0

    def here(self) -> str:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else "its end"

    def take(self, wanted: str) -> bool:
        """Go past a token if it is the wanted one."""
        if self.place < len(self.tokens) and self.tokens[self.place][1] == wanted:
            self.place += 1
            return True
        return False

    def need(self, wanted: str) -> None:
        if not self.take(wanted):
            raise NotRunnable(f"the pattern has {self.here()[:60]} where {wanted} belongs")

    def whole(self) -> Clauses:
        """Read observations; alternatives of several are one pattern, sequences of several are more than an event."""
        found = self._observation()
        while self.take("OR"):
            found = _bounded([*found, *self._observation()])
        for beyond in ("AND", "FOLLOWEDBY", "WITHIN", "REPEATS", "START"):
            if self.here() == beyond:
                raise NotRunnable(f"{beyond} joins several observations, and one event at a time is looked at")
        return found

    def _observation(self) -> Clauses:
        if self.take("("):
            found = self.whole()
            self.need(")")
            return found
        self.need("[")
        found = self._either()
        self.need("]")
        return found

    def _either(self) -> Clauses:
        found = self._all()
        while self.take("OR"):
            found = _bounded([*found, *self._all()])
        return found

    def _all(self) -> Clauses:
        found = self._one()
        while self.take("AND"):
            other = self._one()
            found = _bounded([(*mine, *theirs) for mine in found for theirs in other])
        return found

    def _one(self) -> Clauses:
        if self.take("("):
            found = self._either()
            self.need(")")
            return found
        kind, path = self._next()
        if kind != "path":
            raise NotRunnable(f"the pattern has {path[:60]} where a field belongs")
        return self._compared(path)

    def _compared(self, path: str) -> Clauses:
        _, how = self._next()
        if how == "IN":
            return [(Comparison(path, EQUAL, value),) for value in self._list()]
        if how in ("=", "ISSUBSET"):
            return [(Comparison(path, EQUAL, self._value()),)]
        if how == "LIKE":
            return [(Comparison(path, LIKE, self._value()),)]
        raise NotRunnable(f"the comparison {how[:20]} of {path[:60]} is not one that logs are asked with")

    def _list(self) -> list[str]:
        self.need("(")
        values = [self._value()]
        while self.take(","):
            values.append(self._value())
        self.need(")")
        return values

    def _value(self) -> str:
        kind, text = self._next()
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if kind == "number":
            return text
        raise NotRunnable(f"the pattern has {text[:60]} where a value belongs")

    def _next(self) -> tuple[str, str]:
        if self.place >= len(self.tokens):
            raise NotRunnable("the pattern ends too early")
        self.place += 1
        return self.tokens[self.place - 1]


def _bounded(clauses: Clauses) -> Clauses:
    if len(clauses) > _MOST:
        raise NotRunnable(f"the pattern comes apart into more than {_MOST} alternatives")
    return clauses
