"""Machines operated from inside (lateral) and outside (inbound); contact with known addresses; odd traffic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.investigate.moments import DAY_MS, moment
from jumpkit.investigate.network.items import Item, edges, heaviest
from jumpkit.investigate.network.ports import ADMIN, ICMP, ODD, USUAL, port_name
from jumpkit.investigate.network.words import counted, length, size
from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from jumpkit.investigate.network.flows import Facts
    from jumpkit.investigate.network.items import Edge
    from jumpkit.store.lake.read import Lake

_ADMIN = ", ".join(map(str, ADMIN))
_LATERAL = f"client_in AND server_in AND proto = 6 AND port IN ({_ADMIN})"
_INBOUND = f"NOT client_in AND server_in AND proto = 6 AND port IN ({_ADMIN}) AND both_ways AND NOT knock"
_BIG_ICMP, _BIG_PACKET, _BIG_NAMES = 1_000_000, 256, 1_000_000
_ODD = f"""
(client_in OR server_in) AND ((proto NOT IN ({", ".join(map(str, USUAL))}) AND asked + denied > 0)
  OR (proto IN ({", ".join(map(str, ICMP))}) AND sent + received >= {_BIG_ICMP}
      AND sent + received >= {_BIG_PACKET} * (packets_sent + packets_received))
  OR (port = 53 AND client_in AND NOT server_in AND sent >= {_BIG_NAMES})
  OR (server = '169.254.169.254')
  OR (proto = 6 AND port IN ({", ".join(map(str, ODD))}) AND client_in AND NOT server_in AND both_ways AND NOT knock))
