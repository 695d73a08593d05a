"""What logs do not show of a store: whether reading it would have been recorded, and whether there was access."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.responsible import HELD, HELD_BY
from jumpkit.kit.refusals import REFUSED
from jumpkit.kit.text import sql_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jumpkit.investigate.coverage.trails import Trails
    from jumpkit.investigate.loss.table import Kind, Stores
    from jumpkit.investigate.responsible import Held
    from jumpkit.model.finding import BlindSpot
    from jumpkit.store.lake.read import Lake

_BROKEN = frozenset({"gap", "feed_ends_early", "feed_begins_late"})
_SEEN = f"""
WITH {HELD},
told AS (
  SELECT e.api.service.name AS service, e.api.operation AS operation, e.cloud.account.uid AS account,
         e.cloud.region AS region, e.time, e.metadata.uid AS uid, e.status_code AS error, h.uid IS NOT NULL AS held,
         CASE WHEN json_valid(e.api.request.data) THEN e.api.request.data END AS said
  FROM events e {HELD_BY}
  WHERE e.api.service.name IN (SERVICES) AND e.metadata.log_name = 'aws/cloudtrail'),
named AS (SELECT * EXCLUDE (said), unnest(NAMES) AS name FROM told)
SELECT service, operation, account, region, held, name.kind, name.store,
       count(*) FILTER (error IS NULL), count(*) FILTER (regexp_matches(error, '{REFUSED}')), min(time), max(time),
       min({{'time': time, 'uid': uid}}, 5) FILTER (error IS NULL)
FROM named GROUP BY ALL ORDER BY ALL
"""  # noqa: S608 - constants
_AT_HAND = r"""
SELECT cloud.account.uid, CASE WHEN data THEN service ELSE 'management' END, list(DISTINCT hour)
FROM (SELECT cloud, api.service.name AS service, time // 3600000 AS hour,
             regexp_matches(unmapped, '"eventCategory"\s*:\s*"Data"|"managementEvent"\s*:\s*false') AS data
      FROM events WHERE metadata.log_name = 'aws/cloudtrail' AND (time >= ? AND time <= ?)
        AND (is_read OR is_read IS NULL))
