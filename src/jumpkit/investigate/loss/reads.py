"""Reads of content that logs show, each counted once however many logs hold it; asks the lake, judges nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.responsible import HELD, HELD_BY
from jumpkit.kit.text import sql_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jumpkit.investigate.loss.table import Kind, Read, Stores
    from jumpkit.investigate.responsible import Held
    from jumpkit.store.lake.read import Lake

EVENTS = 100  # ids of events that an item lists
_LISTED = 100  # addresses, principals
_REQUEST = "e.api.request.data"
_SAME = {  # the same thing under its name and its ARN
    "secret": r"regexp_replace({0}, '^arn:.*:secret:(.+)-[A-Za-z0-9]{{6}}$', '\1')",
    "parameter": r"ltrim(regexp_replace({0}, '^arn:[^:]*:ssm:[^:]*:[^:]*:parameter', ''), '/')",
}
_BARE = "CASE WHEN starts_with({0}, 'arn:') THEN regexp_extract({0}, '[^:/]+$') ELSE {0} END"


@dataclass(frozen=True, slots=True)
class Figures:
    """What was read from one store by those who count, or by others."""

    kind: str
    account: str | None
    region: str | None
    store: str | None
    held: bool
    reads: int
    objects: int
    nameless: int  # reads that do not say of what
    uncounted: int  # reads of an unknown number of things
    bytes: int
    measured: int  # reads whose bytes were recorded
    first: int
    last: int
    addresses: tuple[str, ...]
    principals: tuple[str, ...]
    names: tuple[str, ...]
    to: tuple[str, ...]
    events: tuple[str, ...]
    all_events: int
    sources: tuple[str, ...]
    twice: int  # reads that two logs hold


_COLUMNS = tuple(Figures.__annotations__)
_LISTS = tuple(_COLUMNS.index(name) for name in ("addresses", "principals", "names", "to", "sources"))
_EVENTS = _COLUMNS.index("events")


def figures(lake: Lake, table: Stores, held: Held) -> list[Figures]:
    """Return what was read, by store and by whether those did it who count, sorted."""
    return [_figures(row) for row in lake.query(f"{_once(table)} {_TOLD}", _who(held))]


def each_read(lake: Lake, table: Stores, held: Held) -> Iterator[dict[str, Any]]:
    """Yield a row for each principal, store and object: reads, bytes, first and last, sorted by the first."""
    yield from lake.rows(f"{_once(table)} {_EACH}", _who(held))


def _who(held: Held) -> list[object]:
    return [*held.columns, held.arns, held.chosen == "everyone"]


def _figures(row: Sequence[Any]) -> Figures:
    """Return figures from a row, whose columns are in the order of the noun's."""
    values = list(row)
    for place in _LISTS:
        values[place] = tuple(value for value in values[place] or () if value)
    values[_EVENTS] = tuple(dict.fromkeys(each["uid"] for each in values[_EVENTS] or ()))
    return Figures(*values)


_TOLD = f"""
SELECT kind, max(account), max(region), store, held, count(DISTINCT call), count(DISTINCT object),
       count(*) FILTER (object IS NULL AND NOT uncounted), count(*) FILTER (uncounted),
       coalesce(sum(bytes), 0)::BIGINT, count(bytes), min(time), max(time),
       list(DISTINCT ip ORDER BY ip)[1:{_LISTED}], list(DISTINCT principal ORDER BY principal)[1:{_LISTED}],
       list(DISTINCT name ORDER BY name)[1:{_LISTED}], list(DISTINCT target ORDER BY target)[1:{_LISTED}],
       min({{'time': time, 'uid': uids[1]}}, {EVENTS}), count(DISTINCT uids[1]) + count(DISTINCT uids[2]),
       list_distinct(flatten(list(sources))).list_sort(), count(*) FILTER (len(sources) > 1)
FROM once GROUP BY kind, place, store, held ORDER BY kind, place, store, held
"""  # noqa: S608 - numbers
_EACH = """
SELECT kind, max(account) AS account, store, principal, min(name) AS name, object, count(DISTINCT call) AS reads,
       sum(bytes)::BIGINT AS bytes, min(time) AS first, max(time) AS last, held, arg_min(uids[1], time) AS event
FROM once GROUP BY kind, place, store, principal, object, held
ORDER BY first, kind, store, principal, object
"""


_JOINED = f"""
bare AS (
  SELECT * REPLACE ({_BARE.format("store")} AS store),
         CASE WHEN kind = 's3_bucket' THEN '' ELSE coalesce(account, '') || '/' || coalesce(region, '') END AS place,
         coalesce(rid, uid) AS call,
         coalesce(rid, uid) || CASE WHEN kind = 's3_bucket' THEN '' ELSE '/' || coalesce(object, '') END AS same
  FROM told),
once AS (
  SELECT kind, place, store, same, min(call) AS call, max(account) AS account, max(region) AS region,
         arg_min(object, source) AS object, bool_or(uncounted) AS uncounted, max(bytes) AS bytes,
         min(target) AS target, min(time) AS time,
         list(DISTINCT uid ORDER BY uid) AS uids, bool_or(held) AS held, arg_min(principal, source) AS principal,
         arg_min(name, source) AS name, arg_min(ip, source) AS ip, list(DISTINCT source ORDER BY source) AS sources
  FROM bare GROUP BY kind, place, store, same)
"""  # noqa: S608 - constants


