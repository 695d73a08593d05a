"""Machines that are operated from others: from inside (lateral) and from outside (inbound)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.investigate.moments import DAY_MS, moment
from jumpkit.investigate.network.groups import By, groups
from jumpkit.investigate.network.items import COLUMNS, Edge, Item, heaviest
from jumpkit.investigate.network.ports import ADMIN, port_name
from jumpkit.investigate.network.words import counted, length, size
from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.investigate.network.flows import Facts
    from jumpkit.investigate.network.groups import Group
    from jumpkit.store.lake.read import Lake

_MOST = 20_000  # pairs that are looked at one by one
_ADMIN = ", ".join(map(str, ADMIN))
_LATERAL = f"client_in AND server_in AND proto = 6 AND port IN ({_ADMIN})"
_REACHED = f"NOT client_in AND server_in AND proto = 6 AND port IN ({_ADMIN}) AND both_ways AND NOT knock"
_INBOUND = By("server", "port", "client", _REACHED)
_NEWER = f"""
SELECT {COLUMNS} FROM edge WHERE {_LATERAL} AND (
  first > ? OR client IN (SELECT unnest(?::VARCHAR[])) OR server IN (SELECT unnest(?::VARCHAR[])))
ORDER BY client, server, port LIMIT {_MOST}
"""  # noqa: S608 - numbers
_COUNT = f"SELECT count(*) FROM edge WHERE {_LATERAL}"  # noqa: S608 - numbers
_STATE = {True: "confirmed", False: "suspected"}
_NO_SIGN_IN = "Whether a sign-in succeeded is not in a flow."
After = Callable[[Iterable[str]], int | None]


@dataclass(frozen=True, slots=True)
class History:
    """How long the records go back before a pair counts as new, and when findings first concerned an address."""

    facts: Facts
    after: After  # the first finding that concerns any of these addresses, in ms
    concerned: Sequence[str]  # addresses that any finding concerns

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
    named = list(history.concerned)
    told = 0
    for values in lake.query(_NEWER, [history.settled, named, named]):
        edge = Edge(*values)
        news = history.news(edge)
        if news is not None:
            told += 1
            grouped.setdefault((edge.client, edge.port), []).append((edge, news))
    ((every,),) = lake.query(_COUNT)
    return [_lateral(client, found) for (client, _), found in sorted(grouped.items(), key=_place)], every - told


def _place(item: tuple[tuple[str, int | None], object]) -> tuple[str, int]:
    return item[0][0], item[0][1] or 0


def _lateral(client: str, told: list[tuple[Edge, str]]) -> Item:
    found = [edge for edge, _ in told]
    passed = [edge for edge in found if edge.both_ways and not edge.knock]
    servers = tuple(dict.fromkeys(edge.server for edge in heaviest(found)))
    port = port_name(found[0].port, found[0].proto)
    news = next((each for _, each in told if "finding" in each), told[0][1])
    why = f"{client} asked {counted(len(servers), 'machine')} inside on {port}; {news}. "
    denied = sum(edge.denied for edge in found)
    if passed:
        total = size(sum(edge.sent + edge.received for edge in passed))
        why += f"{len(passed):,} of them answered: accepted, both ways, {total}. {_NO_SIGN_IN}"
    else:
        why += f"None answered with more than a few packets; {counted(denied, 'record')} were denied."
    figures = {"answered": [edge.server for edge in passed][:20], "denied": denied}
    return Item("lateral", _STATE[bool(passed)], why, client, (client, port), tuple(found), servers, figures)


def inbound(lake: Lake) -> tuple[list[Item], int]:
    """Return administration from outside that was answered, by machine and port, and how many more there are."""
    found, more = groups(lake, _INBOUND)
    return [_inbound(each) for each in found], more


def _inbound(each: Group) -> Item:
    port = port_name(each.number, each.edges[0].proto)
    total = size(each.carried.sent + each.carried.received)
    why = (
        f"{counted(each.peers, 'address')} outside reached {each.name} on {port}: accepted, both ways, {total}. "
        f"{_NO_SIGN_IN}"
    )
    clients = tuple(dict.fromkeys(edge.client for edge in each.edges))
    return Item(
        "inbound", "confirmed", why, each.name, (each.name, port), each.edges, clients, carried=each.carried,
        in_all=each.peers,
    )  # fmt: skip
