"""The scope of a case: every thing and credential that the seeds lead to, with its state, events and the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.investigate.graph.uses import Grounds
from jumpkit.investigate.graph.workloads import workloads
from jumpkit.investigate.items import at, distinct, limit
from jumpkit.investigate.origins import chains
from jumpkit.investigate.scope.beyond import beyond
from jumpkit.investigate.scope.coverage import coverage, limits_of, whole
from jumpkit.investigate.scope.entries import Found
from jumpkit.investigate.scope.items import (
    credential_items,
    home_items,
    named_items,
    place_items,
    same_principal,
    thing_items,
)
from jumpkit.investigate.scope.neighbors import Reached, company
from jumpkit.investigate.scope.network import flows
from jumpkit.investigate.scope.seeds import from_findings, from_words
from jumpkit.investigate.scope.shared import sharers
from jumpkit.investigate.scope.spread import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.investigate.items import Limit
    from jumpkit.investigate.scope.spread import Spread
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import Picture
    from jumpkit.store.lake.read import Lake


def scope(lake: Lake, picture: Picture, estate: Estate, words: Sequence[str] = ()) -> dict[str, Any]:
    """Return `seeds`, `items` (by state, kind and uid) and `limits`; `words` are seeds that a person names."""
    sessions = workloads(lake, estate)
    seeded = from_words(lake, words) if words else from_findings(lake, picture.findings, picture.incidents, sessions)
    if not seeded.hands and not seeded.ips and not seeded.instances:
        because = "no finding of medium or above names a credential; name a seed with --seed KIND:VALUE"
        if any(spot.kind == "no_events" for spot in picture.blind_spots):
            because = "the case holds no event: nothing was read, so nothing is known of its scope"
        return {"seeds": [], "window": None, "items": [], "limits": [limit("scope", because)]}
    grounds = Grounds.of(lake, estate)
    reached = spread(lake, seeded.hands, sessions)
    hands = Reached.of(lake, reached.hands.held.values())
    beside = company(lake, hands, grounds, sessions, seeded.ips)
    if beside.hands:
        reached = spread(lake, [*hands.hands, *beside.hands], sessions)
        hands = Reached.of(lake, reached.hands.held.values(), hands)
    found = Found(chains(lake), picture, reached, hands.uses)
    found.add(credential_items(found), same_principal(lake, found), home_items(found, sessions))
    found.add(place_items(beside), thing_items(found), named_items(found, seeded))
    network = flows(lake, found, beside, seeded.ips)
    found.add(network.items)
    first, last = found.window() or whole(lake)
    found.add(sharers(lake, found))
    rest = beyond(lake, found, coverage(lake, picture.blind_spots, estate, first, last))
    found.add(rest.items)
    items, left_out = found.sorted(lake)
    limits = [*left_out, *seeded.limits, *_cuts(reached), *beside.limits, *network.limits, *rest.limits]
    return {
        "seeds": seeded.seeds,
        "window": {"first": at(first), "last": at(last)},
        "items": items,
        "limits": distinct([*limits, *limits_of(picture.blind_spots)]),
    }


def _cuts(reached: Spread) -> list[Limit]:
    """Return what following credentials left out."""
    because = "the logs of a provider show the use of a credential, never its theft"
    limits = [limit("how the first credential was got", because)]
    if reached.cut:
        limits.append(limit("credentials further on", "following stops after twelve steps, or 3,000 credentials"))
    return limits