def _once(table: Stores) -> str:
    """Return the common table `once`: one row a read and object, joined over logs by the request's id."""
    specs = [(kind, read) for kind in table.kinds for read in kind.reads]
    rows = [
        f"({number}, {sql_text(read.service)}, {sql_text(call)})"
        for number, (_, read) in enumerate(specs)
        for call in read.calls
    ]
    calls = ", ".join(sorted({sql_text(call) for _, read in specs for call in read.calls}))
    return f"""
WITH {HELD},
held_arns AS (SELECT unnest(?::VARCHAR[]) AS arn),
specs(spec, service, operation) AS (VALUES {", ".join(rows)}),
called AS (
  SELECT s.spec, e.time, e.metadata.uid AS uid, e.api.request.uid AS rid, e.cloud.account.uid AS account,
         e.cloud.region AS region, CASE WHEN json_valid({_REQUEST}) THEN {_REQUEST} END AS said,
         CASE WHEN json_valid(e.unmapped) THEN e.unmapped END AS rest, e.src_endpoint.ip AS ip,
         e.principal.uid AS principal, e.principal.name AS name, h.uid IS NOT NULL AS held
  FROM events e JOIN specs s ON e.api.operation = s.operation AND e.api.service.name = s.service
  {HELD_BY}
  WHERE e.api.operation IN ({calls}) AND e.status_code IS NULL AND e.metadata.log_name = 'aws/cloudtrail'),
told AS (
  SELECT {_case(specs, _kind_of)} AS kind, {_case(specs, _store_of)} AS store,
         unnest({_case(specs, _objects_of)}) AS object, {_case(specs, _uncounted_of)} AS uncounted,
         {_case(specs, _bytes_of)} AS bytes, {_case(specs, _target_of)} AS target,
         account, region, rid, uid, time, ip, principal, name, held, 'aws/cloudtrail' AS source
  FROM called WHERE {_case(specs, _where_of)}
  UNION ALL BY NAME {_ACCESS_LOG.format(", ".join(map(sql_text, table.access_log)))}),
{_JOINED}
"""  # noqa: S608 - our own table of stores


_ACCESS_LOG = """
  SELECT 's3_bucket' AS kind, e.resource.name AS store, url_decode(url_decode(e.file.path)) AS object,
         false AS uncounted, e.traffic.bytes_out AS bytes, NULL AS target,
         e.cloud.account.uid AS account, e.cloud.region AS region,
         e.api.request.uid AS rid, e.metadata.uid AS uid, e.time AS time, e.src_endpoint.ip AS ip,
         coalesce(e.principal.uid, e.actor.user.uid_alt, e.actor.user.uid) AS principal,
         coalesce(e.principal.name, e.actor.user.name) AS name, (a.arn IS NOT NULL OR ?) AS held,
         e.metadata.log_name AS source
  FROM events e LEFT JOIN held_arns a ON a.arn = e.actor.user.uid_alt
  WHERE e.api.operation IN ({}) AND e.metadata.log_name <> 'aws/cloudtrail'
    AND e.status_code IS NULL AND coalesce(e.http_response.code, 200) < 400
"""


def _case(specs: Sequence[tuple[Kind, Read]], made: Any) -> str:
    """Return an expression that differs by spec; like ones are said once."""
    said: dict[str, list[str]] = {}
    for number, (kind, read) in enumerate(specs):
        said.setdefault(made(kind, read), []).append(str(number))
    arms = [f"WHEN spec IN ({', '.join(numbers)}) THEN {text}" for text, numbers in said.items()]
    return f"CASE {' '.join(arms)} END"


def _kind_of(kind: Kind, _: Read) -> str:
    return sql_text(kind.kind)


def _store_of(_: Kind, read: Read) -> str:
    if read.copied_from:
        return rf"regexp_extract(url_decode({_text(read.copied_from)}), '^/?([^/]+)/', 1)"
    return _first([_text(path) for path in read.store])


def _objects_of(kind: Kind, read: Read) -> str:
    if read.copied_from:
        return rf"[regexp_extract(url_decode({_text(read.copied_from)}), '^/?[^/]+/([^?]*)', 1)]"
    named = [path for path in read.objects if path.endswith("[*]")]
    if named:
        found = f"json_extract_string(said, {sql_text('$.' + named[0])})"
        known = _SAME[kind.same].format("x") if kind.same else "x"
        return f"coalesce(nullif(list_transform({found}, lambda x: {known}), []), [NULL])"
    plain = _first([_text(path) for path in read.objects])
    return f"[{_SAME[kind.same].format(plain) if kind.same else plain}]"


def _uncounted_of(_: Kind, read: Read) -> str:
    return "false" if read.counted else "true"


def _bytes_of(_: Kind, read: Read) -> str:
    out = "TRY_CAST(json_extract_string(rest, '$.additionalEventData.bytesTransferredOut') AS DOUBLE)::BIGINT"
    return out if read.bytes else "NULL::BIGINT"


def _target_of(_: Kind, read: Read) -> str:
    return _first([_text(path) for path in read.to])


def _where_of(_: Kind, read: Read) -> str:
    said = [f"{_text(path)} = {sql_text(value)}" for path, value in sorted(read.where.items())]
    return f"coalesce({' AND '.join(said)}, false)" if said else "true"


def _text(path: str) -> str:
    """Return the text at a path of one name, which may hold hyphens."""
    quoted = ".".join(f'"{word}"' for word in path.split("."))
    return f"json_extract_string(said, {sql_text('$.' + quoted)})"


def _first(texts: list[str]) -> str:
    return f"coalesce({', '.join(texts)})" if len(texts) > 1 else (texts[0] if texts else "NULL::VARCHAR")
