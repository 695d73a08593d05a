"""Sets of addresses as spans on one line: IPv4 first, IPv6 behind it; joined, cut and subtracted exactly."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BEHIND = 1 << 33  # where IPv6 begins on the line
_LAST4 = (1 << 32) - 1
_MANY = 4  # ranges that are still read at a glance
_LAST6 = _BEHIND + (1 << 128) - 1


@dataclass(frozen=True, slots=True)
class Spans:
    """A set of addresses: spans with both ends, sorted, apart from each other."""

    parts: tuple[tuple[int, int], ...] = ()

    def __bool__(self) -> bool:
        """Return whether any address is in it."""
        return bool(self.parts)

    def __or__(self, other: Spans) -> Spans:
        """Return the addresses of either."""
        return _merged([*self.parts, *other.parts])

    def __and__(self, other: Spans) -> Spans:
        """Return the addresses of both."""
        pairs = ((max(a, c), min(b, d)) for a, b in self.parts for c, d in other.parts)
        return _merged([(low, high) for low, high in pairs if low <= high])

    def __sub__(self, other: Spans) -> Spans:
        """Return the addresses of the first that are not in the second."""
        left = list(self.parts)
        for low, high in other.parts:
            left = [piece for part in left for piece in _without(part, low, high)]
        return Spans(tuple(left))

    def __le__(self, other: Spans) -> bool:
        """Return whether all of it is in the other."""
        return not self - other

    def text(self) -> str:
        """Return it as CIDR ranges, or as all but some where that is shorter.

        >>> (cidr("10.0.0.0/24") | cidr("10.0.1.0/24")).text(), (ANY4 - cidr("10.0.0.0/8")).text()
        ('10.0.0.0/23', '0.0.0.0/0 but 10.0.0.0/8')
        """
        return ", ".join(told for whole in (ANY4, ANY6) if (told := _told(self, whole))) or "nothing"


def _told(one: Spans, whole: Spans) -> str:
    """Return the part of one version of IP, the shorter way."""
    inside = _ranges(one & whole)
    outside = _ranges(whole - one) if len(inside) > _MANY else inside
    return f"{_ranges(whole)[0]} but {', '.join(outside)}" if len(outside) < len(inside) else ", ".join(inside)


def _ranges(one: Spans) -> list[str]:
    return [str(net) for part in one.parts for net in _networks(*part)]


def _merged(parts: list[tuple[int, int]]) -> Spans:
    found: list[tuple[int, int]] = []
    for low, high in sorted(parts):
        if found and low <= found[-1][1] + 1 and not found[-1][1] < _BEHIND <= low:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return Spans(tuple(found))


def _without(part: tuple[int, int], low: int, high: int) -> list[tuple[int, int]]:
    pieces = [(part[0], min(part[1], low - 1)), (max(part[0], high + 1), part[1])]
    return [piece for piece in pieces if piece[0] <= piece[1]]


def _networks(low: int, high: int) -> Iterable[object]:
    if low < _BEHIND:
        return ipaddress.summarize_address_range(ipaddress.IPv4Address(low), ipaddress.IPv4Address(high))
    first, last = ipaddress.IPv6Address(low - _BEHIND), ipaddress.IPv6Address(high - _BEHIND)
    return ipaddress.summarize_address_range(first, last)


def cidr(said: str) -> Spans:
    """Return the addresses of a range or of one address; raises ValueError where it is neither."""
    net = ipaddress.ip_network(said, strict=False)
    shift = 0 if net.version == 4 else _BEHIND  # noqa: PLR2004 - IP version
    return Spans(((int(net.network_address) + shift, int(net.broadcast_address) + shift),))


def union(parts: Iterable[Spans]) -> Spans:
    """Return the addresses of all."""
    return _merged([part for each in parts for part in each.parts])


NONE = Spans()
ANY4 = Spans(((0, _LAST4),))
ANY6 = Spans(((_BEHIND, _LAST6),))
ALL = ANY4 | ANY6
INSIDE = union(
    map(
        cidr,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.168.0.0/16", "224.0.0.0/3", "::/3", "4000::/2", "8000::/1",
        ),
    )
)  # fmt: skip
PUBLIC = ALL - INSIDE  # what the internet carries
