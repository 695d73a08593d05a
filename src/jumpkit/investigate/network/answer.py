"""All that the network says of a case: items by kind, joined to findings and machines, and the limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.concern import concern
from jumpkit.investigate.network.assets import assets
from jumpkit.investigate.network.beacons import beacons, not_examined
from jumpkit.investigate.network.contacts import contacts, odd
from jumpkit.investigate.network.egress import egress
from jumpkit.investigate.network.flows import converse, facts
from jumpkit.investigate.network.items import KINDS, Item, records, shown
from jumpkit.investigate.network.limits import limit, no_flows, standing, uncovered
from jumpkit.investigate.network.moves import History, inbound, lateral
from jumpkit.investigate.network.scans import quiet_knocks, scans, told_edges
from jumpkit.investigate.network.space import Space
from jumpkit.investigate.network.words import counted
from jumpkit.investigate.provided import reported

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jumpkit.investigate.concern import Concern
    from jumpkit.investigate.network.assets import Assets
    from jumpkit.investigate.network.flows import Facts
    from jumpkit.investigate.network.limits import Limit
    from jumpkit.investigate.provided import Reported
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import Picture
    from jumpkit.store.lake.read import Lake

MOST = 200  # items of a kind
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Joined:
    """What items are joined to: machines, findings of ours, and the provider's."""

    assets: Assets
    concern: Concern
    reported: Sequence[Reported]

    def names(self, addresses: Iterable[str]) -> set[str]:
        """Return every name by which findings may know these addresses: interface and instance too."""
        found: set[str] = set()
        for address in addresses:
            found.add(address)
            asset = self.assets.by_address.get(address)
            if asset is not None:
                found |= {each for each in (asset.interface, asset.instance) if each} | asset.public
        return found

    def since(self, addresses: Iterable[str]) -> int | None:
        """Return when findings began to concern any of these addresses."""
        return self.concern.since(self.names(addresses))

    def inside(self) -> list[str]:
        """Return the addresses that findings concern: as such, or by the machine that has them."""
        known = set(self.concern.first)
        return sorted(
            address
            for address, asset in self.assets.by_address.items()
            if known & {address, asset.interface or address, asset.instance or address}
        ) + sorted(known - set(self.assets.by_address))

    def told(self, item: Item) -> Row:
        """Return what an item is joined to."""
        named = self.names(item.addresses)
        asset = self.assets.of(item.asset)
        return {
            "asset": None if asset is None else asset.told(),
            "findings": self.concern.of(named),
            "provider_findings": [each.event for each in self.reported if named & each.names][:MOST],
        }


def network(lake: Lake, picture: Picture, estate: Estate) -> Row:
    """Return items and limits; those that findings concern come first, then by kind and bytes.

    Without flow records the one item is *unknown*, never an empty list.
    """
    known = facts(lake)
    if not known.flows and not known.silent:
        return {"items": [nothing(lake.case)], "limits": no_flows()}
    space = Space.of(estate)
    converse(lake, space)
    joined = Joined(assets(lake), concern(lake, picture), reported(lake))
    items, limits = _items(lake, space, known, joined)
    limits = [*standing(known, space), *uncovered(joined.assets, _heard(lake)), *limits]
    return {"items": rows(lake, space, joined, items), "limits": limits}


def nothing(case: str, why: str = "The case holds no flow record.") -> Row:
    """Return the item that says that nothing can be said."""
    item = Item("coverage", "unknown", why, None, (why,), (), ())
    return shown(case, item, (0, [])) | {"asset": None, "findings": [], "provider_findings": []}


def rows(lake: Lake, space: Space, joined: Joined, items: Sequence[Item]) -> list[Row]:
    """Return items as contract.md has them, in their order."""
    found = records(lake, space, items)
    told = [shown(lake.case, item, events) | joined.told(item) for item, events in zip(items, found, strict=True)]
    return sorted(told, key=_order)


def _order(row: Row) -> tuple[bool, int, int, str, str]:
    carried = row["bytes"]["sent"] + row["bytes"]["received"]
    return (
        not (row["findings"] or row["provider_findings"]),
        KINDS.index(row["kind"]),
        -carried,
        str(row["first"]),
        row["uid"],
    )


def _items(lake: Lake, space: Space, known: Facts, joined: Joined) -> tuple[list[Item], list[Limit]]:
    """Return the items of all kinds, and what was left out of them."""
    scanned, more_scans = scans(lake)
    moved, old = lateral(lake, History(known, joined.since, joined.inside()))
    knocked = told_edges(scanned)
    moved = [each for item in moved if (each := _without(item, knocked)) is not None]
    outside = {name for each in joined.reported for name in each.names if _address(name)} | joined.concern.sources
    met, more_met = contacts(lake, outside, space.holds)
    reached, more_reached = inbound(lake)
    strange, more_strange = odd(lake)
    sent, beats = egress(lake), beacons(lake, space, known)
    more = {"contact": more_met, "inbound": more_reached, "odd": more_strange}
    more |= {"lateral": len(moved) - MOST, "egress": len(sent) - MOST, "beacon": len(beats) - MOST}
    limits = list(_left_out(lake, more_scans, old))
    limits += [
        limit(f"{kind} items", f"{number:,} more are not listed one by one: those here carried the most")
        for kind, number in more.items()
        if number > 0
    ]
    heavy = sorted(moved, key=_carried)[:MOST]
    return [*met, *sorted(sent, key=_carried)[:MOST], *beats[:MOST], *heavy, *reached, *scanned, *strange], limits


def _carried(item: Item) -> tuple[bool, int, str]:
    """Return what items are cut by: those that were answered, then those that carried the most."""
    amount = item.amount
    return item.state != "confirmed", -(amount.sent + amount.received) if amount else 0, str(item.told)


def _without(item: Item, knocked: set[tuple[str, str, int | None, int | None]]) -> Item | None:
    """Return a move without the doors that a scan tells of already, None where nothing else is left."""
    kept = tuple(edge for edge in item.edges if edge.key not in knocked)
    if len(kept) == len(item.edges):
        return item
    return replace(item, edges=kept, peers=tuple(dict.fromkeys(edge.server for edge in kept))) if kept else None


def _address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False  # a key, an ARN, a bucket: provider's findings speak of these too
    return True


def _left_out(lake: Lake, more_scans: int, old: int) -> Iterable[Limit]:
    """Yield what was seen and is not listed."""
    if more_scans:
        yield limit("scans", f"{counted(more_scans, 'more client')} that scan are not listed one by one.")
    if old:
        yield limit(
            "moves between machines",
            f"{counted(old, 'pair')} that administer one another were there from the start and no finding concerns "
            "them: whether they are usual needs an older case (--against).",
        )
    addresses, refused = quiet_knocks(lake)
    if addresses:
        yield limit(
            "knocks from outside",
            f"{counted(addresses, 'outside address')} were only ever refused, in {counted(refused, 'record')}; below "
            "the figures of a scan they are not listed.",
        )
    missed = not_examined(lake)
    if missed:
        yield limit("beacons", f"{counted(missed, 'busy pair')} were not examined for a rhythm.")


def _heard(lake: Lake) -> dict[str, int]:
    """Return how many records each interface has."""
    statement = "SELECT device.interface_uid, count(*) FROM events WHERE class_uid = 4001 GROUP BY 1"
    return {nic: records for nic, records in lake.query(statement) if nic is not None}
