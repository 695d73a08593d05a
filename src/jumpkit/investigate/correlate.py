"""One request seen by several logs: joined by request and trace ids, and what only one of two logs saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.investigate.graph.uses import MARK, unmarked
from jumpkit.investigate.items import at, cited, limit
from jumpkit.investigate.provider import reads

if TYPE_CHECKING:
    from jumpkit.investigate.items import Item, Limit
    from jumpkit.store.lake.read import Lake

MATCHED, UNMATCHED = "matched", "unmatched"
_MOST = 1000  # activities of each state that are listed
_SAMPLE = 50  # events of one activity
_ROOT = "1-[0-9a-f]{8}-[0-9a-f]{24}"

# The id that a request bears in each log. A balancer's trace is the request id that a firewall before it writes.
_IDS = f"""
CASE metadata.log_name
  WHEN 'aws/cloudtrail' THEN api.request.uid WHEN 'aws/s3access' THEN api.request.uid
  WHEN 'aws/cloudfront' THEN metadata.original_event_uid WHEN 'aws/waf' THEN metadata.original_event_uid
  WHEN 'aws/alb' THEN nullif(regexp_extract(unmapped, 'Root=({_ROOT})', 1), '') END
"""
_TOLD = f"""
WITH told AS (
  SELECT {_IDS} AS id, metadata.log_name AS source, time, metadata.uid AS uid, {MARK} AS mark,
         coalesce(api.operation, http_request.http_method) AS operation, src_endpoint.ip AS ip
  FROM events WHERE metadata.log_name IN ('aws/cloudtrail', 'aws/s3access', 'aws/cloudfront', 'aws/waf', 'aws/alb'))
"""  # noqa: S608 - constants
_JOINED = f"""
{_TOLD}
SELECT id, list_sort(list(DISTINCT source)), count(*), min(time), max(time), min(mark, {_SAMPLE}),
       list_sort(list(DISTINCT operation) FILTER (operation IS NOT NULL)),
       list_sort(list(DISTINCT ip) FILTER (ip IS NOT NULL))
FROM told WHERE id IS NOT NULL GROUP BY id HAVING count(DISTINCT source) > 1 ORDER BY min(time), id
"""  # noqa: S608 - constants
_SOURCES = f"{_TOLD} SELECT source, count(*), count(id) FROM told GROUP BY source ORDER BY source"  # noqa: S608 - as above
# Requests on objects of a bucket that two logs should both have seen: each within the time that the other covers.
_BUCKETS = rf"""
WITH seen AS (
  SELECT metadata.log_name AS source, api.request.uid AS id, time, metadata.uid AS uid, {MARK} AS mark,
         api.operation AS operation, src_endpoint.ip AS ip,
         CASE WHEN metadata.log_name = 'aws/s3access' THEN resource.name
              ELSE regexp_extract(api.request.data, '"bucketName"\s*:\s*"([^"]+)"', 1) END AS bucket
  FROM events
  WHERE (metadata.log_name = 'aws/s3access' AND NOT starts_with(coalesce(api.operation, ''), 'S3.'))
     OR (metadata.log_name = 'aws/cloudtrail' AND {reads("data_events")} AND api.service.name = 's3.amazonaws.com')),
spans AS (
  SELECT bucket, max(first) AS first, min(last) AS last FROM (
    SELECT bucket, source, min(time) AS first, max(time) AS last FROM seen WHERE bucket <> '' GROUP BY 1, 2)
  GROUP BY bucket HAVING count(*) = 2),
alone AS (
  SELECT id FROM seen WHERE id IS NOT NULL GROUP BY id HAVING count(DISTINCT source) = 1)
SELECT bucket, source, count(*), min(time), max(time), min(mark, {_SAMPLE}),
       list_sort(list(DISTINCT operation)), list_sort(list(DISTINCT ip) FILTER (ip IS NOT NULL))
FROM seen JOIN spans USING (bucket) JOIN alone USING (id)
WHERE time BETWEEN spans.first - 60000 AND spans.last + 60000
  AND (source = 'aws/cloudtrail' OR regexp_matches(operation, '^REST[.](GET|HEAD)[.](OBJECT|BUCKET)$'))
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608 - constants


def correlate(lake: Lake) -> dict[str, Any]:
    """Return `items` (requests that several logs saw, then what one of two saw alone) and `limits`."""
    rows = lake.query(_JOINED)
    alone = lake.query(_BUCKETS)
    items = [_joined(*row) for row in rows[:_MOST]] + [_alone(*row) for row in alone[:_MOST]]
    return {"items": items, "joined": len(rows), "limits": _limits(lake, len(rows))}


def _joined(name: str, sources: list[str], events: int, first: int, last: int, *said: list[str]) -> Item:
    """Return one request that several logs saw."""
    marks, operations, ips = said
    apart = f", {(last - first) / 1000:g} s apart" if last > first else ""
    return {
        "uid": f"request:{name}",
        "state": MATCHED,
        "why": f"{' and '.join(sources)} have the same id{apart}",
        **cited((unmarked(mark) for mark in marks), events),
        "sources": sources,
        "operations": operations,
        "addresses": ips or [],
        "first": at(first),
        "last": at(last),
    }


def _alone(bucket: str, source: str, events: int, first: int, last: int, *said: list[str]) -> Item:
    """Return the requests on a bucket that one log saw and the other, which covers that time, did not."""
    marks, operations, ips = said
    other = "aws/cloudtrail" if source == "aws/s3access" else "aws/s3access"
    late = "; access logs come late and not always all" if other == "aws/s3access" else ""
    return {
        "uid": f"alone:{source}:{bucket}",
        "state": UNMATCHED,
        "why": f"{events:,} requests on bucket {bucket} are in {source} alone, while {other} covers that time{late}",
        **cited((unmarked(mark) for mark in marks), events),
        "sources": [source],
        "operations": operations,
        "addresses": ips or [],
        "first": at(first),
        "last": at(last),
    }


def _limits(lake: Lake, joined: int) -> list[Limit]:
    """Return which logs could not be joined, and why."""
    limits = []
    known = {source: (events, ids) for source, events, ids in lake.query(_SOURCES)}
    if len(known) < 2:  # noqa: PLR2004 - one log has nothing to be compared with
        held = ", ".join(known) or "none"
        limits.append(limit("requests across logs", f"of the logs that bear request ids the case has {held}"))
    for source, (events, ids) in sorted(known.items()):
        if ids < events:
            limits.append(limit(f"{events - ids:,} records of {source}", "they bear no request or trace id"))
    for source, events in lake.query("SELECT metadata.log_name, count(*) FROM events GROUP BY 1 ORDER BY 1"):
        if source not in known:
            limits.append(limit(f"{events:,} records of {source}", "this log bears no id that another log bears too"))
    if joined > _MOST:
        limits.append(limit("requests beyond the first", f"{joined:,} were joined, and {_MOST:,} are listed"))
    return limits
