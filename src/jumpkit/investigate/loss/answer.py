"""The answer to how much data left: an item a store and state, and what the answer cannot know."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.coverage.trails import read_trails
from jumpkit.investigate.loss.limits import limits
from jumpkit.investigate.loss.reads import EVENTS, Figures, figures
from jumpkit.investigate.loss.rest import Record, Touched, record, touched
from jumpkit.investigate.loss.steps import Taken, steps
from jumpkit.investigate.loss.table import stores
from jumpkit.investigate.moments import moment
from jumpkit.investigate.origins import chains
from jumpkit.investigate.responsible import own_accounts, responsible
from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jumpkit.investigate.loss.table import Kind
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import Picture
    from jumpkit.store.lake.read import Lake

_IDENTITY = re.compile(r"arn:aws[a-z-]*:iam::")
PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-eusc")
RANK = ("proven", "possible", "unknown", "excluded")
Json = dict[str, Any]
Place = tuple[str, str | None, str | None, str | None]  # kind, account, region (not of buckets), store
_DOES = {
    "handed": "handed out a link or a copy job for it",
    "exposed": "let others in or brought it within reach",
}
_NO_INVENTORY = "no inventory of the store is in the case"
_ELSEWHERE = "what another account then does is recorded there, not here"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose reads count."""

    by: tuple[str, ...] = ()
    everyone: bool = False


def loss(lake: Lake, picture: Picture, estate: Estate, asked: Asked) -> Json:
    """Return items (uid, state, figures, why, events) sorted by state, kind and store, and limits."""
    table, followed = stores(), chains(lake)
    held = responsible(followed, picture.findings, asked.by, everyone=asked.everyone)
    read, taken = figures(lake, table, held), steps(lake, table, held, own_accounts(lake, estate))
    begun = min((each.first for each in held.identities), default=0)
    ((latest,),) = lake.query("SELECT max(time) FROM events WHERE metadata.log_name = 'aws/cloudtrail'")
    known = record(lake, read_trails(lake), picture.blind_spots, (begun, latest or begun))
    kinds = {kind.kind: kind for kind in table.kinds}
    items = [*_proven(kinds, read, taken), *_rest(kinds, read, taken, touched(lake, table, held), known)]
    for item in items:
        item["data_class"] = _classes(item, estate)
    items.sort(key=lambda item: (RANK.index(item["state"]), item["kind"], item["store"] or "", item["uid"]))
    said = limits(lake, held, (read, taken), known, estate)
    return {
        "counted": {"by": held.chosen, "said": held.said, "origins": sorted(held.origins)},
        "items": items,
        "limits": said,
    }


def _place(kind: str, account: str | None, region: str | None, store: str | None) -> Place:
    return (kind, None, None, store) if kind == "s3_bucket" and store else (kind, account, _region(kind, region), store)


def _region(kind: str, region: str | None) -> str | None:
    return None if kind == "s3_bucket" else region


def _proven(kinds: Mapping[str, Kind], read: Iterable[Figures], taken: Iterable[Taken]) -> list[Json]:
    """Return what was read, and what was given into other hands."""
    found: dict[Place, Json] = {}
    for each in read:
        if each.held:
            found[_place(each.kind, each.account, each.region, each.store)] = _read_item(kinds[each.kind], each)
    given: dict[Place, list[Taken]] = {}
    for step in taken:
        if step.does == "control" and (step.call.held or step.answered):
            given.setdefault(_place(step.kind.kind, step.call.account, step.call.region, step.store), []).append(step)
    for place, same in given.items():
        if any(step.call.held for step in same):
            found[place] = _given_item(same, found.get(place))
    return list(found.values())


