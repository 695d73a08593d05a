"""One client that knocks at many doors: many machines on a port, or many ports of a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.investigate.network.items import COLUMNS, EDGES, PEERS, SUMS, Carried, Edge, Item
from jumpkit.investigate.network.ports import port_name
from jumpkit.investigate.network.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.store.lake.read import Lake

MANY = 20  # machines on one port, or ports of one machine
KNOCKS = 0.7  # share of them that were not answered, or so briefly that nothing was said
_MOST = 100  # clients told one by one, those that were answered first

# Names and times are asked for over UDP in one packet each way; that is no knock.
_KNOCK = "(knock AND NOT (proto = 17 AND port IN (53, 123) AND replied > 0))"
_BY_MACHINE = f"""
SELECT client, any_value(client_in) AS inside, max(machines) AS machines FROM (
  SELECT client, bool_or(client_in) AS client_in, count(DISTINCT server) AS machines,
         count(DISTINCT server) FILTER ({_KNOCK}) AS knocked
  FROM edge WHERE proto IN (6, 17) GROUP BY client, port, proto)
WHERE machines >= {MANY} AND knocked >= {KNOCKS} * machines GROUP BY client
"""  # noqa: S608 - numbers
_BY_PORT = f"""
SELECT client, any_value(client_in) AS inside, max(ports) AS ports FROM (
  SELECT client, bool_or(client_in) AS client_in, count(DISTINCT port) AS ports,
         count(DISTINCT port) FILTER ({_KNOCK}) AS knocked
  FROM edge WHERE proto IN (6, 17) GROUP BY client, server, proto)
WHERE ports >= {MANY} AND knocked >= {KNOCKS} * ports GROUP BY client
"""  # noqa: S608 - numbers
_SCANNERS = f"""
WITH wide AS ({_BY_MACHINE}), deep AS ({_BY_PORT}),
both_of AS (SELECT client, coalesce(w.inside, d.inside) AS inside, coalesce(w.machines, 0) AS machines,
                   coalesce(d.ports, 0) AS ports FROM wide w FULL JOIN deep d USING (client))
SELECT b.client, b.inside, b.machines, b.ports, count(DISTINCT e.server), count(DISTINCT e.port),
       count(*) FILTER (e.both_ways AND NOT e.knock) AS opened, sum(e.denied), sum(e.asked),
       {SUMS.format("e.")}
FROM both_of b JOIN edge e ON e.client = b.client AND e.proto IN (6, 17)
GROUP BY b.client, b.inside, b.machines, b.ports
ORDER BY opened > 0 DESC, b.inside DESC, b.machines + b.ports DESC, b.client
"""  # noqa: S608 - constants
_DOORS = f"""
SELECT {COLUMNS} FROM edge WHERE proto IN (6, 17) AND client IN (SELECT unnest(?))
QUALIFY row_number() OVER (
  PARTITION BY client ORDER BY both_ways AND NOT knock DESC, sent + received DESC, server, port) <= {EDGES}
ORDER BY client, both_ways AND NOT knock DESC, sent + received DESC, server, port
"""  # noqa: S608 - constants

_REFUSED = """
SELECT count(*), coalesce(sum(denied), 0) FROM (
  SELECT client, sum(denied) AS denied FROM edge WHERE NOT client_in AND server_in
  GROUP BY client HAVING sum(asked) = 0 AND sum(replied) = 0)
"""


def scans(lake: Lake) -> tuple[list[Item], int]:
    """Return the clients that scan, and how many more there are than are told one by one."""
    rows = lake.query(_SCANNERS)
    doors: dict[str, list[Edge]] = {}
    for values in lake.query(_DOORS, [[row[0] for row in rows[:_MOST]]]):
        doors.setdefault(values[0], []).append(Edge(*values))
    return [_item(row, doors[row[0]]) for row in rows[:_MOST]], max(0, len(rows) - _MOST)


def _item(row: tuple[Any, ...], doors: Sequence[Edge]) -> Item:
    client, inside, machines, ports, all_machines, all_ports, opened, denied, asked, *sums = row
    figures = {
        "shape": "both" if machines and ports else "horizontal" if machines else "vertical",
        "machines_on_one_port": machines,
        "ports_of_one_machine": ports,
        "machines": all_machines,
        "ports": all_ports,
        "denied": int(denied),
        "answered": [f"{edge.server} {port_name(edge.port, edge.proto)}" for edge in doors[:PEERS] if strong(edge)],
        "more_answered": max(0, opened - PEERS),
    }
    state = "confirmed" if opened else "suspected" if inside or asked else "cleared"
    peers = tuple(dict.fromkeys(edge.server for edge in doors)) if inside else (client,)
    why = _why(client, figures, (state, opened), inside=inside)
    asset = client if inside else None
    return Item("scan", state, why, asset, (client,), tuple(doors), peers, figures, carried=Carried(*map(int, sums)))


def _why(client: str, figures: dict[str, Any], ended: tuple[str, int], *, inside: bool) -> str:
    """Return how wide it was and what answered."""
    said = []
    if figures["machines_on_one_port"]:
        said.append(f"{figures['machines_on_one_port']:,} machines on one port")
    if figures["ports_of_one_machine"]:
        said.append(f"{figures['ports_of_one_machine']:,} ports of one machine")
    place = "inside" if inside else "outside"
    head = (
        f"{client} ({place}) tried {' and '.join(said)} (from {MANY} on counts as a scan), at least {KNOCKS:.0%} of "
        "them unanswered or closed within a few packets."
    )
    state, opened = ended
    tails = {
        "confirmed": f" {counted(opened, 'door')} answered with a real exchange, both ways.",
        "suspected": " Nothing it tried answered with more than a few packets.",
        "cleared": " Every record of it was denied: nothing got through where flow logs watch.",
    }
    return head + tails[state]


def quiet_knocks(lake: Lake) -> tuple[int, int]:
    """Return how many outside addresses were only ever refused, and in how many records."""
    ((addresses, refused),) = lake.query(_REFUSED)
    return int(addresses), int(refused)


def told_edges(items: list[Item]) -> set[tuple[str, str, int | None, int | None]]:
    """Return the conversations that scans explain."""
    return {edge.key for item in items for edge in item.edges if edge.knock}


def strong(edge: Edge) -> bool:
    """Return whether a conversation carried more than a knock, both ways."""
    return edge.both_ways and not edge.knock
