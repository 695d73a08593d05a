"""Connections to the outside that begin as regularly as a clock: what implants do, and much honest software too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.investigate.network.flows import oriented
from jumpkit.investigate.network.items import COLUMNS, Edge, Item
from jumpkit.investigate.network.ports import port_name
from jumpkit.investigate.network.words import counted, length, size

if TYPE_CHECKING:
    from jumpkit.investigate.network.flows import Facts
    from jumpkit.investigate.network.space import Space
    from jumpkit.store.lake.read import Lake

STARTS = 12  # connections, before a rhythm can be told from chance
SPREAD = 0.25  # median deviation over median; of connections at random it is 0.7
NEAR = 0.7  # share of intervals within SPREAD of the median
SHORTEST_MS = 5_000
_PAIRS = 5_000  # examined, those with the fewest records first: a beacon is quiet

_PAIR = f"""
SELECT {COLUMNS} FROM edge
WHERE client_in AND NOT server_in AND proto IN (6, 17) AND asked + denied >= {STARTS}
  AND (last - first) >= {SHORTEST_MS} * (asked + denied) / 4 ORDER BY asked + denied, client, server, port, proto
LIMIT {_PAIRS}
"""  # noqa: S608 - numbers
# A connection begins where none with the same ports went on within two intervals: one that lasts has a record an
# interval, which would look like the most regular beacon of all.
_RHYTHM = f"""
WITH pair AS ({_PAIR}),
told AS (
  SELECT f.client, f.server, f.port, f.proto, f.began,
         f.began - lag(f.ended) OVER (PARTITION BY f.client, f.server, f.port, f.proto, f.cport ORDER BY f.began,
                                      f.ended) AS since
  FROM ({{flows}}) f JOIN pair p ON f.client = p.client AND f.server = p.server AND f.port = p.port
    AND f.proto = p.proto WHERE f.asks),
starts AS (SELECT DISTINCT client, server, port, proto, began FROM told WHERE since IS NULL OR since > {{lasting}}),
steps AS (
  SELECT client, server, port, proto,
         began - lag(began) OVER (PARTITION BY client, server, port, proto ORDER BY began) AS step FROM starts),
middle AS (
  SELECT client, server, port, proto, count(step) AS number, median(step) AS usual FROM steps
  GROUP BY ALL HAVING number >= {STARTS - 1} AND usual >= {SHORTEST_MS}),
judged AS (
  SELECT client, server, port, proto, any_value(number) AS number, any_value(usual) AS usual,
         median(abs(step - usual)) AS away, avg(CASE WHEN abs(step - usual) <= {SPREAD} * usual THEN 1 ELSE 0 END)
         AS near
  FROM steps JOIN middle USING (client, server, port, proto) WHERE step IS NOT NULL GROUP BY ALL)
SELECT j.number, j.usual, j.away, j.near, (SELECT count(DISTINCT o.client) FROM edge o WHERE o.client_in
       AND o.server = j.server AND o.port = j.port), p.*
FROM judged j JOIN pair p USING (client, server, port, proto)
WHERE j.away <= {SPREAD} * j.usual AND j.near >= {NEAR} ORDER BY ALL
"""  # noqa: S608 - numbers
_COUNT = f"""
SELECT count(*) FROM edge WHERE client_in AND NOT server_in AND proto IN (6, 17) AND asked + denied >= {STARTS}
"""  # noqa: S608 - a number
_ASSETS = "SELECT count(DISTINCT client) FROM edge WHERE client_in AND NOT server_in"


def beacons(lake: Lake, space: Space, known: Facts) -> list[Item]:
    """Return the regular connections from inside to outside; a pattern is never more than suspected."""
    statement = _RHYTHM.format(flows=oriented(space), lasting=2 * known.interval)
    ((assets,),) = lake.query(_ASSETS)
    found = []
    for number, usual, away, near, company, *values in lake.query(statement):
        edge = Edge(*values)
        figures = {
            "connections": number + 1,
            "interval_s": round(usual / 1000, 1),
            "deviation_s": round(away / 1000, 1),
            "share_within_quarter": round(near, 2),
            "assets_with_this_peer": company,
            "assets": assets,
            "refused": edge.denied,
        }
        found.append(Item("beacon", "suspected", _why(edge, figures), edge.client, _told(edge), (edge,), (edge.server,),
                          figures))  # fmt: skip
    return found


def not_examined(lake: Lake) -> int:
    """Return how many pairs with enough records were not looked at for a rhythm."""
    ((number,),) = lake.query(_COUNT)
    return max(0, int(number) - _PAIRS)


def _told(edge: Edge) -> tuple[str, ...]:
    return tuple(str(each) for each in edge.key)


def _why(edge: Edge, figures: dict[str, float]) -> str:
    """Return what makes it regular, in figures."""
    interval, away = figures["interval_s"] * 1000, figures["deviation_s"] * 1000
    many = int(figures["connections"])
    refused = f", {counted(edge.denied, 'record')} of them refused" if edge.denied else ""
    return (
        f"{counted(many, 'connection')}{refused} from {edge.client} to {edge.server} on "
        f"{port_name(edge.port, edge.proto)} begin every {length(interval)}, half of them within {length(away)} of it "
        f"(at most a quarter counts as regular; chance gives about 0.7 of the interval), in all "
        f"{size(edge.sent)} out and {size(edge.received)} back. "
        f"{int(figures['assets_with_this_peer'])} of {int(figures['assets'])} assets have this peer. "
        "Honest software keeps time too: what runs there decides, and no payload is recorded."
    )
