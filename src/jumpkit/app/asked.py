"""What a report asks of the lake, in as few statements as it takes; they can be begun before the report is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jumpkit.investigate import timeline_soon
from jumpkit.kit.clock import stamp
from jumpkit.kit.refusals import REFUSED
from jumpkit.kit.text import sql_text
from jumpkit.normalize import ocsf
from jumpkit.report import Totals, cited_events

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from jumpkit.model.finding import Picture
    from jumpkit.store.lake.read import Lake

TIMELINE = 2_000  # rows
_MOST_KINDS = 20_000  # distinct addresses, agents … that are counted one by one
_ACTIVITY = f"""
SELECT time // ? AS bucket, cloud.account.uid, cloud.region, count(*),
       count(*) FILTER (regexp_matches(status_code, '{REFUSED}')), min(time), max(time)
FROM events GROUP BY ALL ORDER BY ALL
"""  # noqa: S608 - a constant
# All counts over events that findings rest on; an event counts once, however many rules it matched.
_TALLIES = f"""
WITH told AS (
  SELECT DISTINCT uid, time // ? AS bucket, account, region, ip, operation, error
  FROM hits WHERE rule IN (SELECT unnest(?))),
counted AS (
  SELECT CASE grouping(bucket, account, region, ip, operation)
           WHEN 3 THEN 'bucket' WHEN 23 THEN 'account' WHEN 27 THEN 'region' WHEN 29 THEN 'address'
           WHEN 30 THEN 'operation' ELSE 'all' END AS kind,
         bucket, account, region, coalesce(ip, operation, region, account) AS value,
         count(*) AS events, count(*) FILTER (regexp_matches(error, '{REFUSED}')) AS refused
  FROM told GROUP BY GROUPING SETS ((), (bucket, account, region), (account), (region), (ip), (operation)))
SELECT kind, bucket, account, region, value, events, refused FROM counted
WHERE kind IN ('all', 'bucket') OR value IS NOT NULL
QUALIFY kind = 'bucket' OR row_number() OVER (PARTITION BY kind ORDER BY events DESC, value) <= ?
ORDER BY kind, events DESC, value
"""  # noqa: S608 - a constant
_AGENTS = """
SELECT http_request.user_agent, count(*) FROM events
WHERE http_request.user_agent IS NOT NULL AND metadata.uid IN (SELECT uid FROM hits WHERE rule IN (SELECT unnest(?)))
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?
"""
# The columns by which a reader knows an event again, and those that proposals are made from.
_CITED = """
SELECT time, status_id, status_code, {'uid': metadata.uid}, {'user': actor.user},
       {'operation': api.operation, 'service': api.service, 'request': {'data': api.request.data},
        'response': {'error': api.response.error, 'data': api.response.data}},
       src_endpoint, http_request, cloud, record
