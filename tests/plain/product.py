"""The product's own answer for a list of events: read, matched and correlated as triage does it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jumpkit.app.triage.hits import HitRows, hit_table
from jumpkit.detect import Engine, RuleSet, correlate
from jumpkit.model.artifact import Chunk
from jumpkit.model.batch import Batch
from jumpkit.normalize import Reader, load_source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def product_hits(rules: RuleSet, events: Sequence[Mapping[str, Any]]) -> dict[str, set[int]]:
    """Return, by rule id, the positions of matched events; each event gets its position as its id."""
    own = [{**event, "eventID": f"event-{at}"} for at, event in enumerate(events)]
    names = [info.rule for info in rules.infos]
    engine, found = Engine(rules), []
    for batch in batches(own):
        hits = engine.match(batch)
        found.append(hit_table(batch.table, HitRows(names, hits.rule, hits.row, hits.fields), 0))
    if not found:
        return {}
    table = pa.concat_tables(found, promote_options="permissive").sort_by("time")
    told: dict[str, set[int]] = {}
    for part in (table, correlate(rules, table)):
        for rule, uid in zip(part.column("rule").to_pylist(), part.column("uid").to_pylist(), strict=True):
            told.setdefault(rule, set()).add(int(uid.removeprefix("event-")))
    return told


def batches(events: Sequence[Mapping[str, Any]]) -> list[Batch]:
    reader = Reader(load_source("aws/cloudtrail"))
    data = "\n".join(json.dumps(event, ensure_ascii=False) for event in events).encode()
    outcomes = [*reader.feed(Chunk("0" * 64, None, data, 0, last=True)), *reader.flush()]
    strangers = [outcome for outcome in outcomes if not isinstance(outcome, Batch)]
    assert not strangers, strangers[:3]
    return [outcome for outcome in outcomes if isinstance(outcome, Batch)]
