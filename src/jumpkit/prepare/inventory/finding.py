"""Looks one thing up at its provider, and what hangs together with it: a target is what the provider says it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import NotFound, ProviderError, Unreadable
from jumpkit.kit.expressions import filled, values
from jumpkit.model.inventory import Gap, Item, Place
from jumpkit.prepare.inventory.kinds import One
from jumpkit.prepare.inventory.reading import Narrow, one, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.model.action import Cloud
    from jumpkit.prepare.inventory.kinds import Around, Kind


@dataclass(frozen=True, slots=True)
class Estate:
    """Where things are looked up: a cloud, the place, and the kinds that are known."""

    cloud: Cloud
    account: str
    region: str | None
    kinds: Mapping[str, Kind]
    partition: str = "aws"

    def place(self, kind: Kind) -> Place:
        """Return where a kind is asked for."""
        return Place(self.account, self.region if kind.reach == "region" else None, self.partition)


@dataclass(frozen=True, slots=True)
class Relation:
    """Others that hang together with a thing; with gaps the list is a floor."""

    name: str
    kind: str
    items: tuple[Item, ...]
    gaps: tuple[Gap, ...]


def find(estate: Estate, kind: str, uid: str) -> Item | None:
    """Return the thing of this id, ARN or name as the provider tells it now; None where it says that there is none.

    Raises:
        Denied, Unreachable, ProviderError: it could not be asked, and nothing is known.

    """
    what = _known(estate, kind)
    last = uid.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    native = last if uid.startswith("arn:") and (what.ask.service == "ec2" or str(what.arn).startswith("arn:")) else uid
    single = what.one or One(None, None)
    narrow = Narrow(single.ask, single.over, {"id": native, "last": last}, uid=uid)
    try:
        found = one(estate.cloud, what, estate.place(what), narrow)
    except NotFound:
        return None
    exact = [item for item in found if uid in (item.uid, item.arn)] or found
    if len(exact) > 1:
        raise Unreadable(f"{len(exact)} things are called so", target=uid, hint="name it by its id or ARN")
    return exact[0] if exact else None


def around(estate: Estate, item: Item) -> list[Relation]:
    """Return what hangs together with a thing, each way that its kind names, as the provider tells it now."""
    return [_relation(estate, item, way) for way in estate.kinds[item.kind].around]


def trusted(item: Item) -> list[dict[str, Any]]:
    """Return who may assume a role, by its trust policy: one row a statement and principal, as the policy has it."""
    policy = item.body.get("AssumeRolePolicyDocument") or {}
    said = policy.get("Statement") or []
    found = []
    for each in said if isinstance(said, list) else [said]:
        principals = each.get("Principal") or {"not": each.get("NotPrincipal")}
        for kind, names in (principals if isinstance(principals, dict) else {"AWS": principals}).items():
            for name in names if isinstance(names, list) else [names]:
                row = {"effect": each.get("Effect"), "kind": kind, "principal": name}
                found.append(row | {"action": each.get("Action"), "condition": each.get("Condition")})
    return found


def _relation(estate: Estate, item: Item, way: Around) -> Relation:
    kind = estate.kinds[way.kind]
    there = replace(estate, region=item.region or estate.region)
    of = {**item.body, "id": item.uid, "arn": item.arn, "name": item.name}
    if way.ids is not None:
        found, gaps = _each(there, kind, way, of)
        return Relation(way.name, kind.kind, found, gaps)
    if way.parameters is not None:
        parameters = filled(way.parameters, of)
        narrow = Narrow(replace(kind.ask, parameters=parameters), parent=parameters if kind.over else None)
        reading = read(there.cloud, kind, there.place(kind), narrow)
        return Relation(way.name, kind.kind, reading.items, reading.part.gaps)
    reading = read(there.cloud, kind, there.place(kind))
    wanted = {str(each) for each in values(way.of, of)}
    held = tuple(each for each in reading.items if wanted & {str(one) for one in values(way.holds, each.body)})
    return Relation(way.name, kind.kind, held, reading.part.gaps)


def _each(estate: Estate, kind: Kind, way: Around, of: Mapping[str, Any]) -> tuple[tuple[Item, ...], tuple[Gap, ...]]:
    """Look up each of the ids that a thing names; one that is not there any more is a gap."""
    found: dict[str, Item] = {}
    gaps = []
    for uid in dict.fromkeys(str(each) for each in values(way.ids, of)):
        try:
            item = find(estate, kind.kind, uid)
        except (ProviderError, Unreadable) as error:
            code = getattr(error, "code", None) or error.kind
            gaps.append(Gap(None, kind.ask.label, code, f"{uid}: {error.message}", None))
            continue
        if item is None:
            gaps.append(Gap(None, kind.ask.label, "not_there", f"{uid} is named, and is not there", None))
        else:
            found[item.uid] = item
    return tuple(found.values()), tuple(gaps)


def _known(estate: Estate, kind: str) -> Kind:
    found = estate.kinds.get(kind)
    if found is None:
        raise NotFound(f"there is no kind {kind}", target=kind, hint=f"one of {', '.join(estate.kinds)}")
    return found
