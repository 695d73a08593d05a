"""All about one value: in which fields it stands, what was called with it, by whom, from where, with what result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jumpkit.store.lake.read import Lake

TOP = 10  # of each list
MOST = 100  # events that are listed of a field
_ABOUT = {
    "operations": "api.service.name || ' ' || api.operation",
    "errors": "status_code",
    "principals": "principal.uid",
    "names": "principal.name",
    "addresses": "src_endpoint.ip",
    "peers": "dst_endpoint.ip",
    "keys": "actor.user.credential_uid",
    "agents": "http_request.user_agent",
    "accounts": "cloud.account.uid",
    "regions": "cloud.region",
    "logs": "metadata.log_name",
}
_TOP = """
SELECT {value} AS value, count(*) AS events FROM events WHERE {value} IS NOT NULL
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {top}
"""
_DISTINCT = "SELECT count(DISTINCT {value}) FROM events"
_HITS = """
SELECT DISTINCT rule, principal FROM hits
WHERE principal = $1 OR key = $1 OR ip = $1 OR arn = $1 OR uid IN (SELECT unnest($2::VARCHAR[]))
"""


class Asked(Protocol):
    """Rows that can be asked."""

    def query(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a statement over `events`."""


def about(asked: Asked) -> dict[str, dict[str, Any]]:
    """Return the most frequent values of each field among the rows, with how many others there are."""
    found = {}
    for name, value in _ABOUT.items():
        rows = asked.query(_TOP.format(value=value, top=TOP))
        ((distinct,),) = asked.query(_DISTINCT.format(value=value))
        if rows:
            told = [{"value": text, "events": events} for text, events in rows]
            found[name] = {"top": told, "more": distinct - len(told)}
    return found


def sample(asked: Asked, where: str, value: str) -> list[str]:
    """Return the first event ids in which the value stands in a field, in order of time."""
    sql = f"SELECT metadata.uid FROM events WHERE {where} ORDER BY time, 1 LIMIT {MOST}"  # noqa: S608 - our own field
    return [uid for (uid,) in asked.query(sql, [value])]


def touched(hits: Lake, value: str, uids: Iterable[str]) -> set[tuple[str, str | None]]:
    """Return (rule, principal) of all hits that name the value, or rest on one of these events."""
    return {(rule, principal) for rule, principal in hits.query(_HITS, [value, sorted(uids)])}


def findings(rows: Sequence[Mapping[str, Any]], of: set[tuple[str, str | None]]) -> list[str]:
    """Return the findings that such hits are part of."""
    return sorted(row["finding"] for row in rows if (row["rule"], row["principal_uid"]) in of)
