"""Which addresses are inside: private ones, and those that the estate file calls the client's own."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jumpkit.model.estate import Estate

_PRIVATE = tuple(
    ip_network(each)
    for each in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"),
        *("fc00::/7", "fe80::/10", "::1/128"),
    )
)
_GROUP = 16  # bits between two colons


@dataclass(frozen=True, slots=True)
class Space:
    """What counts as inside; `unheard` are networks of the estate file that no statement can test for."""

    networks: tuple[IPv4Network | IPv6Network, ...]
    unheard: tuple[str, ...]

    @classmethod
    def of(cls, estate: Estate) -> Space:
        """Return the private networks and the estate's own."""
        own = [ip_network(each, strict=False) for each in estate.networks]
        unheard = [each for each in own if isinstance(each, IPv6Network) and each.prefixlen % _GROUP]
        return cls(tuple(each for each in own if each not in unheard), tuple(map(str, unheard)))

    def holds(self, address: str | None) -> bool:
        """Return whether an address is inside; what is no address is not."""
        try:
            found = ip_address(address or "")
        except ValueError:
            return False
        return any(found in network for network in (*_PRIVATE, *self.networks) if network.version == found.version)

    def sql(self, column: str) -> str:
        """Return the condition that a column's address is inside."""
        second = f"TRY_CAST(split_part({column}, '.', 2) AS INT)"
        parts = [f"starts_with({column}, '{prefix}')" for prefix in ("10.", "192.168.", "169.254.", "127.")]
        parts += [
            f"(starts_with({column}, '172.') AND {second} BETWEEN 16 AND 31)",
            f"(starts_with({column}, '100.') AND {second} BETWEEN 64 AND 127)",
            f"(contains({column}, ':') AND regexp_matches({column}, '^(f[cd]|fe[89ab]|::1$)'))",
        ]
        parts += [_within(column, network) for network in self.networks]
        tested = " ".join(f"WHEN {part} THEN true" for part in parts)  # an OR would try every part on every row
        return f"(CASE {tested} ELSE false END)"


def _within(column: str, network: IPv4Network | IPv6Network) -> str:
    """Return the condition that a column's address is in one network."""
    if isinstance(network, IPv6Network):
        groups = network.network_address.exploded.split(":")[: network.prefixlen // _GROUP]
        prefix = "".join(f"{int(group, 16):x}:" for group in groups)
        return f"starts_with({column}, '{prefix}')"
    first = int(network.network_address)
    value = " + ".join(
        f"coalesce(TRY_CAST(split_part({column}, '.', {place}) AS BIGINT), -1) * {256 ** (4 - place)}"
        for place in (1, 2, 3, 4)
    )
    return f"(contains({column}, '.') AND {value} BETWEEN {first} AND {first + network.num_addresses - 1})"
