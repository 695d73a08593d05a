"""Flow records as conversations: who asked whom on which port, counted once however many interfaces saw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.investigate.network.ports import SERVED

if TYPE_CHECKING:
    from jumpkit.investigate.network.space import Space
    from jumpkit.store.lake.read import Lake

FLOWS = 4001  # OCSF's Network Activity
LOG_STATUS = "status_code"  # OK, NODATA, SKIPDATA
_SYN, _SYN_ACK = 2, 18
_FEW = 4  # packets in one direction of what is hardly more than a knock

ALL = f"""
SELECT device.interface_uid AS nic, src_endpoint.ip AS src, src_endpoint.port AS sport, dst_endpoint.ip AS dst,
       dst_endpoint.port AS dport, connection_info.protocol_num AS proto, connection_info.tcp_flags AS flags,
       action IS NOT DISTINCT FROM 'Denied' AS denied, coalesce(start_time, time) AS began,
       coalesce(end_time, start_time, time) AS ended, traffic.bytes AS bytes, traffic.packets AS packets,
       metadata.uid AS uid
FROM events WHERE class_uid = {FLOWS} AND src_endpoint.ip IS NOT NULL AND dst_endpoint.ip IS NOT NULL
"""  # noqa: S608 - a number


def _served(port: str) -> str:
    return f"({port} < 1024 OR {port} IN ({', '.join(map(str, SERVED))}))"


# Whether the source of a record asked, and its destination answers: by the handshake where the record has flags, else
# by which of the two ports is a server's. A reply leaves with the ports the other way round.
_ASKS = f"""
CASE WHEN proto = 6 AND flags & {_SYN_ACK} = {_SYN_ACK} THEN false
     WHEN proto = 6 AND flags & {_SYN} = {_SYN} THEN true
     WHEN coalesce(sport, 0) = coalesce(dport, 0) THEN CASE WHEN src_in <> dst_in THEN src_in ELSE src < dst END
     WHEN {_served("dport")} <> {_served("sport")} THEN {_served("dport")}
     WHEN denied THEN true
     ELSE coalesce(dport < sport, true) END
"""


def oriented(space: Space) -> str:
    """Return the statement of all flow records with `asks`, `client`, `server`, `port` and `cport`."""
    return f"""
    SELECT *, CASE WHEN asks THEN src ELSE dst END AS client, CASE WHEN asks THEN dst ELSE src END AS server,
           CASE WHEN asks THEN dport ELSE sport END AS port, CASE WHEN asks THEN sport ELSE dport END AS cport
    FROM (SELECT *, {_ASKS} AS asks
          FROM (SELECT *, {space.sql("src")} AS src_in, {space.sql("dst")} AS dst_in FROM ({ALL})))
    """  # noqa: S608 - our own statements and numbers


# One row for client, server, port and protocol. Where several interfaces saw the same packets, the one that saw most
# counts: sums over interfaces would count a packet twice.
_SEEN = """
CREATE OR REPLACE TEMP TABLE seen AS
SELECT nic, client, server, port, proto, bool_or(CASE WHEN asks THEN src_in ELSE dst_in END) AS client_in,
       bool_or(CASE WHEN asks THEN dst_in ELSE src_in END) AS server_in,
       count(*) FILTER (asks AND NOT denied) AS asked, count(*) FILTER (NOT asks AND NOT denied) AS replied,
       count(*) FILTER (denied) AS denied,
       coalesce(sum(bytes) FILTER (asks AND NOT denied), 0) AS sent,
       coalesce(sum(bytes) FILTER (NOT asks AND NOT denied), 0) AS received,
       coalesce(sum(packets) FILTER (asks AND NOT denied), 0) AS packets_sent,
       coalesce(sum(packets) FILTER (NOT asks AND NOT denied), 0) AS packets_received,
       min(began) AS first, max(ended) AS last
FROM ({}) GROUP BY nic, client, server, port, proto
"""
_EDGE = f"""
CREATE OR REPLACE TEMP TABLE edge AS
SELECT *, asked > 0 AND replied > 0 AS both_ways,
       replied = 0 OR (packets_sent <= {_FEW} * asked AND packets_received <= {_FEW} * replied) AS knock
FROM (SELECT client, server, port, proto, bool_or(client_in) AS client_in, bool_or(server_in) AS server_in,
             max(asked) AS asked, max(replied) AS replied, max(denied) AS denied,
             CAST(max(sent) AS BIGINT) AS sent, CAST(max(received) AS BIGINT) AS received,
             CAST(max(packets_sent) AS BIGINT) AS packets_sent,
             CAST(max(packets_received) AS BIGINT) AS packets_received,
             min(first) AS first, max(last) AS last
      FROM seen GROUP BY client, server, port, proto)
"""  # noqa: S608 - numbers
_HOURLY = """
CREATE OR REPLACE TEMP TABLE hourly AS
SELECT asset, hour, CAST(max(bytes) AS BIGINT) AS bytes
FROM (SELECT nic, src AS asset, began // 3600000 AS hour,
             coalesce(sum(bytes) FILTER (NOT dst_in AND NOT denied), 0) AS bytes
      FROM ({}) WHERE src_in GROUP BY ALL)
GROUP BY asset, hour
"""
_FACTS = f"""
SELECT count(*), count(*) FILTER (src_endpoint.ip IS NOT NULL), min(coalesce(start_time, time)),
       max(coalesce(end_time, time)), max(end_time - start_time),
       count(*) FILTER ({LOG_STATUS} = 'SKIPDATA'), count(*) FILTER ({LOG_STATUS} = 'NODATA'),
       count(DISTINCT device.interface_uid), count(*) FILTER (action = 'Denied'),
       count(*) FILTER (connection_info.tcp_flags IS NOT NULL),
       count(*) FILTER (contains(unmapped, 'pkt')), count(*) FILTER (device.interface_uid IS NULL)
FROM events WHERE class_uid = {FLOWS}
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Facts:
    """What the flow records of a case are like; times in ms, None where there are none."""

    records: int
    flows: int  # of them about packets; the others say that there were none, or that they were not counted
    first: int | None
    last: int | None
    longest: int | None  # ms between a record's first and last packet
    skipped: int
    silent: int
    interfaces: int
    denied: int
    flagged: int  # with TCP flags
    packet_addresses: int  # records that name the addresses of packets beside those of the interface
    nameless: int  # without an interface

    @property
    def interval(self) -> int:
        """Return the aggregation interval in ms that the records imply: 1 minute, 10 minutes, or as long as they are.

        >>> Facts(1, 1, 0, 1, 59_000, 0, 0, 1, 0, 0, 0, 0).interval
        60000
        """
        longest = self.longest or 0
        return next((limit for limit in (60_000, 600_000) if longest <= limit), longest)


def facts(lake: Lake) -> Facts:
    """Return what the flow records are like."""
    ((*values,),) = lake.query(_FACTS)
    return Facts(*values)


def converse(lake: Lake, space: Space) -> None:
    """Make the tables `edge` (conversations), `seen` (the same by interface) and `hourly` (bytes that leave).

    An hour in which an asset sent something, and nothing of it outside, counts with 0 bytes.
    """
    lake.query(_SEEN.format(oriented(space)))
    lake.query(_EDGE)
    lake.query(_HOURLY.format(oriented(space)))