GROUP BY 1, 2
"""


@dataclass(slots=True)
class Touched:
    """A store, or all of a service in one region of an account, as calls of those who count and of others name it."""

    kind: Kind
    account: str | None
    region: str | None
    store: str | None
    done: int = 0  # calls of theirs that succeeded
    refused: int = 0
    others: int = 0
    operations: set[str] = field(default_factory=set)
    first: int | None = None
    last: int | None = None
    events: list[str] = field(default_factory=list)


def touched(lake: Lake, table: Stores, held: Held) -> list[Touched]:
    """Return every store that a call names, and each service whose calls show access without naming a store."""
    services = ", ".join(sorted({sql_text(service) for kind in table.kinds for service in kind.services}))
    statement = _SEEN.replace("SERVICES", services).replace("NAMES", _names(table))
    by_service: dict[str, list[Kind]] = {}
    for kind in table.kinds:
        by_service.setdefault(kind.service, []).append(kind)
    kinds = {kind.kind: kind for kind in table.kinds}
    found: dict[tuple[Any, ...], Touched] = {}
    for service, operation, account, region, own, name, store, *counts in lake.query(statement, held.columns):
        wanted = [kinds[name]] if name else by_service.get(service, ())
        for kind in (kind for kind in wanted if kind.touches(operation)):
            here = _bare(store) if name else None
            bucket = kind.kind == "s3_bucket"  # names of buckets are one space over all accounts
            place = (kind.kind, None if bucket and here else account, None if bucket else region, here)
            each = found.setdefault(place, Touched(kind, account, region, here))
            _count(each, operation, counts, own=own)
    return [found[place] for place in sorted(found, key=str)]


def _count(each: Touched, operation: str, counts: Sequence[Any], *, own: bool) -> None:
    """Add calls to what is known of a store."""
    done, refused, first, last, ids = counts
    if not own:
        each.others += done
        return
    each.refused += refused
    each.done += done
    if done:
        each.operations.add(operation)
        each.first = first if each.first is None else min(each.first, first)
        each.last = last if each.last is None else max(each.last, last)
        each.events.extend(known["uid"] for known in ids or ())


def _bare(store: str | None) -> str | None:
    return re.split("[:/]", store)[-1] if store and store.startswith("arn:") else store


def _names(table: Stores) -> str:
    """Return an expression for the stores that a request may name, by service; without one there is a row of nulls."""
    arms = []
    services = sorted({kind.service for kind in table.kinds})
    for service in services:
        named = [kind for kind in table.kinds if kind.service == service and kind.store]
        texts = [
            f"{{'kind': {sql_text(kind.kind)}, 'store': coalesce({', '.join([*map(_path, kind.store), 'NULL'])})}}"
            for kind in named
        ]
        if texts:
            kept = f"list_filter([{', '.join(texts)}], lambda x: x.store IS NOT NULL AND x.store <> '')"
            arms.append(f"WHEN {sql_text(service)} THEN {kept}")
    nothing = "[{'kind': NULL::VARCHAR, 'store': NULL::VARCHAR}]"
    return f"coalesce(nullif(CASE service {' '.join(arms)} END, []), {nothing})"


def _path(path: str) -> str:
    return f"json_extract_string(said, {sql_text(f'$.{path}')})"


@dataclass(frozen=True, slots=True)
class Record:
    """What the case holds of the records of reading: trails' settings, the feed's holes, and which events are there."""

    trails: Trails
    spots: tuple[BlindSpot, ...]
    span: tuple[int, int]
    at_hand: dict[tuple[str | None, str], set[int]]

    def excludes(self, kind: Kind, account: str | None, region: str | None, store: str | None) -> list[str]:
        """Return the events that show reading of a store to have been recorded throughout, empty where none do."""
        ask = self._ask(kind, account, region, store)
        if ask is None or self._broken(account):
            return []
        feed = kind.service if "type" in ask else "management"
        return self.trails.logged(account, region, self.span, ask) if self.at_hand.get((account, feed)) else []

    def why_not(self, kind: Kind, account: str | None) -> str:
        """Return in a sentence why nothing is excluded."""
        if kind.recorded["how"] == "never":
            return "no log of the provider's records such reading"
        what = "reading it is recorded only where a trail's selectors ask for data events"
        if kind.recorded["how"] == "management":
            what = "reading is recorded with the management events"
        broken = self._broken(account)
        if broken:
            return f"{what}, and the record has a hole ({broken})"
        if not any(trail.known_throughout(*self.span) for trail in self.trails.of(account)):
            return f"{what}, and no call or snapshot in the case shows a trail's selectors for the whole time"
        if not self.at_hand.get((account, kind.service if kind.recorded["how"] == "data" else "management")):
            return f"{what}; selectors are known, but none of the events that they ask for is in the case"
        return f"{what}, and the selectors that are known do not ask for all of it"

    def _broken(self, account: str | None) -> str | None:
        """Return what kind of hole the account's record has within the time, if any."""
        for spot in self.spots:
            if spot.account == account and spot.kind in _BROKEN:
                since = None if spot.since is None else spot.since.timestamp() * 1000
                until = None if spot.until is None else spot.until.timestamp() * 1000
                if (since is None or since <= self.span[1]) and (until is None or until >= self.span[0]):
                    return spot.kind
        return None

    @staticmethod
    def _ask(kind: Kind, account: str | None, region: str | None, store: str | None) -> dict[str, Any] | None:
        how = kind.recorded["how"]
        if how == "management":
            return {"source": kind.service, "reads": True}
        if how != "data":
            return None
        arn = kind.recorded["arn"].format(store=store or "", account=account or "", region=region or "")
        return {"type": kind.recorded["type"], "arn": arn if store else arn.removesuffix("/")}


def record(lake: Lake, trails: Trails, spots: Iterable[BlindSpot], span: tuple[int, int]) -> Record:
    """Return what tells whether reading was recorded within a span of time."""
    at_hand = {(account, feed): set(hours) for account, feed, hours in lake.query(_AT_HAND, list(span))}
    return Record(trails, tuple(spots), span, at_hand)
