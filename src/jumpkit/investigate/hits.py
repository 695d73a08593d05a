"""The hits of a case by rule, origin and day, few enough to think about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from jumpkit.investigate.moments import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from jumpkit.investigate.identity import IdentityKey
    from jumpkit.investigate.origins import Chains
    from jumpkit.model.finding import Origin
    from jumpkit.model.rule import RuleInfo
    from jumpkit.store.lake.read import Lake

STRONG = frozenset({"medium", "high", "critical"})
_MANY = 20_000  # groups; above it a finding keeps its first and last event as samples, and no more
_ENDS = 10  # events kept from either end of a group

_JOINED = """
FROM hits h JOIN rule_of r ON r.rule = h.rule
LEFT JOIN origin_of o ON o.uid IS NOT DISTINCT FROM coalesce(h.principal, 'unknown')
  AND o.session IS NOT DISTINCT FROM h.session AND o.key IS NOT DISTINCT FROM nullif(h.key, '')
"""

_SPOKEN_OF = """
SELECT DISTINCT h.principal, h.session, nullif(h.key, '') FROM hits h
JOIN (SELECT metadata.uid AS uid FROM events WHERE observables IS NOT NULL) e ON e.uid = h.uid
WHERE h.principal IS NOT NULL ORDER BY ALL
"""

# Time and id as one text that sorts as they do: shifted so far, every time that is kept has as many digits.
_SHIFT, _DIGITS = 1 << 62, 19
_MARK = f"(h.time + {_SHIFT}) || h.uid"


@dataclass(slots=True)
class Group:
    """The events of one rule and one origin on one day (or in all, where the case is short)."""

    rule: str
    origin: int
    day: int
    events: int
    first: int
    last: int
    principals: dict[str, int]  # uid -> events
    sample: list[tuple[int, str]]  # (time, event id), from either end


@dataclass(frozen=True, slots=True)
class Origins:
    """The distinct origins of a case, by number, and the tables by which statements find them."""

    numbered: tuple[Origin, ...]
    table: pa.Table  # uid, session, key -> origin
    rules: pa.Table  # rule, strong, again

    def lent(self, lake: Lake) -> AbstractContextManager[None]:
        """Lend `origin_of` and `rule_of` to the lake."""
        return lake.lent(origin_of=self.table, rule_of=self.rules)


def spoken_of(lake: Lake, chains: Chains) -> dict[IdentityKey, Origin]:
    """Return those of whom detection services' findings speak and who made no call in the case: each its own origin."""
    return {who: chains.origin(who) for who in lake.query(_SPOKEN_OF) if who not in chains.chains}


def number_origins(
    chains: Chains, infos: Mapping[str, RuleInfo], others: Mapping[IdentityKey, Origin] | None = None
) -> Origins:
    """Return the origins sorted by uid, `others` among them; of rules, those whose matches are findings."""
    origins = {who: chain.origin for who, chain in chains.chains.items()} | dict(others or {})
    best: dict[str, Origin] = {}
    for origin in origins.values():
        held = best.get(origin.uid)
        if held is None or (origin.resolved and not held.resolved):
            best[origin.uid] = origin
    numbered = tuple(best[uid] for uid in sorted(best))
    place = {origin.uid: number for number, origin in enumerate(numbered)}
    uids, sessions, keys = zip(*origins, strict=True) if origins else ((), (), ())
    table = pa.table(
        {
            "uid": pa.array(uids, pa.string()),
            "session": pa.array(sessions, pa.string()),
            "key": pa.array(keys, pa.string()),
            "origin": pa.array([place[origin.uid] for origin in origins.values()], pa.int32()),
        }
    )
    finding = [info for info in infos.values() if info.findings]
    rules = pa.table(
        {
            "rule": pa.array([info.rule for info in finding], pa.string()),
            "strong": pa.array([info.severity in STRONG for info in finding], pa.bool_()),
            "again": pa.array([info.correlation for info in finding], pa.bool_()),  # may name an event twice
        }
    )
    return Origins(numbered, table, rules)


def bucket(lake: Lake, longest: int) -> int:
    """Return the width in ms by which hits are grouped: a day, or all of a case that is shorter than `longest`."""
    ((first, last),) = lake.query("SELECT min(time), max(time) FROM hits")
    return DAY_MS if first is not None and last - first > longest else 1 << 62


def groups(lake: Lake, origins: Origins, width: int) -> list[Group]:
    """Return the hits grouped, sorted by rule, origin and day; a hit of no known identity has origin -1."""
    one = f"SELECT h.rule, coalesce(o.origin, -1), h.time // {width} AS day, coalesce(h.principal, 'unknown')"
    counted = f"""{one}, count(*), min(h.time), max(h.time) {_JOINED} WHERE NOT r.again GROUP BY 1, 2, 3, 4 UNION ALL
           {one}, count(DISTINCT h.uid), min(h.time), max(h.time) {_JOINED} WHERE r.again GROUP BY 1, 2, 3, 4
           ORDER BY 1, 2, 3, 4"""
    found: list[Group] = []
    with origins.lent(lake):
        for rule, origin, day, principal, events, first, last in lake.query(counted):
            latest = found[-1] if found else None
            if latest is None or (latest.rule, latest.origin, latest.day) != (rule, origin, day):
                found.append(Group(rule, origin, day, events, first, last, {principal: events}, []))
                continue
            latest.events += events
            latest.first, latest.last = min(latest.first, first), max(latest.last, last)
            latest.principals[principal] = events
        _sample(lake, found, width)
    return found


def _sample(lake: Lake, found: Sequence[Group], width: int) -> None:
    """Put the first and last events of each group into it."""
    ends = _ENDS if len(found) <= _MANY else 1
    marked = f"""SELECT h.rule, coalesce(o.origin, -1), h.time // {width}, min({_MARK}, {ends}), max({_MARK}, {ends})
           {_JOINED} GROUP BY 1, 2, 3"""
    place = {(group.rule, group.origin, group.day): group for group in found}
    for rule, origin, day, first, last in lake.query(marked):
        place[rule, origin, day].sample.extend(_unmarked(mark) for mark in sorted({*first, *last}))


def _unmarked(mark: str) -> tuple[int, str]:
    """Return time and id of a marked event."""
    return int(mark[:_DIGITS]) - _SHIFT, mark[_DIGITS:]
