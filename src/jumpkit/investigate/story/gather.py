"""What the events of each story hold: who, from where, when, about which stores, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from jumpkit.investigate.origins import chains
from jumpkit.investigate.placing import Placed
from jumpkit.investigate.story.context import Around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.investigate.story.chain import Chain
    from jumpkit.model.finding import Picture
    from jumpkit.store.lake.read import Lake

_HITS = """
SELECT rule, principal, session, key, min(time), max(time) FROM hits
WHERE rule IN (SELECT unnest(?)) GROUP BY 1, 2, 3, 4, time // 3600000 ORDER BY ALL
"""
_TOLD = """
FROM membership m JOIN hits h ON h.rule = m.rule AND h.principal IS NOT DISTINCT FROM m.principal
  AND h.session IS NOT DISTINCT FROM m.session AND h.key IS NOT DISTINCT FROM m.key
  AND h.time BETWEEN m.since AND m.until
"""
_EVENTS = f"SELECT m.story, count(DISTINCT h.uid) {_TOLD} GROUP BY 1"
_AROUND = f"""
SELECT m.story, list(DISTINCT h.key), list(DISTINCT h.ip), list(DISTINCT h.account), list(DISTINCT h.region),
       list(DISTINCT h.time // 3600000), count(DISTINCT coalesce(h.principal, '') || ' ' || coalesce(h.session, ''))
{_TOLD} GROUP BY 1
"""
_THINGS = rf"""
SELECT m.story, list(DISTINCT e.principal.kind), list_distinct(flatten(list(
  regexp_extract_all(e.api.request.data, '"bucketName"\s*:\s*"([^"]{{1,300}})"', 1)
  || regexp_extract_all(e.api.request.data, '"(arn:aws[^"]{{1,600}})"', 1))))
{_TOLD} JOIN events e ON e.metadata.uid = h.uid GROUP BY 1
"""
_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("rule", "principal", "session", "key")]
    + [(name, pa.int64()) for name in ("since", "until", "story")]
)


@dataclass(slots=True)
class Held:
    """How many events a story rests on, and what they hold."""

    events: int = 0
    keys: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    hours: list[int] = field(default_factory=list)
    identities: int = 0
    kinds: list[str] = field(default_factory=list)
    things: list[str] = field(default_factory=list)

    def around(self, tactics: set[str]) -> Around:
        """Return what context is judged by."""
        return Around(
            frozenset(self.kinds), frozenset(self.keys), self.identities, frozenset(self.addresses),
            frozenset(self.accounts), frozenset(self.regions), tuple(sorted(self.hours)), frozenset(self.things),
            frozenset(tactics),
        )  # fmt: skip


def gather(lake: Lake, picture: Picture, stories: Sequence[Chain]) -> list[Held]:
    """Return for each story what the events of its findings hold."""
    held = [Held() for _ in stories]
    members = _members(lake, picture, stories)
    with lake.lent(membership=members):
        for place, events in lake.query(_EVENTS):
            held[place].events = events
        for place, keys, addresses, accounts, regions, hours, identities in lake.query(_AROUND):
            each = held[place]
            each.keys, each.addresses, each.accounts, each.regions = map(_some, (keys, addresses, accounts, regions))
            each.hours, each.identities = hours, identities
        for place, kinds, things in lake.query(_THINGS):
            held[place].kinds, held[place].things = _some(kinds), _some(things or [])
    return held


def _some(values: Sequence[str | None]) -> list[str]:
    return sorted(value for value in values if value)


def _members(lake: Lake, picture: Picture, stories: Sequence[Chain]) -> pa.Table:
    """Return which hits belong to which story: by rule, identity and stretches of time."""
    place = {signal.uid: number for number, chain in enumerate(stories) for signal in chain.signals}
    placed = Placed(picture.findings, chains(lake))
    rules = sorted({finding.rule for finding in picture.findings})
    rows = []
    for rule, principal, session, key, since, until in lake.query(_HITS, [rules]):
        for finding in placed.of([rule], (principal, session, key or None), since, until):
            if finding.finding in place:
                rows.append((rule, principal, session, key, since, until, place[finding.finding]))
                break
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(_SCHEMA)
    return pa.table([pa.array(values, kind.type) for values, kind in zip(columns, _SCHEMA, strict=True)], _SCHEMA)
