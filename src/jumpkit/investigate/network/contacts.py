"""Flows with addresses that findings know already, and traffic of a kind that businesses seldom have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.investigate.network.groups import MOST, By, groups
from jumpkit.investigate.network.items import COLUMNS, Edge, Item
from jumpkit.investigate.network.ports import ICMP, ODD, USUAL, port_name
from jumpkit.investigate.network.words import counted, size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jumpkit.investigate.network.groups import Group
    from jumpkit.store.lake.read import Lake

_BIG_ICMP, _BIG_PACKET, _BIG_NAMES = 1_000_000, 256, 1_000_000
_CONTACT = By(
    "CASE WHEN client_in THEN server ELSE client END",
    "NULL",
    "CASE WHEN client_in THEN client ELSE server END",
    "client_in <> server_in AND (client IN (SELECT unnest(?::VARCHAR[])) OR server IN (SELECT unnest(?::VARCHAR[])))",
)
_ODD = f"""
(client_in OR server_in) AND ((proto NOT IN ({", ".join(map(str, USUAL))}) AND asked + denied > 0)
  OR (proto IN ({", ".join(map(str, ICMP))}) AND sent + received >= {_BIG_ICMP}
      AND sent + received >= {_BIG_PACKET} * (packets_sent + packets_received))
  OR (port = 53 AND client_in AND NOT server_in AND sent >= {_BIG_NAMES})
  OR (server = '169.254.169.254')
  OR (proto = 6 AND port IN ({", ".join(map(str, ODD))}) AND client_in AND NOT server_in AND both_ways AND NOT knock))
"""
_ODDEST = f"""
SELECT count(*) OVER (), {COLUMNS} FROM edge WHERE {_ODD}
ORDER BY sent + received DESC, client, server, port, proto LIMIT {MOST}
"""  # noqa: S608 - numbers


def contacts(lake: Lake, known: Iterable[str], inside: Callable[[str], bool]) -> tuple[list[Item], int]:
    """Return the flows between assets and the outside addresses (`known`) of findings, and how many more there are."""
    outside = sorted(address for address in known if not inside(address))
    if not outside:
        return [], 0
    found, more = groups(lake, _CONTACT, [outside, outside])
    return [_contact(each) for each in found], more


def _contact(each: Group) -> Item:
    state = "confirmed" if each.both_ways else "suspected" if each.accepted else "cleared"
    assets = tuple(dict.fromkeys(edge.client if edge.client_in else edge.server for edge in each.edges))
    total = size(each.carried.sent + each.carried.received)
    tails = {
        "confirmed": f"{counted(each.both_ways, 'conversation')} accepted with bytes both ways, {total} in all.",
        "suspected": "Accepted one way only: no answer is recorded.",
        "cleared": f"All {counted(each.denied, 'record')} were denied.",
    }
    why = f"{each.name}, which findings speak of, also met {counted(each.peers, 'asset')} in flows. {tails[state]}"
    return Item(
        "contact", state, why, assets[0], (each.name,), each.edges, (each.name, *assets), carried=each.carried,
        in_all=each.peers + 1,
    )  # fmt: skip


def odd(lake: Lake) -> tuple[list[Item], int]:
    """Return traffic of a kind that businesses seldom have, the most first, and how much more there is of it."""
    rows = lake.query(_ODDEST)
    return [_oddity(Edge(*row[1:])) for row in rows], int(rows[0][0]) - len(rows) if rows else 0


def _oddity(edge: Edge) -> Item:
    state = "confirmed" if edge.both_ways else "suspected"
    asset, peer = (edge.client, edge.server) if edge.client_in else (edge.server, edge.client)
    return Item("odd", state, _why(edge), asset, tuple(str(each) for each in edge.key), (edge,), (peer,))


def _why(edge: Edge) -> str:
    """Return what is odd about it; what it is must be asked of the machine."""
    pair = f"{edge.client} to {edge.server}: {size(edge.sent)} out, {size(edge.received)} back"
    if edge.server == "169.254.169.254":
        return f"The instance metadata service was asked ({pair}): credentials of a role lie there."
    if edge.proto in ICMP:
        whole = size(edge.sent + edge.received)
        return f"{port_name(None, edge.proto)} with {whole} in large packets ({pair}): a tunnel?"
    if edge.port == 53:  # noqa: PLR2004 - names
        return f"Names were asked outside the provider's resolver, with much data ({pair}): a tunnel?"
    if edge.proto == 6:  # noqa: PLR2004 - the number of TCP
        return f"{port_name(edge.port, 6)} is usual with {ODD[edge.port or 0]} ({pair})."
    return f"{port_name(None, edge.proto)} is neither TCP, UDP nor ICMP ({pair})."
