"""Looks one thing up at its provider, with what hangs together with it; nothing is kept."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from jumpkit.cloud.aws.calls import Aws
from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.prepare.inventory.estate import caller
from jumpkit.prepare.inventory.finding import Estate, around, find, trusted
from jumpkit.prepare.inventory.kinds import load

if TYPE_CHECKING:
    from jumpkit.cloud.aws.door import Access
    from jumpkit.model.inventory import Item


def looked(access: Access, kind: str, uid: str) -> dict[str, Any]:
    """Return a thing as the provider tells it now, and what hangs together with it.

    Raises:
        NotFound: the provider says that there is no such thing.
        Denied, Unreachable, ProviderError: it could not be asked, and nothing is known.

    """
    cloud, kinds = Aws(access), load()
    who = caller(cloud)
    if kind in kinds and kinds[kind].reach == "region" and access.region is None:
        raise BadUsage(f"a thing of the kind {kind} lies in a region", target=uid, hint="name its --region")
    estate = Estate(cloud, who.account, access.region, kinds, who.partition)
    item = find(estate, kind, uid)
    if item is None:
        raise NotFound(f"account {who.account} has no such {kind}", target=uid, hint="another account, or --region")
    others: list[dict[str, Any]] = [
        {
            "name": way.name,
            "kind": way.kind,
            "items": [_brief(each) for each in way.items],
            "gaps": [asdict(gap) for gap in way.gaps],
        }
        for way in around(estate, item)
    ]
    told: dict[str, Any] = {
        "schema": "inventory-look/1",
        "account": who.account,
        "item": _brief(item) | {"body": item.body},
    }
    told |= {"gaps": [asdict(gap) for gap in item.gaps], "around": others}
    told["trusted"] = trusted(item) if kind == "role" else None
    return told


def _brief(item: Item) -> dict[str, Any]:
    names = ("kind", "region", "uid", "arn", "name", "created", "seen_at")
    return {name: getattr(item, name) for name in names} | {"tags": dict(item.tags)}