"""
_STATE = {True: "confirmed", False: "suspected"}
_NO_SIGN_IN = "Whether a sign-in succeeded is not in a flow."
After = Callable[[Iterable[str]], int | None]


@dataclass(frozen=True, slots=True)
class History:
    """How long the records go back before a pair counts as new, and when findings first concerned an address."""

    facts: Facts
    after: After  # the first finding that concerns any of these addresses, in ms

    @property
    def settled(self) -> int:
        """Return the moment from which a pair that was never seen before is new."""
        first, last = self.facts.first or 0, self.facts.last or 0
        return first + min(DAY_MS, (last - first) // 4)

    def news(self, edge: Edge) -> str | None:
        """Return in a sentence why a pair is worth a look, None where it is as old as the records."""
        told = self.after((edge.client, edge.server))
        if told is not None and edge.last >= told:
            return f"it goes on after the first finding that concerns one of them ({stamp(moment(told))})"
        if edge.first > self.settled:
            ago = length(edge.first - (self.facts.first or 0))
            return f"this is first seen {ago} after the records begin"
        return None


def lateral(lake: Lake, history: History) -> tuple[list[Item], int]:
    """Return administration between machines that is new or follows a finding, and how many pairs are neither."""
    grouped: dict[tuple[str, int | None], list[tuple[Edge, str]]] = {}
    old = 0
    for edge in edges(lake, _LATERAL):
        news = history.news(edge)
        if news is None:
            old += 1
        else:
            grouped.setdefault((edge.client, edge.port), []).append((edge, news))
    return [_lateral(client, told) for (client, _), told in sorted(grouped.items(), key=_place)], old


def _place(item: tuple[tuple[str, int | None], object]) -> tuple[str, int]:
    return item[0][0], item[0][1] or 0


def _lateral(client: str, told: list[tuple[Edge, str]]) -> Item:
    found = [edge for edge, _ in told]
    passed = [edge for edge in found if edge.both_ways and not edge.knock]
    servers = tuple(dict.fromkeys(edge.server for edge in heaviest(found)))
    port = port_name(found[0].port, found[0].proto)
    news = next((each for _, each in told if "finding" in each), told[0][1])
    why = f"{client} asked {counted(len(servers), 'machine')} inside on {port}; {news}. "
    if passed:
        total = size(sum(edge.sent + edge.received for edge in passed))
        why += f"{len(passed):,} of them answered: accepted, both ways, {total}. {_NO_SIGN_IN}"
    else:
        denied = sum(edge.denied for edge in found)
        why += f"None answered with more than a few packets; {counted(denied, 'record')} were denied."
    return Item(
        "lateral", _STATE[bool(passed)], why, client, (client, port), tuple(found), servers,
        {"answered": [edge.server for edge in passed][:20], "denied": sum(edge.denied for edge in found)},
    )  # fmt: skip


def inbound(lake: Lake) -> list[Item]:
    """Return administration from outside that was answered, by machine and port."""
    grouped: dict[tuple[str, int | None], list[Edge]] = {}
    for edge in edges(lake, _INBOUND):
        grouped.setdefault((edge.server, edge.port), []).append(edge)
    found = []
    for (server, _), told in sorted(grouped.items(), key=_place):
        port = port_name(told[0].port, told[0].proto)
        clients = tuple(dict.fromkeys(edge.client for edge in heaviest(told)))
        total = size(sum(edge.sent + edge.received for edge in told))
        why = (
            f"{counted(len(clients), 'address')} outside reached {server} on {port}: accepted, both ways, {total}. "
            f"{_NO_SIGN_IN}"
        )
        found.append(Item("inbound", "confirmed", why, server, (server, port), tuple(heaviest(told)), clients))
    return found


def contacts(lake: Lake, known: Mapping[str, object], inside: Callable[[str], bool]) -> list[Item]:
    """Return the flows between assets and the outside addresses (`known`) from which findings were made."""
    outside = sorted(address for address in known if not inside(address))
    if not outside:
        return []
    by_address: dict[str, list[Edge]] = {}
    for edge in edges(lake, "client IN (SELECT unnest(?)) OR server IN (SELECT unnest(?))", [outside, outside]):
        by_address.setdefault(edge.client if edge.client in known else edge.server, []).append(edge)
    return [_contact(address, heaviest(told)) for address, told in sorted(by_address.items())]


def _contact(address: str, told: list[Edge]) -> Item:
    passed = [edge for edge in told if edge.both_ways]
    one_way = any(edge.asked or edge.replied for edge in told)
    state = "confirmed" if passed else "suspected" if one_way else "cleared"
    assets = tuple(dict.fromkeys(edge.server if edge.client == address else edge.client for edge in told))
    total = size(sum(edge.sent + edge.received for edge in passed))
    tails = {
        "confirmed": f"{counted(len(passed), 'conversation')} accepted with bytes both ways, {total}.",
        "suspected": "Accepted one way only: no answer is recorded.",
        "cleared": f"All {counted(sum(edge.denied for edge in told), 'record')} were denied.",
    }
    why = f"{address}, from which calls of findings were made, also met {counted(len(assets), 'asset')} in flows. "
    asset = assets[0] if assets else None
    return Item("contact", state, why + tails[state], asset, (address,), tuple(told), (address, *assets))


def odd(lake: Lake) -> list[Item]:
    """Return traffic of a kind that businesses seldom have; what it is must be asked of the machine."""
    found = []
    for edge in edges(lake, _ODD):
        state = "confirmed" if edge.both_ways else "suspected"
        asset, peer = (edge.client, edge.server) if edge.client_in else (edge.server, edge.client)
        told = tuple(str(each) for each in edge.key)
        found.append(Item("odd", state, _odd(edge), asset, told, (edge,), (peer,)))
    return found


def _odd(edge: Edge) -> str:
    total = f"{size(edge.sent)} out, {size(edge.received)} back"
    pair = f"{edge.client} to {edge.server}: {total}"
    if edge.server == "169.254.169.254":
        return f"The instance metadata service was asked ({pair}): credentials of a role lie there."
    if edge.proto in ICMP:
        return (
            f"{port_name(None, edge.proto)} with {size(edge.sent + edge.received)} in large packets ({pair}): a tunnel?"
        )
    if edge.port == 53:  # noqa: PLR2004 - names
        return f"Names were asked outside the provider's resolver, with much data ({pair}): a tunnel?"
    if edge.proto == 6:  # noqa: PLR2004 - the number of TCP
        return f"{port_name(edge.port, 6)} is usual with {ODD[edge.port or 0]} ({pair})."
    return f"{port_name(None, edge.proto)} is neither TCP, UDP nor ICMP ({pair})."
