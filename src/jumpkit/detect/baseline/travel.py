"""Journeys that nobody can have made: one credential at two places sooner than a flight would take."""

from __future__ import annotations

import csv
import io
from bisect import bisect_right
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING

from jumpkit.kit.errors import BadUsage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.store.lake.read import Lake

_FASTEST = 1_000  # km an hour
_NEAREST = 500  # km; addresses are placed no better
_EARTH = 6_371  # km
_STEPS = """
SELECT principal.uid, coalesce(actor.session.uid, actor.user.credential_uid, principal.uid) AS key,
       src_endpoint.ip AS ip, time, metadata.uid AS uid
FROM events WHERE principal.uid IS NOT NULL AND src_endpoint.ip IS NOT NULL
QUALIFY ip IS DISTINCT FROM lag(ip) OVER (PARTITION BY key ORDER BY time, metadata.uid)
     OR ip IS DISTINCT FROM lead(ip) OVER (PARTITION BY key ORDER BY time, metadata.uid)
ORDER BY key, time, uid
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a range of addresses is said to be, in degrees."""

    first: int
    last: int
    version: int
    latitude: float
    longitude: float
    name: str


@dataclass(frozen=True, slots=True)
class Places:
    """Ranges of addresses with their places, as a file of the user's says; sorted by version and first address."""

    ranges: tuple[Place, ...]
    starts: tuple[tuple[int, int], ...]  # (version, first address) of each

    @classmethod
    def read(cls, text: str, name: str) -> Places:
        """Return the places of a CSV with the columns cidr, lat, lon and perhaps name; raises BadUsage."""
        found = []
        for number, row in enumerate(csv.DictReader(io.StringIO(text), skipinitialspace=True), 2):
            try:
                network = ip_network(str(row["cidr"]).strip(), strict=False)
                at = float(str(row["lat"])), float(str(row["lon"]))
            except (KeyError, ValueError) as error:
                hint = "the columns are cidr,lat,lon and perhaps name: 192.0.2.0/24,52.5,13.4,Berlin"
                raise BadUsage(f"line {number} names no place: {error}", target=name, hint=hint) from error
            ends = int(network.network_address), int(network.broadcast_address)
            found.append(Place(*ends, network.version, *at, str(row.get("name") or network)))
        found.sort(key=lambda each: (each.version, each.first, -each.last))
        return cls(tuple(found), tuple((each.version, each.first) for each in found))

    def of(self, ip: str) -> Place | None:
        """Return the place of an address, of nested ranges one that begins nearest to it."""
        try:
            address = ip_address(ip)
        except ValueError:
            return None
        at = bisect_right(self.starts, (int(address.version), int(address)))
        for place in reversed(self.ranges[max(0, at - 8) : at]):
            if place.version == address.version and place.last >= int(address):
                return place
        return None


@dataclass(frozen=True, slots=True)
class Journey:
    """Two calls with one credential from places that are too far apart for the time between them."""

    subject: str
    key: str
    places: tuple[str, str]
    addresses: tuple[str, str]
    kilometers: int
    minutes: int
    events: tuple[str, str]
    at: int  # ms since 1970, of the second call


def journeys(lake: Lake, places: Places) -> list[Journey]:
    """Return the impossible journeys of a case, in order of credential and time."""
    found = []
    steps = lake.query(_STEPS)
    known = {ip: places.of(ip) for ip in {step[2] for step in steps}}
    for (_, key, ip, time, uid), (subject, other, to, later, then) in pairwise(steps):
        begin, end = known[ip], known[to]
        if key != other or ip == to or begin is None or end is None:
            continue
        far = distance(begin, end)
        if far >= _NEAREST and far * 3_600_000 > _FASTEST * (later - time):
            names, addresses = (begin.name, end.name), (ip, to)
            found.append(
                Journey(subject, key, names, addresses, round(far), (later - time) // 60_000, (uid, then), later)
            )
    return found


def distance(one: Place, other: Place) -> float:
    """Return the kilometers between two places along the earth's surface."""
    lat, to = radians(one.latitude), radians(other.latitude)
    half = sin((to - lat) / 2) ** 2 + cos(lat) * cos(to) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * _EARTH * asin(sqrt(half))


def placed(lake: Lake, places: Places) -> tuple[int, int]:
    """Return how many addresses of callers have a place, and how many there are."""
    seen: Sequence[tuple[str]] = lake.query(
        "SELECT DISTINCT src_endpoint.ip FROM events WHERE principal.uid IS NOT NULL AND src_endpoint.ip IS NOT NULL"
    )
    return sum(places.of(ip) is not None for (ip,) in seen), len(seen)
