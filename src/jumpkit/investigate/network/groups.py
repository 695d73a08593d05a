"""Conversations that belong together, summed by the engine; of each group only the heaviest are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jumpkit.investigate.network.items import COLUMNS, EDGES, SUMS, Carried, Edge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.store.lake.read import Lake

MOST = 200  # groups told one by one

_HEAVIEST = "both_ways AND NOT knock DESC, sent + received DESC, client, server, port, proto"


@dataclass(frozen=True, slots=True)
class By:
    """What makes a group: expressions over `edge` (text, then a number or none), whose other side is counted."""

    name: str
    number: str  # NULL where the name alone makes a group
    other: str
    where: str


@dataclass(frozen=True, slots=True)
class Group:
    """Conversations with the same name and number."""

    name: str
    number: int | None
    conversations: int
    answered: int  # both ways, with more than a knock
    both_ways: int
    peers: int  # distinct addresses on the other side
    denied: int  # records
    accepted: int
    carried: Carried
    edges: tuple[Edge, ...]  # the heaviest, EDGES at most


def groups(lake: Lake, by: By, params: Sequence[object] = ()) -> tuple[list[Group], int]:
    """Return the groups that carried most, those that were answered first, and how many more there are."""
    summed = f"""
        SELECT {by.name} AS name, CAST({by.number} AS INTEGER) AS number, count(*),
               count(*) FILTER (both_ways AND NOT knock) AS answered, count(*) FILTER (both_ways) AS mutual,
               count(DISTINCT {by.other}), CAST(sum(denied) AS BIGINT), CAST(sum(asked + replied) AS BIGINT),
               {SUMS.format("")}, sum(sent + received) AS bytes, count(*) OVER () AS every
        FROM edge WHERE {by.where} GROUP BY 1, 2
        ORDER BY answered > 0 DESC, mutual > 0 DESC, bytes DESC, name, number LIMIT {MOST}"""  # noqa: S608 - ours
    rows = lake.query(summed, params)
    inside = _edges(lake, by, params, [(row[0], row[1]) for row in rows])
    found = [_group(row, inside[place]) for place, row in enumerate(rows)]
    return found, int(rows[0][15]) - len(rows) if rows else 0


def _group(row: tuple[Any, ...], inside: Sequence[Edge]) -> Group:
    name, number, conversations, answered, both_ways, peers, denied, accepted, *sums = row[:14]
    counts = conversations, answered, both_ways, peers, denied, accepted
    return Group(name, number, *counts, Carried(*map(int, sums)), tuple(inside))


def _edges(lake: Lake, by: By, params: Sequence[object], keys: Sequence[tuple[str, int | None]]) -> list[list[Edge]]:
    """Return the heaviest conversations of each chosen group."""
    found: list[list[Edge]] = [[] for _ in keys]
    chosen = pa.table(
        {
            "place": pa.array(range(len(keys)), pa.int32()),
            "name": pa.array([name for name, _ in keys], pa.string()),
            "number": pa.array([number for _, number in keys], pa.int32()),
        }
    )
    with lake.lent(chosen=chosen):
        rows: list[tuple[Any, ...]] = lake.query(
            f"""
            SELECT c.place, {COLUMNS}
            FROM (SELECT *, {by.name} AS name, CAST({by.number} AS INTEGER) AS number FROM edge WHERE {by.where}) e
            JOIN chosen c ON c.name = e.name AND c.number IS NOT DISTINCT FROM e.number
            QUALIFY row_number() OVER (PARTITION BY c.place ORDER BY {_HEAVIEST}) <= {EDGES}
            ORDER BY c.place, {_HEAVIEST}""",  # noqa: S608 - our own expressions
            params,
        )
    for place, *values in rows:
        found[place].append(Edge(*values))
    return found
