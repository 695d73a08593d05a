"""Looks for indicators in a case: joins in the lake, validity against each event's own time, nothing row by row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jumpkit.detect.intel.sightings import OBSERVED, RESOLVING, STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jumpkit.model.indicator import Indicator
    from jumpkit.store.lake.read import Lake

_V6_BITS = 128
MOST = 100  # events that are listed of one indicator
_SIGHTED = "CREATE OR REPLACE TEMP TABLE sighted (indicator INTEGER, uid VARCHAR, time BIGINT, field VARCHAR)"
_RESOLVED = "CREATE OR REPLACE TEMP TABLE resolved (field VARCHAR, value VARCHAR, term INTEGER)"
_INSERT = """
INSERT INTO sighted
SELECT c.indicator, whole.uid, whole.time, whole.field FROM (
  SELECT t.clause, s.uid, any_value(s.time) AS time, string_agg(DISTINCT s.field, ' ') AS field
  FROM ({sights}) AS s JOIN terms AS t ON t.term = s.term
  GROUP BY t.clause, s.uid HAVING count(DISTINCT s.term) >= any_value(t.size)) AS whole
JOIN clauses AS c ON c.clause = whole.clause
"""
_SUMMED = f"""
WITH events_of AS (
  SELECT indicator, uid, any_value(time) AS time, string_agg(DISTINCT field, ' ') AS fields
  FROM sighted GROUP BY indicator, uid),
timed AS (
  SELECT e.*, v.since IS NOT NULL AND e.time < v.since AS early, v.until IS NOT NULL AND e.time >= v.until AS late
  FROM events_of AS e JOIN validity AS v ON v.indicator = e.indicator)
SELECT indicator, count(*) FILTER (NOT early AND NOT late), count(*) FILTER (early), count(*) FILTER (late),
       min(time) FILTER (NOT early AND NOT late), max(time) FILTER (NOT early AND NOT late),
       min({{'time': time, 'uid': uid}}, {MOST}) FILTER (NOT early AND NOT late),
       string_agg(DISTINCT fields, ' ') FILTER (NOT early AND NOT late)
