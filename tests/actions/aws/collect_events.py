"""An event history of two events; the emulator has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from command.clouds import Clients, Staged

if TYPE_CHECKING:
    from jumpkit.model.action import Call


def stage(clients: Clients) -> Staged:
    del clients
    return Staged("AKIAIOSFODNN7EXAMPLE")


def model(call: Call) -> dict[str, Any] | None:
    if call.operation != "LookupEvents":
        return None
    return {"Events": [{"EventId": "1", "CloudTrailEvent": "{}"}, {"EventId": "2", "CloudTrailEvent": "{}"}]}
