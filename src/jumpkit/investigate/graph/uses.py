"""From where credentials were used: address, endpoint, region, and what the agent claims to run on."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jumpkit.investigate.identity import KEY
from jumpkit.investigate.provider import CALLS, system_sql
from jumpkit.kit.text import sql_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from jumpkit.investigate.identity import IdentityKey
    from jumpkit.model.estate import Estate
    from jumpkit.store.lake.read import Lake

PUSHED = 1000  # principals or addresses that are named to the files one by one
# Time and id as one text that sorts as they do: shifted so far, every time that is kept has as many digits.
_SHIFT, _DIGITS = 1 << 62, 19
MARK = f"(time + {_SHIFT}) || metadata.uid"
_OWN = f"coalesce(principal.uid, 'unknown') AS uid, principal.session AS session, {KEY} AS key"
AGENT = "nullif(regexp_extract(http_request.user_agent, '^\\[?([A-Za-z0-9_.-]+)', 1), '')"
_ENDPOINT = "coalesce(contains(unmapped, '\"vpcEndpointId\"'), false)"
_WANTED = """w.uid = {uid} AND w.session IS NOT DISTINCT FROM {session} AND w.key IS NOT DISTINCT FROM {key}""".format(
    uid="coalesce(principal.uid, 'unknown')", session="principal.session", key=KEY
)

_USES = f"""
SELECT {_OWN}, src_endpoint.ip AS ip, src_endpoint.domain AS domain, {_ENDPOINT} AS endpoint,
       {system_sql("http_request.user_agent")} AS system, {AGENT} AS agent,
       cloud.region AS region, count(*), min(time), max(time), min({MARK}), max({MARK})
FROM events {{join}} WHERE {CALLS} AND {{condition}} GROUP BY ALL ORDER BY ALL
"""  # noqa: S608 - constants
_COMPANY = f"""
SELECT src_endpoint.ip, list_sort(list(DISTINCT coalesce(principal.uid, 'unknown'))) FROM events
JOIN wanted_ips w ON w.ip = src_endpoint.ip WHERE {CALLS} GROUP BY 1
"""  # noqa: S608 - a constant
_ALL = f"""
SELECT count(DISTINCT src_endpoint.ip), min(src_endpoint.ip), count(DISTINCT principal.uid) FROM events
WHERE {CALLS} AND src_endpoint.ip IS NOT NULL
"""  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class Use:
    """The calls of one credential that came from one place with one kind of agent."""

    uid: str
    session: str | None
    key: str | None
    ip: str | None
    domain: str | None
    endpoint: bool  # through a VPC endpoint
    system: str | None  # the operating system that the agent claims
    agent: str | None  # the agent's first word
    region: str | None
    events: int
    first: int
    last: int
    first_event: str
    last_event: str

    @property
    def id(self) -> IdentityKey:
        """Return what tells the credential from others."""
        return self.uid, self.session, self.key


def unmarked(mark: str) -> str:
    """Return the event id in a mark."""
    return mark[_DIGITS:]


def wanted(ids: Sequence[IdentityKey]) -> pa.Table:
    """Return credentials as a table that statements join: uid, session, key."""
    columns = zip(*ids, strict=True) if ids else ((), (), ())
    return pa.table(
        {name: pa.array(each, pa.string()) for name, each in zip(("uid", "session", "key"), columns, strict=True)}
    )


def pushed(column: str, values: Iterable[str]) -> str:
    """Return a condition that is handed down to the files where there are few values, true where there are many."""
    few = sorted(set(values))
    return f"{column} IN ({', '.join(map(sql_text, few))})" if 0 < len(few) <= PUSHED else "true"


def uses_of(lake: Lake, ids: Collection[IdentityKey]) -> list[Use]:
    """Return every use of the given credentials, sorted."""
    asked = sorted(set(ids), key=str)
    if not asked:
        return []
    condition = pushed("principal.uid", (uid or "" for uid, _, _ in asked))
    with lake.lent(wanted=wanted(asked)):
        rows = lake.query(_USES.format(join=f"JOIN wanted w ON {_WANTED}", condition=condition))
    return [_use(row) for row in rows]


def uses_at(lake: Lake, ips: Collection[str]) -> list[Use]:
    """Return every use of any credential from the given addresses, sorted."""
    if not ips:
        return []
    with lake.lent(wanted_ips={"ip": sorted(set(ips))}):
        condition = pushed("src_endpoint.ip", ips)
        rows = lake.query(_USES.format(join="JOIN wanted_ips w ON w.ip = src_endpoint.ip", condition=condition))
    return [_use(row) for row in rows]


def _use(row: tuple[Any, ...]) -> Use:
    """Return one row of _USES."""
    said = [*row[:12], unmarked(row[12]), unmarked(row[13])]
    return Use(*said)


@dataclass(frozen=True, slots=True)
class Grounds:
    """The estate's own networks, and what the addresses of a case are worth."""

    networks: tuple[Any, ...]
    one_address: str | None  # the only address of the case, where several principals share it: it tells nothing apart
    known: dict[str, bool | None]

    @classmethod
    def of(cls, lake: Lake, estate: Estate) -> Grounds:
        """Return the grounds of an estate and of a case."""
        if "one address" not in lake.remembered:
            ((addresses, ip, principals),) = lake.query(_ALL)
            lake.remembered["one address"] = ip if addresses == 1 and principals > 1 else None
        networks = tuple(ip_network(network, strict=False) for network in estate.networks)
        return cls(networks, lake.remembered["one address"], {})

    def inside(self, ip: str | None) -> bool | None:
        """Return whether an address is the estate's own, None where no estate file says what is."""
        if ip is None or not self.networks:
            return None
        if ip not in self.known:
            address = ip_address(ip)
            self.known[ip] = any(address in network for network in self.networks)
        return self.known[ip]

    def unplaced(self) -> str | None:
        """Return why nothing can be called inside or outside, None where it can."""
        return None if self.networks else "no estate file says which networks are the client's own (--estate)"


def company(lake: Lake, ips: Collection[str]) -> dict[str, frozenset[str]]:
    """Return who called from each address."""
    if not ips:
        return {}
    with lake.lent(wanted_ips={"ip": sorted(set(ips))}):
        return {ip: frozenset(uids) for ip, uids in lake.query(_COMPANY)}


def private(ip: str) -> bool:
    """Return whether an address is of a private network, and so says only where in some network a call began."""
    return ip_address(ip).is_private