def _read_item(kind: Kind, each: Figures) -> Json:
    """Return the item for content that was read."""
    item = _item(kind, (each.account, each.region, each.store), "proven")
    unknown = {}
    exact = not each.uncounted and not each.nameless
    if not each.objects and not exact:
        unknown["objects"] = "the records of these reads do not say of how many things"
    if not each.measured:
        unknown["bytes"] = "the records of these reads do not say how much was sent"
    why = f"{each.reads:,} successful read(s) are recorded"
    why += f", {each.twice:,} of them in two logs, counted once" if each.twice else ""
    item |= {
        "objects": each.objects or (0 if exact else None),
        "bytes": each.bytes if each.measured else None,
        "reads": each.reads,
        "at_least": not exact or 0 < each.measured < each.reads,
        "destinations": [{"kind": "address", "name": ip} for ip in each.addresses]
        + [{"kind": "bucket", "name": to} for to in each.to],
        "principals": list(each.principals),
        "first": stamp(moment(each.first)),
        "last": stamp(moment(each.last)),
        "sources": list(each.sources),
        "why": " ".join(
            [f"{why}; by {', '.join(each.names[:5]) or 'nobody who is named'}.", *([kind.note] if kind.note else [])]
        ),
        "unknown": unknown,
    }
    return item | _events(each.events, each.all_events)


def _given_item(same: Sequence[Taken], item: Json | None) -> Json:
    """Return the item for a store that other accounts were let copy; what was read of it besides stays in it."""
    first, used = same[0], [step for step in same if step.answered]
    told = [
        f"{step.call.operation} gave it to {', '.join(step.to) or 'another account'}{_back(step)}"
        for step in same
        if not step.answered
    ]
    if used:
        told.append(f"{len(used):,} use(s) of it by another account are recorded")
    base = item or _item(first.kind, (first.call.account, first.call.region, first.store), "proven") | {
        "objects": 1,
        "bytes": None,
        "reads": len(used) or None,
        "unknown": {"bytes": "the size is not in these records"} | ({} if used else {"reads": _ELSEWHERE}),
        "sources": ["aws/cloudtrail"],
    }
    before = [base["why"]] if item else []
    ids = sorted({*base.get("events", ()), *(step.call.event for step in same)})
    base |= {"why": " ".join([*before, "; ".join(told) + "."]), "at_least": bool(item and item["at_least"])}
    return base | _spread(same, base) | _events(ids, len(ids))


def _back(step: Taken) -> str:
    return (
        f", taken back by {step.back[2]} at {stamp(moment(step.back[1]))} (event {step.back[0]})" if step.back else ""
    )


def _spread(same: Sequence[Taken], item: Mapping[str, Any]) -> Json:
    """Return destinations, principals and times of steps, joined with what the item has."""
    to = {(each["kind"], each["name"]) for each in item.get("destinations", ())}
    to |= {(_sort(name), name) for step in same for name in step.to}
    times = [stamp(moment(step.call.time)) for step in same]
    return {
        "destinations": [{"kind": kind, "name": name} for kind, name in sorted(to)],
        "principals": sorted(
            {
                *item.get("principals", ()),
                *(step.call.principal for step in same if step.call.principal and step.call.held),
            }
        ),
        "first": min([*times, *filter(None, [item.get("first")])]),
        "last": max([*times, *filter(None, [item.get("last")])]),
    }


def _sort(name: str) -> str:
    """Return what kind of destination a name is."""
    if name == "everyone":
        return "everyone"
    return "account" if name.isdigit() or _IDENTITY.match(name) else "place"


def _rest(
    kinds: Mapping[str, Kind],
    read: Iterable[Figures],
    taken: Iterable[Taken],
    seen: Iterable[Touched],
    known: Record,
) -> list[Json]:
    """Return for each store that the case names what else may have left it, and why that cannot be told."""
    within: dict[Place, list[Taken]] = {}
    for step in taken:
        if step.call.held and step.does != "control":
            within.setdefault(_place(step.kind.kind, step.call.account, step.call.region, step.store), []).append(step)
    places: dict[Place, Touched] = {
        _place(each.kind.kind, each.account, each.region, each.store): each for each in seen
    }
    for each in read:
        if each.held and kinds[each.kind].touched:
            place = _place(each.kind, each.account, each.region, each.store)
            places.setdefault(place, Touched(kinds[each.kind], each.account, each.region, each.store, done=each.reads))
    for place, same in within.items():
        places.setdefault(place, Touched(same[0].kind, same[0].call.account, same[0].call.region, same[0].store))
    return [
        _rest_item(each, within.get(place, []), known)
        for place, each in places.items()
        if each.done or each.refused or within.get(place) or (each.store and each.kind.recorded["how"] == "data")
    ]


