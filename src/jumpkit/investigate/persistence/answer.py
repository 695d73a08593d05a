"""The answer to what was left behind: each thing with its verdict, whether it still stands, and how to take it back."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.items import at, cited, distinct, limit
from jumpkit.investigate.origins import chains
from jumpkit.investigate.persistence.calls import calls_of
from jumpkit.investigate.persistence.judge import CRITERIA, bench
from jumpkit.investigate.persistence.table import table
from jumpkit.investigate.persistence.things import things
from jumpkit.kit.text import shell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jumpkit.investigate.origins import Chains
    from jumpkit.investigate.persistence.calls import Call
    from jumpkit.investigate.persistence.judge import Bench
    from jumpkit.investigate.persistence.things import Attempt, Thing
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import BlindSpot, Picture
    from jumpkit.store.lake.read import Lake

RANK = ("malicious", "suspect", "unknown", "expected")
_SAFE = re.compile(r"[A-Za-z0-9_+=,.@:/*][A-Za-z0-9_+=,.@:/*-]{0,511}")
_WEAKENS = frozenset(
    {"logging_off", "excluded_events", "gap", "feed_ends_early", "feed_begins_late", "no_write_events"}
    | {"regions_without_events", "account_without_logs", "no_events"}
)
_FEW = 3  # accounts or places of one kind of blind spot that are told one by one
Json = dict[str, Any]


def persistence(lake: Lake, picture: Picture, estate: Estate) -> Json:
    """Return items (gravest and still standing first), refused attempts, the criteria and the limits."""
    known, followed = table(), chains(lake)
    found, failed = things(known, calls_of(lake, known))
    judging = bench(lake, picture, followed, estate, (call.event for thing in found for call in thing.made))
    items = [_item(thing, judging, followed) for thing in found]
    items.sort(key=_order)
    return {
        "criteria": CRITERIA,
        "items": items,
        "attempts": [_attempt(each) for each in failed],
        "limits": distinct(limit(*each) for each in _limits(lake, picture, failed, estate)),
    }


def _order(item: Json) -> tuple[int, bool, str, str]:
    """Return what items are sorted by: the verdict, whether something is left to do, the time."""
    settled = item["undone"] is not None or item["set_up"] is not None
    return RANK.index(item["state"]), settled, item["first"], item["uid"]


def _item(thing: Thing, judging: Bench, followed: Chains) -> Json:
    """Return a thing as the answer tells it."""
    verdict = judging.judge(thing)
    first, undone = thing.made[0], thing.undone
    back = (
        None
        if undone is None
        else {"event": undone.event, "operation": undone.operation, "time": at(undone.time), "by": _who(undone)}
    )
    standing = "taken back" if undone else "not taken back in these logs; whether it stands now is not in them"
    if thing.own and not undone:
        standing = f"the same principal had set up what it took away ({thing.own.operation}, event {thing.own.event})"
    return {
        "uid": thing.uid,
        "state": verdict.state,
        "why": f"{verdict.why}.",
        "kind": thing.kind.kind,
        "title": thing.kind.title,
        "name": thing.name,
        "with": list(dict.fromkeys(thing.beside)),
        "gives": thing.kind.gives,
        "account": thing.account,
        "region": thing.region,
        "lets_in": sorted(thing.to),
        "standing": standing,
        "undone": back,
        "set_up": None if thing.own is None else {"event": thing.own.event, "operation": thing.own.operation},
        "by": _who(first),
        "origin": _origin(first, followed),
        "operations": sorted({call.operation for call in thing.made}),
        "calls": len(thing.made),
        "first": at(first.time),
        "last": at(thing.last.time),
        "address": first.ip,
        "attack": list(thing.kind.attack),
        "findings": list(verdict.findings),
        "revert": _revert(thing),
        **cited([*(call.event for call in thing.made), *([undone.event] if undone else [])]),
    }


def _who(call: Call) -> Json:
    return {"uid": call.who[0], "name": call.name, "session": call.who[1]}


def _origin(call: Call, followed: Chains) -> Json:
    origin = followed.origin(call.who)
    return {"uid": origin.uid, "name": origin.name, "resolved": origin.resolved, "why": origin.why}


_NOT_PLAIN = "the names in the record are not plain enough to be put into a command"


def _revert(thing: Thing) -> Json:
    """Return how to take a thing back, in words and, where its names are plain, as a command."""
    command = None
    values = {"name": thing.name, "with": thing.beside[0] if thing.beside else "", "region": thing.last.region or ""}
    if thing.kind.command:
        needed = [name for name in values if f"{{{name}}}" in thing.kind.command]
        if all(_SAFE.fullmatch(values[name]) for name in needed) and thing.name != "unknown":
            command = shell(word.format(**values) for word in thing.kind.command.split())
    why = None
    if command is None:
        why = _NOT_PLAIN if thing.kind.command else "it takes more than names"
    return {
        "words": thing.kind.revert,
        "command": command,
        "no_command": why,
        "not_brought_back": thing.kind.stays,
        "look_first": "a log names what an intruder wrote: confirm it in the provider's own inventory before a change",
    }


def _attempt(each: Attempt) -> Json:
    """Return refused and failed calls of one kind; they made nothing, and say what was tried."""
    errors = Counter(call.error for call in each.calls)
    return {
        "kind": each.kind.kind,
        "title": each.kind.title,
        "operation": each.operation,
        "calls": len(each.calls),
        "errors": [{"error": error, "calls": number} for error, number in sorted(errors.items(), key=str)],
        "principals": sorted({call.who[0] or "unknown" for call in each.calls})[:20],
        "first": at(each.calls[0].time),
        "last": at(each.calls[-1].time),
        **cited(call.event for call in each.calls),
    }


def _limits(lake: Lake, picture: Picture, failed: Sequence[Attempt], estate: Estate) -> Iterator[tuple[str, str]]:
    """Yield what this answer cannot say."""
    ((first, last, calls),) = lake.query(
        "SELECT min(time), max(time), count(*) FROM events WHERE metadata.log_name = 'aws/cloudtrail'"
    )
    if not calls:
        yield "everything", "the case holds no call (CloudTrail): nothing can be said of what was left behind"
    else:
        yield (
            "before and after",
            f"what was made before {at(first)} or after {at(last)} is not in the logs",
        )
        yield (
            "what stands now",
            "logs tell what was done, not what is: compare with an inventory before and after taking things back",
        )
    yield from _unseen(picture)
    if failed:
        number = sum(len(each.calls) for each in failed)
        yield (
            "failed calls",
            f"{number:,} call(s) that failed made nothing: they stand under attempts, and are no items",
        )
    if not estate.automation:
        yield (
            "expected",
            "no estate file names automation: what deployments make is not told from what an intruder makes",
        )
    if not estate.accounts:
        yield (
            "accounts of one's own",
            "no estate file names them: those with logs in the case count, every other is foreign",
        )
    for what, because in table().not_covered:
        yield what, f"known and not detected from these logs: {because}"


def _unseen(picture: Picture) -> Iterator[tuple[str, str]]:
    """Yield the blind spots that could hide what was left behind; many of one kind are told together."""
    by_kind: dict[str, list[BlindSpot]] = {}
    for spot in picture.blind_spots:
        if spot.kind in _WEAKENS:
            by_kind.setdefault(spot.kind, []).append(spot)
    for kind, spots in sorted(by_kind.items()):
        what = kind.replace("_", " ")
        for spot in spots[:_FEW]:
            yield f"{what} {spot.account or ''} {spot.region or ''}".strip(), spot.because
        if len(spots) > _FEW:
            places = sorted({spot.account or "unknown" for spot in spots[_FEW:]})
            yield f"{what}, {len(spots) - _FEW} more", f"in accounts {', '.join(places)}: jumpkit coverage lists each"