FROM timed GROUP BY indicator ORDER BY indicator
"""  # noqa: S608 - a constant
_TOUCHED = """
SELECT DISTINCT s.indicator, h.rule, h.principal
FROM sighted AS s JOIN hits AS h ON h.uid = s.uid JOIN validity AS v ON v.indicator = s.indicator
WHERE coalesce(s.time >= v.since, true) AND coalesce(s.time < v.until, true)
"""
_V6 = "SELECT DISTINCT {0} FROM events WHERE contains({0}, ':')"


@dataclass(frozen=True, slots=True)
class Found:
    """What was seen of one indicator: within its validity, and how often outside of it."""

    indicator: Indicator
    events: int
    early: int  # events before it held
    late: int  # events after it had expired
    first: int | None  # ms since 1970
    last: int | None
    sample: tuple[str, ...]  # the first MOST event ids
    fields: tuple[str, ...]  # where in the events it stood
    touched: tuple[tuple[str, str | None], ...]  # (rule, principal) of hits on these events


def match(lake: Lake, indicators: Sequence[Indicator]) -> list[Found]:
    """Return every indicator that some event meets, even if out of its time, in the order given; revoked ones never."""
    live = [item for item in indicators if item.clauses and not item.revoked]
    if not live:
        return []
    tables = _tables(live)
    lake.query(_SIGHTED)
    lake.query(_RESOLVED)
    with lake.lent(**tables):
        _sight(lake, tables["terms"])
        rows = lake.query(_SUMMED)
        touched = lake.query(_TOUCHED)
    lake.query("DROP TABLE sighted")
    lake.query("DROP TABLE resolved")
    return [_found(live[row[0]], row, touched) for row in rows]


def _sight(lake: Lake, terms: pa.Table) -> None:
    """Put every event that meets a clause into `sighted`."""
    kinds = set(terms.column("kind").to_pylist())
    for kind in sorted(kinds & RESOLVING.keys()):
        for sql in RESOLVING[kind]:
            lake.query(f"INSERT INTO resolved {sql}")
    with lake.lent(wide=_in_wide_networks(lake, terms)):
        lake.query("INSERT INTO resolved SELECT field, value, term FROM wide")
    alone = [sql for kind in STATEMENTS if kind in kinds for sql in STATEMENTS[kind]] + [OBSERVED]
    if max(terms.column("size").to_pylist()) > 1:
        lake.query(_INSERT.format(sights=" UNION ALL ".join(alone)))  # terms of one clause meet in different columns
    else:
        for sql in alone:
            lake.query(_INSERT.format(sights=sql))


def _found(indicator: Indicator, row: tuple[Any, ...], touched: Iterable[tuple[Any, ...]]) -> Found:
    number, events, early, late, first, last, sample, fields = row
    hits = sorted((rule, principal) for of, rule, principal in touched if of == number)
    uids = tuple(each["uid"] for each in sample or ())
    return Found(
        indicator, events, early, late, first, last, uids, tuple(sorted(set((fields or "").split()))), tuple(hits)
    )


def _tables(live: Sequence[Indicator]) -> dict[str, pa.Table]:
    """Return terms, clauses and validity as tables, each thing named by its number."""
    terms: dict[str, list[Any]] = {
        name: [] for name in ("term", "clause", "size", "kind", "how", "value", "bits", "number")
    }
    clauses: dict[str, list[int]] = {"clause": [], "indicator": []}
    for number, indicator in enumerate(live):
        for clause in indicator.clauses:
            place = len(clauses["clause"])
            clauses["clause"].append(place)
            clauses["indicator"].append(number)
            for term in dict.fromkeys(clause):
                bits, net = _prefix(term.value) if term.kind == "network" else (None, None)
                row = (len(terms["term"]), place, len(set(clause)), term.kind, term.how, term.value, bits, net)
                for name, value in zip(terms, row, strict=True):
                    terms[name].append(value)
    types = [pa.int32(), pa.int32(), pa.int32(), pa.string(), pa.string(), pa.string(), pa.int32(), pa.uint64()]
    validity = {
        "indicator": pa.array(range(len(live)), pa.int32()),
        "since": pa.array([item.since for item in live], pa.int64()),
        "until": pa.array([item.until for item in live], pa.int64()),
    }
    return {
        "terms": pa.table([pa.array(terms[name], kind) for name, kind in zip(terms, types, strict=True)], list(terms)),
        "clauses": pa.table({name: pa.array(values, pa.int32()) for name, values in clauses.items()}),
        "validity": pa.table(validity),
    }


def _prefix(value: str) -> tuple[int | None, int | None]:
    """Return the length of an IPv4 range's prefix and the number that it makes; nothing of IPv6 ranges."""
    network = ip_network(value)
    if network.version != 4:  # noqa: PLR2004 - IPv4
        return None, None
    return network.prefixlen, int(network.network_address) >> (32 - network.prefixlen)


def _in_wide_networks(lake: Lake, terms: pa.Table) -> pa.Table:
    """Return the IPv6 addresses of the case that lie in ranges looked for: field, value, term."""
    ranges: dict[int, dict[int, list[int]]] = {}  # by prefix length, by the number that the prefix makes
    for row in terms.select(["term", "kind", "value", "bits"]).to_pylist():
        if row["kind"] == "network" and row["bits"] is None:
            network = ip_network(row["value"])
            number = int(network.network_address) >> (_V6_BITS - network.prefixlen)
            ranges.setdefault(network.prefixlen, {}).setdefault(number, []).append(row["term"])
    found: dict[str, list[Any]] = {"field": [], "value": [], "term": []}
    for column in ("src_endpoint.ip", "dst_endpoint.ip") if ranges else ():
        for (text,) in lake.query(_V6.format(column)):
            number = _number(text)
            for term in (term for bits, of in ranges.items() for term in of.get(number >> (_V6_BITS - bits), ())):
                for name, value in zip(found, (column, text, term), strict=True):
                    found[name].append(value)
    types = (pa.string(), pa.string(), pa.int32())
    return pa.table({name: pa.array(found[name], kind) for name, kind in zip(found, types, strict=True)})


def _number(text: str) -> int:
    try:
        return int(ip_address(text))
    except ValueError:
        return 0  # a service's name, which lies in no range


def as_row(indicator: Indicator) -> dict[str, Any]:
    """Return an indicator as a row of a table."""
    clauses = [[[term.kind, term.value, term.how] for term in clause] for clause in indicator.clauses]
    names = (
        "uid",
        "name",
        "source",
        "reason",
        "refused",
        "since",
        "until",
        "revoked",
        "modified",
        "tlp",
        "confidence",
        "context",
    )
    return {name: getattr(indicator, name) for name in names} | {"clauses": json.dumps(clauses)}
