"""Counts what each principal and asset of some logs does, of old logs to learn and of new ones to compare."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jumpkit.detect.baseline.features import FEATURES, JOINS, SUBJECTS, VOLUMES, Feature, Volume
from jumpkit.kit.refusals import REFUSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.store.lake.read import Lake

SCHEMA = pa.schema(
    [
        ("subject", pa.string()),
        ("name", pa.string()),
        ("feature", pa.string()),
        ("value", pa.string()),  # empty for volumes
        ("events", pa.int64()),  # of a volume: hours in which there was any
        ("days", pa.int64()),  # days on which it was seen
        ("first", pa.int64()),  # ms since 1970
        ("last", pa.int64()),
        ("median", pa.float64()),  # of a volume, over those hours
        ("high", pa.float64()),  # 95 of 100 hours are not above
        ("peak", pa.float64()),
        ("peak_at", pa.int64()),  # ms since 1970, the beginning of that hour
    ]
)
_DAY = 86_400_000
_HOUR = 3_600_000
_COUNTED = """
SELECT {subject} AS subject, {name} AS name, '{feature}' AS feature, {value} AS value, count(*) AS events,
       count(DISTINCT time // {day}) AS days, min(time) AS first, max(time) AS last,
       NULL::DOUBLE AS median, NULL::DOUBLE AS high, NULL::DOUBLE AS peak, NULL::BIGINT AS peak_at
FROM events {joins} WHERE {only} AND ({value}) IS NOT NULL AND ({value}) <> '' GROUP BY ALL

"""
_MEASURED = """
SELECT subject, any_value(name) AS name, '{feature}' AS feature, '' AS value, count(*) AS events,
       count(DISTINCT hour // 24) AS days, min(hour) * {hour} AS first, max(hour) * {hour} AS last,
       median(amount)::DOUBLE AS median, quantile_cont(amount, 0.95)::DOUBLE AS high, max(amount)::DOUBLE AS peak,
       arg_max(hour, amount) * {hour} AS peak_at
FROM (SELECT {subject} AS subject, {name} AS name, time // {hour} AS hour, {amount} AS amount
      FROM events WHERE {only} GROUP BY 1, 3) AS hours
WHERE amount > 0 GROUP BY subject
"""
_SPAN = """
SELECT min(time), max(time), count(*), count(DISTINCT time // 86400000), count(DISTINCT principal.uid) FROM events
"""
_V4, _V6 = 24, 48  # bits of the network that stands for an address


@dataclass(frozen=True, slots=True)
class Span:
    """What was learned from."""

    first: int | None  # ms since 1970
    last: int | None
    events: int
    days: int  # days with any event
    principals: int

    @classmethod
    def of(cls, lake: Lake) -> Span:
        """Return the span of a lake."""
        return cls(*lake.query(_SPAN)[0])


def learn(lake: Lake, ranges: Sequence[str]) -> pa.Table:
    """Return the counts of a lake by SCHEMA; addresses are named by the range given, else by their /24 or /48."""
    with lake.lent(networks=networks(lake, ranges)):
        parts = [lake.arrow(_sql(feature)) for feature in (*FEATURES, *VOLUMES)]
    return pa.concat_tables([part.cast(SCHEMA) for part in parts])


def _sql(feature: Feature | Volume) -> str:
    subject, name, only = SUBJECTS[feature.of]
    shared = {"subject": subject, "name": name, "only": only, "feature": feature.name}
    if isinstance(feature, Volume):
        return _MEASURED.format(**shared, amount=feature.amount.format(refused=REFUSED), hour=_HOUR)
    return _COUNTED.format(**shared, value=feature.value, day=_DAY, joins=JOINS)


def networks(lake: Lake, ranges: Sequence[str]) -> pa.Table:
    """Return every address of a lake with the network that it is counted under."""
    sql = "SELECT DISTINCT {0}.ip FROM events WHERE {0}.ip IS NOT NULL"
    seen = sorted({ip for end in ("src_endpoint", "dst_endpoint") for (ip,) in lake.query(sql.format(end))})
    own = [ip_network(each, strict=False) for each in ranges]
    named = [network_of(ip, own) for ip in seen]
    return pa.table({"ip": pa.array(seen, pa.string()), "network": pa.array(named, pa.string())})


def network_of(ip: str, ranges: Sequence[Any]) -> str | None:
    """Return the range that holds an address, else its /24 or /48; None where it is no address.

    >>> network_of("192.0.2.77", []), network_of("2001:db8:1:2::3", []), network_of("x", [])
    ('192.0.2.0/24', '2001:db8:1::/48', None)
    """
    try:
        address = ip_address(ip)
    except ValueError:
        return None
    for network in ranges:
        if address in network:
            return str(network)
    return str(ip_network((address, _V4 if address.version == 4 else _V6), strict=False))  # noqa: PLR2004 - IPv4