def _rest_item(each: Touched, within: Sequence[Taken], known: Record) -> Json:
    """Return the item for what of one store was not recorded."""
    shown = known.excludes(each.kind, each.account, each.region, each.store)
    silent = each.kind.recorded["how"] != "management"  # nothing records reading unless a trail is told to
    state = "possible" if within else "excluded" if shown else "possible" if each.done and silent else "unknown"
    item = _item(each.kind, (each.account, each.region, each.store), state)
    ids = list(dict.fromkeys([*(step.call.event for step in within), *(shown if state == "excluded" else each.events)]))
    none = state == "excluded"
    item |= {
        "objects": 0 if none else None,
        "bytes": 0 if none else None,
        "reads": 0 if none else None,
        "at_least": False,
        "first": None if each.first is None or none else stamp(moment(each.first)),
        "last": None if each.last is None or none else stamp(moment(each.last)),
        "sources": ["aws/cloudtrail"],
        "unknown": {}
        if none
        else dict.fromkeys(("objects", "bytes"), _NO_INVENTORY) | {"reads": known.why_not(each.kind, each.account)},
        "why": _why(each, within, known, state),
    }
    unlisted = 0 if none else each.done - len(each.events)
    return item | (_spread(within, {}) if within else {}) | _events(ids, len(ids) + unlisted)


def _why(each: Touched, within: Sequence[Taken], known: Record, state: str) -> str:
    """Return in sentences why what was not recorded is possible, excluded or unknown."""
    since, until = (stamp(moment(when)) for when in known.span)
    if state == "excluded":
        return (
            f"From {since} to {until} the trail's settings record every such read; beyond what is proven there is none."
        )
    told = Counter(_step(step) for step in within)
    said = [f"{number:,} times: {text}" if number > 1 else text for text, number in list(told.items())[:5]]
    if len(told) > len(said):
        said.append(f"and {len(told) - len(said):,} more kinds of such calls")
    if each.done:
        named = ", ".join(sorted(each.operations)[:4])
        said.append(f"they had access ({each.done:,} call(s) succeeded{f': {named}' if named else ''})")
    elif not within:
        refused = (
            f"{each.refused:,} call(s) of theirs were refused and none succeeded"
            if each.refused
            else "no call of theirs names it"
        )
        said.append(f"{refused}; whether they had access is not in the logs")
    text = "; ".join([*said, known.why_not(each.kind, each.account)])
    return f"{text[0].upper()}{text[1:]}."


def _step(step: Taken) -> str:
    whom = f" ({', '.join(step.to[:5])})" if step.to else ""
    return f"{step.call.operation} {_DOES[step.does]}{whom}{_back(step)}"


def _item(kind: Kind, place: tuple[str | None, str | None, str | None], state: str) -> Json:
    """Return what every item begins with."""
    account, region, store = place
    name = store or ("*" if kind.store else kind.kind)
    return {
        "uid": f"{kind.kind}:{account or ''}:{region or ''}:{name}:{state}",
        "state": state,
        "kind": kind.kind,
        "title": kind.title if store or not kind.store else f"{kind.title}: whatever else the account keeps",
        "store": store,
        "account": account,
        "region": region,
        "destinations": [],
        "principals": [],
    }


def _events(ids: Sequence[str], number: int) -> Json:
    """Return the list of event ids, and how many more there are."""
    return {"events": list(ids[:EVENTS]), "more": number - len(ids[:EVENTS])}


def _classes(item: Mapping[str, Any], estate: Estate) -> list[str] | None:
    """Return the data classes that the estate file gives a store; None where it says nothing of any."""
    if not estate.data_classes or item["store"] is None:
        return None
    names = [item["store"], *(f"arn:{partition}:s3:::{item['store']}" for partition in PARTITIONS)]
    return sorted(
        kind
        for kind, globs in estate.data_classes.items()
        if any(fnmatchcase(name, glob) for name in names for glob in globs)
    )
