"""The rules of a run, and what becomes of events that were stored before a rule was known."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jumpkit.app.lakes import HITS, open_case, retired
from jumpkit.app.triage.hits import HitRows, hit_table
from jumpkit.app.triage.tranche import move
from jumpkit.collect import Limits, read
from jumpkit.detect import Engine, RuleSet, load
from jumpkit.kit.clock import stamp
from jumpkit.model.artifact import Chunk, Sealed
from jumpkit.model.batch import Batch
from jumpkit.model.rule import RuleInfo
from jumpkit.normalize import Readers
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch
from jumpkit.store.lake.leaves import leaf
from jumpkit.store.lake.schema import HIT
from jumpkit.store.lake.write import SegmentWriter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.app.triage.request import Request
    from jumpkit.app.workspace import Desk
    from jumpkit.store.book.book import Row

_ADDRESS = ("sha256", "member", "index")


@dataclass(frozen=True, slots=True)
class Catchup:
    """Rules that the case's stored events have not met yet, and rules whose older hits no longer count."""

    fresh: frozenset[str]
    changed: frozenset[str]


def load_rules(home: Path, request: Request) -> RuleSet:
    """Return the rules that were asked for; what cannot run is among its infos with a reason."""
    return load(request.rules, own=request.own_rules, cache=home / "cache" / "rules")


def catchup(desk: Desk, case: str, rules: RuleSet) -> Catchup:
    """Return what the case's stored events have still to meet."""
    with desk.book.read() as tx:
        applied = {row["rule"]: row["digest"] for row in tx.rows("rule_applied", case=case)}
        stored = tx.count("segment", case=case)
    live = {info.rule: info.digest for info in rules.infos if info.live and not info.correlation}
    changed = {rule for rule, digest in live.items() if applied.get(rule, digest) != digest}
    fresh = {rule for rule in live if rule not in applied} | changed
    return Catchup(frozenset(fresh if stored else ()), frozenset(changed))


def rule_rows(case: str, run: str, rules: RuleSet) -> list[Row]:
    """Return the rows that say which rules every stored event of the case has met."""
    rows: dict[str, Row] = {}
    for info in rules.infos:
        row = {"case": case, "rule": info.rule, "digest": info.digest, "info": json.dumps(asdict(info)), "run": run}
        if info.rule not in rows or info.live:
            rows[info.rule] = row | {"live": int(info.live), "reason": info.reason}
    return list(rows.values())


def known_infos(desk: Desk, case: str, rules: RuleSet) -> dict[str, RuleInfo]:
    """Return what is known of every rule that this case ever met, those of this run first."""
    with desk.book.read() as tx:
        rows = tx.rows("rule_applied", case=case)
    infos = {row["rule"]: _info(json.loads(row["info"])) for row in rows}
    return infos | {info.rule: info for info in rules.infos if info.live or info.rule not in infos}


def _info(values: dict[str, object]) -> RuleInfo:
    lists = ("sources", "attack", "tactics", "false_positives")
    return RuleInfo(**{name: tuple(value) if name in lists else value for name, value in values.items()})  # type: ignore[arg-type]  # written by asdict


def rematch(desk: Desk, case: str, rules: RuleSet, run: str) -> int:
    """Let the case's stored events meet the rules that they have not met, and return how many hits that gave."""
    todo = catchup(desk, case, rules)
    if not todo.fresh:
        return 0
    forgotten, gone = _forget(desk, case, run, todo.changed) if todo.changed else ([], [])
    table = _hits(desk, case, rules.subset(lambda info: info.rule in todo.fresh))
    files = [_store(desk, case, table, f"later-{run}")] if table.num_rows else []
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        append(pen, case, "rules.rematched", {"run": run, "rules": sorted(todo.fresh), "hits": table.num_rows})
        vouch(pen, case, "segment", [row for row in forgotten if "segment" in row])
        files += [row for row in forgotten if "segment" not in row]
        vouch(pen, case, "file_", [*files, *retired(desk, case, gone)])
        vouch(pen, case, "rule_applied", rule_rows(case, run, rules))
    for path in gone:
        (desk.home / path).unlink(missing_ok=True)
    return int(table.num_rows)