FROM events WHERE metadata.uid IN (SELECT unnest(?)) ORDER BY time, metadata.uid
"""
_CITED_NAMES = (
    "time", "status_id", "status_code", "metadata", "actor", "api", "src_endpoint", "http_request", "cloud", "record",
)  # fmt: skip
_EVENTS = """
SELECT * FROM events WHERE metadata.uid IN (SELECT uid FROM hits WHERE rule IN (SELECT unnest(?)))
ORDER BY time, metadata.uid
"""


def report_soon(lake: Lake, picture: Picture) -> None:
    """Let the lake begin with all that a report of this picture will ask."""
    rules = telling(picture)
    timeline_soon(lake, picture, TIMELINE)
    width = 1000 * _seconds(lake)
    lake.soon(_ACTIVITY, [width])
    lake.soon(_TALLIES, [width, rules, _MOST_KINDS])
    lake.soon(_AGENTS, [rules, _MOST_KINDS])
    lake.soon(_CITED, [sorted(cited_events(picture))])


def telling(picture: Picture) -> list[str]:
    """Return the rules that made findings; hits of others only feed correlations."""
    return sorted({finding.rule for finding in picture.findings})


def activity(lake: Lake, rules: Sequence[str]) -> list[dict[str, object]]:
    """Return events and calls refused for lack of rights a bucket of time, account and region, and hits in each."""
    matched = {tuple(row[1:4]): row[5] for row in _tallies(lake, rules) if row[0] == "bucket"}
    seconds = _seconds(lake)
    return [
        {
            "hour": _at(bucket * seconds * 1000),
            "seconds": seconds,
            "account": account,
            "region": region,
            "events": events,
            "refused": refused,
            "findings": matched.get((bucket, account, region), 0),
            "first": _at(first),
            "last": _at(last),
        }
        for bucket, account, region, events, refused, first, last in lake.query(_ACTIVITY, [1000 * seconds])
    ]


def _seconds(lake: Lake) -> int:
    """Return how finely time is counted: finer where an hour would hide everything."""
    ((begin, end),) = lake.query("SELECT min(time), max(time) FROM events")
    span = (end or 0) - (begin or 0)
    return next((seconds for most, seconds in ((2, 60), (12, 300)) if span < most * 3_600_000), 3600)


def _at(milliseconds: int) -> str:
    return stamp(datetime.fromtimestamp(milliseconds / 1000, UTC))


def totals(lake: Lake, rules: Sequence[str]) -> Totals:
    """Return counts over all events that `rules` matched."""
    tallies: dict[str, dict[str, int]] = {"address": {}, "region": {}, "account": {}, "operation": {}}
    seen = refused = 0
    for kind, _, _, _, value, events, failed in _tallies(lake, rules):
        if kind == "all":
            seen, refused = events, failed
        elif kind in tallies:
            tallies[kind][value] = events
    return Totals(seen, refused, tallies | {"agent": dict(lake.query(_AGENTS, [rules, _MOST_KINDS]))})


def _tallies(lake: Lake, rules: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return what was counted of the events that `rules` matched; asked once a lake."""
    if "tallies" not in lake.remembered:
        lake.remembered["tallies"] = lake.query(_TALLIES, [1000 * _seconds(lake), rules, _MOST_KINDS])
    counted: list[tuple[Any, ...]] = lake.remembered["tallies"]
    return counted


def cited(lake: Lake, picture: Picture, uids: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Yield the events of `uids` as OCSF, as much of them as a document shows."""
    rows = lake.query(_CITED, [sorted(uids)])
    return _as_ocsf((dict(zip(_CITED_NAMES, row, strict=True)) for row in rows), picture)


def events_of(lake: Lake, picture: Picture) -> Iterator[dict[str, Any]]:
    """Yield the events of findings as OCSF, each with its address and the findings that cite it."""
    return _as_ocsf(lake.rows(_EVENTS, [telling(picture)]), picture)


def _as_ocsf(rows: Iterable[Mapping[str, Any]], picture: Picture) -> Iterator[dict[str, Any]]:
    by_event: dict[str, list[str]] = {}
    for finding in picture.findings:
        for uid in finding.sample:
            by_event.setdefault(uid, []).append(finding.finding)
    for row in rows:
        uid = row["metadata"]["uid"]
        yield ocsf(row) | {"record": row["record"], "findings": by_event.get(uid, [])}


_LATER = """
SELECT api.operation, time, metadata.uid, api.request.data, principal.uid, cloud.account.uid, cloud.region,
       CASE WHEN api.operation IN ('CreateFlowLogs', 'CreateTrustAnchor') THEN api.response.data END
FROM events WHERE api.operation IN ({}) AND status_code IS NULL ORDER BY time, metadata.uid
"""


def later(lake: Lake, operations: Collection[str]) -> list[dict[str, object]]:
    """Return the successful calls of some operations: what, when, event, request, by whom, where, what it made."""
    names = ("operation", "time", "event", "request", "principal", "account", "region", "response")
    listed = ", ".join(map(sql_text, sorted(operations)))  # a literal list is pushed down to the files
    return [dict(zip(names, row, strict=True)) for row in lake.query(_LATER.format(listed))]
