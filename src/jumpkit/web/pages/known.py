"""What follows from the events of a case, as tables: scope, loss, persistence, principals, network; with its limits."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumpkit.app.loss import loss
from jumpkit.app.network import network
from jumpkit.app.persistence import persistence
from jumpkit.app.principals import principals
from jumpkit.app.scope import scope
from jumpkit.investigate.loss import Asked
from jumpkit.kit.errors import NotFound
from jumpkit.kit.masking import mask
from jumpkit.web.page import Ask, Page
from jumpkit.web.seat import Seat

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumpkit.app.workspace import Desk

page = Page(__name__, "/cases/{case}/known/{what}", needs="event.read", title="What is known")
router = page.router
_MOST = 500  # rows of one table
_EVENTS = 5
VIEWS: Mapping[str, tuple[str, Callable[[Desk, str], dict[str, Any]]]] = MappingProxyType(
    {
        "scope": ("Scope", scope),
        "loss": ("Data loss", lambda desk, case: loss(desk, case, Asked((), False))),  # noqa: FBT003 - not everyone
        "persistence": ("Persistence", persistence),
        "principals": ("Principals", principals),
        "network": ("Network", network),
    }
)


@page.show
def show(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return the items, each with its state and why, and what could not be told."""
    what = ask.path["what"]
    if what not in VIEWS:
        raise NotFound(f"there is no table {what}", target=what, hint=", ".join(VIEWS))
    heading, find = VIEWS[what]
    with at.asking() as desk:
        body = mask(find(desk, ask.case))
    rows = [_row(each) for each in body["items"][:_MOST]]
    told = {"rows": rows, "total": len(body["items"]), "limits": body["limits"]}
    return {"case": ask.case, "what": what, "title": heading, "views": {name: VIEWS[name][0] for name in VIEWS}} | told


def _row(item: dict[str, Any]) -> dict[str, Any]:
    """Return what every table shows of an item."""
    told = {name: item.get(name) for name in ("uid", "state", "why", "first", "last")}
    kind = item.get("title") or item.get("kind") or ""
    events = item.get("events")
    return told | {
        "kind": kind,
        "name": item.get("name"),
        "events": events[:_EVENTS] if isinstance(events, list) else [],
    }
