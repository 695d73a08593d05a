"""Reads an estate from its provider into the workspace: accounts, regions, every kind, and what stayed unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jumpkit.app import inventorybook as book
from jumpkit.app.inventoryspool import Spool, path_of, spooled
from jumpkit.app.workspace import writing
from jumpkit.cloud.aws.calls import Aws, regions_of
from jumpkit.kit.digest import canonical
from jumpkit.kit.errors import BadUsage
from jumpkit.prepare.inventory.estate import Account, Entered, accounts, caller, entered, regions
from jumpkit.prepare.inventory.kinds import chosen, load
from jumpkit.prepare.inventory.owners import TagNames, belonging, names_of
from jumpkit.prepare.inventory.sync import Ground, sync, units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from jumpkit.app.workspace import Opening
    from jumpkit.cloud.aws.door import Access
    from jumpkit.model.inventory import Gap
    from jumpkit.prepare.inventory.estate import Caller
    from jumpkit.prepare.inventory.kinds import Kind

_ACCOUNT = "{account}"
_LISTED = 200
Step = Callable[[int, int], None]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be read: nothing named is all."""

    access: Access
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What was found out before the first part: who asks, which accounts, which regions of each."""

    who: Caller
    entered: tuple[Entered, ...]
    ground: tuple[Ground, ...]
    told: tuple[dict[str, Any], ...]  # a map an account
    gaps: tuple[dict[str, Any], ...]


def synced(opening: Opening, wish: Wish, step: Step) -> dict[str, Any]:
    """Read an estate and return what was found and what stayed unknown.

    Raises:
        Denied: nobody is there to ask with.
        Busy: another process goes on with the same sync.

    """
    kinds = chosen(load(), wish.kinds)
    scope = _scope(wish)
    request: Json = {"accounts": sorted(wish.accounts), "regions": sorted(wish.regions), "kinds": list(kinds)}
    request |= {"role": wish.access.role_arn, "account": scope.who.account}
    with writing(opening) as desk:
        begun = book.begin(desk, request, scope.who.arn, fresh=wish.fresh)
    with spooled(opening.home, begun.sync) as spool:
        spool.drop([key for key, part in spool.parts.items() if part["state"] in ("unknown", "partial")])
        done = frozenset(spool.parts)
        sync(units(scope.ground, kinds.values(), done), _offered, spool.add, step)
        told = _told(scope, spool, begun)
        with writing(opening) as desk:
            names = TagNames(
                *(names_of(str(desk.setting(f"{name}_tags"))) for name in ("owner", "criticality", "data"))
            )
            paths = _write(
                opening.home, begun.sync, _rows(begun.sync, spool, kinds, names), _parts(begun.sync, spool, scope)
            )
            told["finished"] = book.finish(desk, begun.sync, told, paths)
        path_of(opening.home, begun.sync).unlink(missing_ok=True)
    return told


def _scope(wish: Wish) -> Scope:
    pattern = wish.access.role_arn
    if pattern is not None and _ACCOUNT not in pattern and len(wish.accounts) > 1:
        raise BadUsage("one role cannot enter several accounts", target=pattern, hint=f"write {_ACCOUNT} in it")
    single = pattern is not None and _ACCOUNT not in pattern
    own = Aws(wish.access if single else replace(wish.access, role_arn=None, external_id=None))
    who = caller(own)
    gap: Gap | None = None
    if wish.accounts:
        listed = [Account(name) for name in sorted(wish.accounts)]
    else:
        listed, gap = accounts(own, who.account)

    def enter(account: str) -> Aws:
        return Aws(replace(wish.access, role_arn=str(pattern).replace(_ACCOUNT, account)))

    found = tuple(entered(each, who, own, enter if pattern and not single else None) for each in listed)
    gaps = [_gap(gap, who.account, "account")] if gap else []
    ground, told = [], []
    for each in found:
        here, more = _grounded(each, wish, who)
        told.append(more)
        if here is not None:
            ground.append(here)
            gaps += [_gap(more["regions_gap"], each.account.account, "region")] if more["regions_gap"] else []
    told = [{name: value for name, value in each.items() if name != "regions_gap"} for each in told]
    return Scope(who, found, tuple(ground), tuple(told), tuple(gaps))


def _grounded(each: Entered, wish: Wish, who: Caller) -> tuple[Ground | None, dict[str, Any]]:
    """Return where an account is read, and what is told of it."""
    account = each.account
    told: dict[str, Any] = {"account": account.account, "name": account.name, "status": account.status}
    told |= {"covered": each.cloud is not None, "regions": [], "not_enabled": [], "regions_gap": None}
    if each.cloud is None:
        return None, told | {"because": asdict(each.gap) if each.gap else None}
    found = regions(each.cloud, lambda: regions_of("ec2", who.partition))
    used = tuple(name for name in found.used if not wish.regions or name in wish.regions)
    told |= {"regions": list(used), "not_enabled": list(found.idle), "because": None, "regions_gap": found.gap}
    return Ground(account.account, each.cloud, who.partition, used, account.account == who.account), told


def _told(scope: Scope, spool: Spool, begun: book.Begun) -> dict[str, Any]:
    parts = spool.sorted()
    states = Counter(part["state"] for part in parts)
    by_kind: Counter[str] = Counter()
    for part in parts:
        by_kind[part["kind"]] += part["items"]
    unknown = [*scope.gaps, *_unknown(parts)]
    uncovered = [each for each in scope.told if not each["covered"]]
    counts = {"items": sum(part["items"] for part in parts), "parts": len(parts)}
    counts |= {state: states[state] for state in ("known", "partial", "unknown", "not_offered")}
    counts |= {"accounts": len(scope.told), "uncovered": len(uncovered)}
    return {
        "schema": "inventory-sync/1",
        "sync": begun.sync,
        "started": begun.started,
        "finished": None,
        "resumed": begun.resumed,
        "caller": {"account": scope.who.account, "arn": scope.who.arn},
        "accounts": list(scope.told),
        "uncovered": [{name: each[name] for name in ("account", "name", "status", "because")} for each in uncovered],
        "counts": counts,
        "by_kind": dict(sorted(by_kind.items())),
        "unknown": unknown[:_LISTED],
        "more_unknown": max(0, len(unknown) - _LISTED),
        "whole": not unknown and not uncovered,
    }


def _unknown(parts: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in parts:
        if part["state"] in ("unknown", "partial"):
            place = {"account": part["place"]["account"], "region": part["place"]["region"], "kind": part["kind"]}
            for gap in part["gaps"]:
                yield place | {"state": part["state"]} | gap


def _gap(gap: Gap, account: str, kind: str) -> dict[str, Any]:
    return {"account": account, "region": None, "kind": kind, "state": "unknown"} | asdict(gap)


def _write(home: Path, name: str, rows: Iterator[Json], parts: Iterator[Json]) -> tuple[str, str]:
    from jumpkit.store.lake.inventory import ITEMS, PARTS, write  # noqa: PLC0415 - Arrow, when all is read

    paths = f"{book.FOLDER}/{name}-items.parquet", f"{book.FOLDER}/{name}-parts.parquet"
    write(home / paths[0], ITEMS, rows)
    write(home / paths[1], PARTS, parts)
    return paths


def _rows(name: str, spool: Spool, kinds: Mapping[str, Kind], names: TagNames) -> Iterator[Json]:
    for item in spool.items():
        yield _row(name, item, kinds[item["kind"]], names)


def _parts(name: str, spool: Spool, scope: Scope) -> Iterator[Json]:
    """Yield a row a part; accounts that nobody entered, and lists of accounts and regions that were refused, too."""
    for gap in scope.gaps:
        place = {"account": gap["account"], "region": None, "kind": gap["kind"], "state": "unknown"}
        yield _part(name, place | {"items": 0, "seen_at": None, "gaps": [_only(gap)]})
    for each in scope.told:
        if not each["covered"]:
            place = {"account": each["account"], "region": None, "kind": None, "state": "uncovered"}
            yield _part(name, place | {"items": 0, "seen_at": None, "gaps": [each["because"]]})
    for part in spool.sorted():
        yield _part(name, {**part, **part["place"]})


def _only(gap: Json) -> Json:
    return {name: gap[name] for name in ("field", "call", "code", "because", "lacks", "items")}


def _row(sync_: str, item: Mapping[str, Any], kind: Kind, names: TagNames) -> dict[str, Any]:
    said = belonging(item["tags"], names)
    same = ("kind", "provider", "uid", "arn", "name", "created", "seen_at", "digest")
    return {
        "sync": sync_,
        "account": item["place"]["account"],
        "region": item["region"],
        "category": kind.category,
        "model": kind.model,
        **{name: item[name] for name in same},
        **{name: canonical(item[name]).decode("utf-8", "replace") for name in ("tags", "body", "gaps")},
        "owner": said.owner,
        "criticality": said.criticality,
        "data_classes": None if said.data_classes is None else list(said.data_classes),
    }


def _part(name: str, part: Json) -> Json:
    told = {key: part[key] for key in ("account", "region", "kind", "state", "items", "seen_at")}
    return told | {"sync": name, "provider": "aws", "gaps": canonical(part["gaps"]).decode("utf-8", "replace")}


@lru_cache(maxsize=512)
def _offered(service: str, partition: str) -> list[str]:
    return regions_of(service, partition)