def _hits(desk: Desk, case: str, rules: RuleSet) -> pa.Table:
    """Return the hits of `rules` among the events that the lake keeps."""
    parts = [part for sealed in _artifacts(desk, case) for part in _of_artifact(sealed, rules, desk.limits())]
    if not parts:
        return HIT.empty_table()
    found = pa.concat_tables(parts, promote_options="permissive")
    with open_case(desk, case) as lake:
        kept = lake.arrow(
            "SELECT metadata.uid AS kept, record.sha256 AS sha256, coalesce(record.member, '') AS member,"
            " record.index AS index FROM events"
        )
    joined = found.join(kept, keys=list(_ADDRESS), join_type="inner")
    joined = joined.set_column(joined.schema.get_field_index("uid"), "uid", joined.column("kept"))
    return joined.select(HIT.names).cast(HIT).combine_chunks()


def _artifacts(desk: Desk, case: str) -> list[Sealed]:
    with desk.book.read() as tx:
        names = tx.values("artifact", "sha256", case=case)
    return [desk.artifact(sha256) for sha256 in names]


def _of_artifact(sealed: Sealed, rules: RuleSet, limits: Limits) -> Iterator[pa.Table]:
    engine, reader = Engine(rules), Readers()
    for batch in _batches(sealed, reader, limits):
        found = engine.match(batch)
        if not len(found.row):
            continue
        names = [info.rule for info in rules.infos]
        table = hit_table(batch.table, HitRows(names, found.rule, found.row, found.fields), 0)
        rows = pa.array(found.row)
        for name in _ADDRESS:
            values = leaf(batch.table, ("record", name)).take(rows)
            text = name != "index"
            table = table.append_column(name, pc.fill_null(values.cast(pa.string()), "") if text else values)
        plain = [
            (field.name, pa.string() if pa.types.is_dictionary(field.type) else field.type) for field in table.schema
        ]
        yield table.cast(pa.schema(plain))


def _batches(sealed: Sealed, reader: Readers, limits: Limits) -> Iterator[Batch]:
    """Yield the batches of an artifact; what was turned away was said when the artifact first came in."""
    for chunk in read(sealed, limits):
        if isinstance(chunk, Chunk):
            yield from (item for item in reader.feed(chunk) if isinstance(item, Batch))
    yield from (item for item in reader.flush() if isinstance(item, Batch))


def _store(desk: Desk, case: str, table: pa.Table, name: str) -> Row:
    target = Path("lake") / case / "hits" / f"{name}.parquet"
    writer = SegmentWriter(desk.home / "cache" / "runs" / f"{name}.parquet", HIT, kind="hits")
    writer.append(table)
    written = writer.close()
    row: dict[str, object] = {"case": case, "path": target.as_posix(), "kind": HITS, "sha256": written.sha256}
    row |= {"size": written.size, "made": stamp(desk.clock())}
    move(written.path, desk.home / target)
    return row


def _without(path: Path, rules: frozenset[str]) -> pa.Table | None:
    """Return the hits of a file without those of `rules`, None where it holds none of them."""
    table = pq.read_table(path, schema=HIT)
    keep = pc.invert(pc.is_in(table.column("rule").cast(pa.string()), value_set=pa.array(sorted(rules))))
    return None if pc.all(keep).as_py() is not False else table.filter(keep)


def _forget(desk: Desk, case: str, run: str, rules: frozenset[str]) -> tuple[list[Row], list[str]]:
    """Write the segments' hits again without those of `rules`; return the rows, and the files then left over."""
    with desk.book.read() as tx:
        segments = [row for row in tx.rows("segment", case=case) if row["hits_path"]]
        later = tx.rows("file_", case=case, kind=HITS)
    rows: list[Row] = []
    gone: list[str] = []
    for place, file in enumerate(later):
        kept = _without(desk.home / file["path"], rules)
        if kept is not None:
            rows.append(_store(desk, case, kept, f"kept-{place}-{run}"))
            gone.append(file["path"])
    for segment in segments:
        kept = _without(desk.home / segment["hits_path"], rules)
        if kept is None:
            continue
        written = _store(desk, case, kept, f"{segment['segment']}-{run}")
        new = {"hits_path": written["path"], "hits_sha256": written["sha256"], "hits_size": written["size"]}
        rows.append(segment | new | {"hits": kept.num_rows})
        gone.append(segment["hits_path"])
    return rows, gone
