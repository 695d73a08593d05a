"""What is asked of a network: a protocol and a port; and the edges at which answers can change from port to port."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBERS = {"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58}
_NAMES = {number: name for name, number in _NUMBERS.items()}
EVERY = -1
TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
WITH_PORTS = (TCP, UDP)
LAST = 65_535
EPHEMERAL = (1024, LAST)  # from where a client may send, by the widest habit


@dataclass(frozen=True, slots=True)
class Flow:
    """A protocol by number, and for TCP and UDP the port that is asked for."""

    proto: int
    port: int | None = None

    def __str__(self) -> str:
        """Return it as it is told.

        >>> str(Flow(TCP, 22)), str(Flow(47))
        ('tcp/22', 'protocol 47')
        """
        name = _NAMES.get(self.proto, f"protocol {self.proto}")
        return name if self.port is None else f"{name}/{self.port}"


def protocol(said: object) -> int:
    """Return the number of a protocol that is told by name or number; raises ValueError for others.

    >>> protocol("tcp"), protocol("-1"), protocol(50)
    (6, -1, 50)
    """
    text = str(said).lower()
    return _NUMBERS[text] if text in _NUMBERS else int(text)


def flow(proto: str, port: int | None = None) -> Flow:
    """Return a flow by a protocol's name or number."""
    number = protocol(proto)
    return Flow(number, port if number in WITH_PORTS else None)


@dataclass(frozen=True, slots=True)
class Ports:
    """The protocol and ports that a rule is about; protocol -1: all."""

    proto: int
    low: int
    high: int

    def takes(self, asked: Flow) -> bool | None:
        """Return whether a flow is within; None where only some kinds of it are (ICMP types)."""
        if self.proto not in (EVERY, asked.proto):
            return False
        if self.proto == EVERY:
            return True
        if asked.proto in (ICMP, ICMPV6):
            return True if self.low < 0 else None
        return asked.port is None or self.low <= asked.port <= self.high

    def __str__(self) -> str:
        """Return it as it is told."""
        if self.proto == EVERY:
            return "everything"
        name = _NAMES.get(self.proto, f"protocol {self.proto}")
        if self.proto not in WITH_PORTS or (self.low, self.high) == (0, LAST):
            return name
        return f"{name} {self.low}" if self.low == self.high else f"{name} {self.low}-{self.high}"


def ports(proto: object, low: object, high: object) -> Ports:
    """Return a rule's protocol and ports; without ports all of them (for ICMP: all types, -1)."""
    number = protocol(proto)
    if number not in WITH_PORTS:
        return Ports(number, -1 if low is None else int(str(low)), -1)
    whole = low is None or int(str(low)) < 0
    return Ports(number, 0, LAST) if whole else Ports(number, int(str(low)), int(str(LAST if high is None else high)))


def steps(proto: int, rules: Iterable[Ports], low: int = 0, high: int = LAST) -> list[tuple[int, int]]:
    """Return the ranges of ports within which no rule makes a difference, from `low` to `high`.

    >>> steps(TCP, [Ports(TCP, 22, 22)], 0, 100)
    [(0, 21), (22, 22), (23, 100)]
    """
    edges = {low}
    for rule in rules:
        if rule.proto == proto:
            edges |= {edge for edge in (rule.low, rule.high + 1) if low < edge <= high}
    starts = sorted(edges)
    return [(start, end - 1) for start, end in zip(starts, [*starts[1:], high + 1], strict=True)]
