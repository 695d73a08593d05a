"""From matches to rows of the lake's hits: who, when and where of each matched event, taken from its OCSF row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jumpkit.app.triage.about import named
from jumpkit.store.lake.leaves import leaf
from jumpkit.store.lake.schema import HIT, TEXT

_COLUMNS: dict[str, tuple[str, ...]] = {
    "uid": ("metadata", "uid"),
    "time": ("time",),
    "principal": ("principal", "uid"),
    "session": ("principal", "session"),
    "arn": ("actor", "user", "uid_alt"),
    "account": ("cloud", "account", "uid"),
    "region": ("cloud", "region"),
    "ip": ("src_endpoint", "ip"),
    "service": ("api", "service", "name"),
    "operation": ("api", "operation"),
    "error": ("status_code",),
}


@dataclass(frozen=True, slots=True)
class HitRows:
    """Matches of one batch: `rule[i]` (a place in `names`) matched row `row[i]`."""

    names: list[str]
    rule: npt.NDArray[np.int32]
    row: npt.NDArray[np.int32]
    fields: list[str | None]


def hit_table(table: pa.Table, found: HitRows, first_row: int) -> pa.Table:
    """Return the hits of one batch by the schema HIT; `first_row` is where the batch begins in its segment."""
    rows = pa.array(found.row)
    taken = {name: leaf(table, path).take(rows) for name, path in _COLUMNS.items()}
    temporary = leaf(table, ("actor", "session", "uid")).take(rows).cast(pa.string())
    lasting = leaf(table, ("actor", "user", "credential_uid")).take(rows).cast(pa.string())
    taken["key"] = pc.coalesce(temporary, lasting).dictionary_encode()
    observables = leaf(table, ("observables",)).take(rows)
    if observables.null_count < len(observables):
        taken |= named(taken, observables, leaf(table, ("finding_info", "uid")).take(rows))
    taken["rule"] = pa.DictionaryArray.from_arrays(pa.array(found.rule), pa.array(found.names, pa.string()))
    taken["row"] = pa.array(found.row + np.int32(first_row), pa.int32())
    taken["fields"] = pa.array(found.fields, pa.string())
    return pa.table(
        {name: taken[name].cast(TEXT) if HIT.field(name).type == TEXT else taken[name] for name in HIT.names}
    )
