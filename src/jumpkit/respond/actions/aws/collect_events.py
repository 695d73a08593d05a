"""Gathers 90 days of what a key, user, role or thing did and had done to it, from the event history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.kit.errors import Denied, NotFound
from jumpkit.model.action import Call, Cloud, Json, Mark, Piece, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.pieces import document

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEC = Spec(
    title="Gather the event history",
    verb="collect",
    target="trace",
    effect="The management events of 90 days that name it are read, two a second, and sealed in one file a region.",
    danger="none",
    reads=("cloudtrail:LookupEvents",),
    writes=(),
    loses="Nothing. Data events, and what is older than 90 days, are not in it: trails have those.",
    undo=None,
    options={"by": "AccessKeyId, Username, ResourceName, EventName or EventSource; AccessKeyId by default"},
    attack=("T1078.004",),
    proof=(
        Proof("all pages are sealed, with their number", "model stub"),
        Proof("real events are read", "localemu 1.3"),
    ),
)
MOST = 400  # pages of 50; more is said to be cut


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return whether the history may be asked."""
    asked = {"LookupAttributes": [_attribute(target, mark)], "MaxResults": 1}
    cloud.read(Call("cloudtrail", "LookupEvents", asked, target.region))
    return {"region": target.region}


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell that gathering is never done before it began."""
    del target, seen, mark
    return "no"


def gather(cloud: Cloud, target: Target, mark: Mark) -> Iterator[Piece]:
    """Read all pages, and yield the events as the history gives them."""
    events: list[Json] = []
    ids: list[str] = []
    denied: list[str] = []
    cut = False
    call = Call("cloudtrail", "LookupEvents", {"LookupAttributes": [_attribute(target, mark)]}, target.region)
    try:
        for number, page in enumerate(cloud.pages(call), 1):
            events += page.body["Events"]
            ids += [page.request_id] if page.request_id else []
            if number >= MOST:
                cut = True
                break
    except (Denied, NotFound) as caught:
        denied.append(str(caught))
    about: Json = {"expected": None, "received": len(events), "pages": len(ids), "request_ids": ids}
    about |= {"denied": denied + ([f"cut after {MOST} pages"] if cut else []), "limits": SPEC.loses}
    name = f"aws/{target.account}/events/{target.region or 'here'}-{target.uid}.json"
    yield Piece(name, document({"Events": events}), about)


def _attribute(target: Target, mark: Mark) -> dict[str, str]:
    return {"AttributeKey": mark.options.get("by", "AccessKeyId"), "AttributeValue": target.uid}
