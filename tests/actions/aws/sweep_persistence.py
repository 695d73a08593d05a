"""An account in which every call is answered as the provider's model says, and nothing stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from command.clouds import ACCOUNT, REGION, Clients, Staged

from jumpkit.respond.rights import rights
from jumpkit.respond.sweep.kinds import kinds, needed

if TYPE_CHECKING:
    from jumpkit.model.action import Call

_FIRST = {
    right
    for kind in kinds().values()
    for right in rights((kind.over or kind.ask).service, (kind.over or kind.ask).operation)
}
NOT_USED_HERE = tuple(set(needed()) - _FIRST)  # what is asked of things, where none stands


def stage(clients: Clients) -> Staged:
    del clients
    return Staged(ACCOUNT)


def model(call: Call) -> dict[str, Any] | None:
    return {"Regions": [{"RegionName": REGION}]} if call.operation == "DescribeRegions" else {}
