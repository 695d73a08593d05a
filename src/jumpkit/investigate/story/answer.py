"""The stories of a case, what is outside of any, and that no technique was lost on the way."""

from __future__ import annotations

from itertools import chain as flat
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.provided import unread
from jumpkit.investigate.story.chain import chained, nobodys
from jumpkit.investigate.story.context import context, points
from jumpkit.investigate.story.gather import gather
from jumpkit.investigate.story.signals import attack, signals, table
from jumpkit.investigate.titles import TACTICS, in_chain_order
from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import short_id
from jumpkit.model.finding import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jumpkit.investigate.story.chain import Chain
    from jumpkit.investigate.story.gather import Held
    from jumpkit.investigate.story.signals import Signal
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import Picture
    from jumpkit.store.lake.read import Lake

LISTED = 100  # event ids of a story
_SAID = 5  # tactics in a title
_NEXT = 12  # questions of a story
_WHY = (
    "Signals of rules, chained by who and when; that they are one attack is a reading, and a person decides. "
    "What the logs do not hold is in no story."
)
Row = dict[str, Any]


def story(lake: Lake, picture: Picture, estate: Estate) -> Row:
    """Return the stories, the worst first, then by context and time; the signals outside; the techniques counted."""
    found = signals(lake, picture)
    chains, outside = chained(found, picture)
    held = gather(lake, picture, chains)
    items = [_item(lake.case, each, what, estate) for each, what in zip(chains, held, strict=True)]
    _number(lake.case, items)
    items.sort(key=lambda row: (-SEVERITIES.index(row["severity"]), -(row["score"] or 0), row["first"], row["uid"]))
    alone = [_alone(signal, why) for signal, why in outside]
    return {
        "items": items,
        "outside": alone,
        "techniques": _techniques(found, items, alone),
        "limits": _limits(lake, picture, found),
    }


def _item(case: str, told: Chain, held: Held, estate: Estate) -> Row:
    tactics = in_chain_order({tactic for signal in told.signals for tactic in signal.tactics})
    phases = _phases(told.signals, tactics)
    score, features = context(held.around(set(tactics)), estate)
    ours = [signal for signal in told.signals if signal.source == "rule"]
    theirs = [signal for signal in told.signals if signal.source != "rule"]
    listed = _events(told.signals)
    total = held.events + len(theirs)
    return {
        "uid": case,  # until all are numbered
        "state": "suspected",
        "why": _WHY,
        "title": _title(told, [str(phase["tactic"]) for phase in phases if phase["tactic"]]),
        "severity": told.severity,
        "basis": list(told.basis),
        "score": score,
        "score_why": points(features),
        "context": features,
        "origins": _origins(ours),
        "joined_by": list(told.joined),
        "first": stamp(min(signal.first for signal in told.signals)),
        "last": stamp(max(signal.last for signal in told.signals)),
        "tactics": [phase["tactic"] for phase in phases if phase["tactic"]],
        "phases": phases,
        "techniques": sorted(told.techniques),
        "incidents": list(told.incidents),
        "findings": [signal.uid for signal in ours],
        "provider_findings": [
            {"event": each.uid, "source": each.source, "title": each.title, "severity": each.severity}
            for each in theirs
        ],
        "next": _next(case, told),
        "events": listed,
        "more": max(0, total - len(listed)),
    }


def _number(case: str, items: Iterable[Row]) -> None:
    """Give each story its id: by the origin it begins with, and which of its stories it is."""
    times: dict[str, int] = {}
    for row in sorted(items, key=lambda row: (row["first"], row["title"])):
        anchor = row["origins"][0]["uid"] if row["origins"] else row["title"]
        row["uid"] = short_id("S", case, anchor, str(times.get(anchor, 0)))
        times[anchor] = times.get(anchor, 0) + 1


def _title(told: Chain, tactics: Sequence[str]) -> str:
    """Return who, and what in the order in which it went."""
    weight: dict[str, int] = {}
    names: dict[str, str] = {}
    for signal in told.signals:
        if signal.origin is not None and not nobodys(signal):
            uid = signal.origin.uid
            names[uid] = signal.origin.name or uid
            weight[uid] = weight.get(uid, 0) + 10 ** SEVERITIES.index(signal.severity)
    if not weight:
        who = "Nobody known"
    else:
        who = names[min(weight, key=lambda uid: (-weight[uid], uid))]
        others = len(weight) - 1
        who += f" and {others} other{'s' if others > 1 else ''}" if others else ""
    way = " → ".join(tactic.replace("-", " ") for tactic in tactics[:_SAID])
    more = f" and {len(tactics) - _SAID} more" if len(tactics) > _SAID else ""
    return f"{who}: {way + more or told.signals[0].title}"


def _origins(ours: Sequence[Signal]) -> list[Row]:
    """Return who stands behind, in the order in which they appear."""
    found: dict[str, Row] = {}
    for signal in ours:
        origin = signal.origin
        if origin is not None:
            said = {
                "uid": origin.uid,
                "name": origin.name,
                "resolved": origin.resolved,
                "why": origin.why,
                "findings": 0,
            }
            found.setdefault(origin.uid, said)["findings"] += 1
    return list(found.values())


def _phases(inside: Sequence[Signal], tactics: Sequence[str]) -> list[Row]:
    """Return each tactic with its time, signals and techniques, in the order in which they began."""
    known = attack()["techniques"]
    phases = []
    for tactic in tactics:
        held = [signal for signal in inside if tactic in signal.tactics]
        every = {technique for signal in held for technique in signal.attack}
        fitting = {each for each in every if tactic in known.get(each, (None, ()))[1]}
        phases.append(
            {
                "tactic": tactic,
                "first": stamp(min(signal.first for signal in held)),
                "last": stamp(max(signal.last for signal in held)),
                "signals": [signal.uid for signal in held],
                "techniques": sorted(fitting or every),
                "events": sum(signal.events for signal in held),
            }
        )
    untold = [signal for signal in inside if not signal.tactics]
    if untold:
        times = {"first": stamp(min(s.first for s in untold)), "last": stamp(max(s.last for s in untold))}
        uids = [signal.uid for signal in untold]
        every = {technique for signal in untold for technique in signal.attack}
        phases.append(
            {
                "tactic": None,
                **times,
                "signals": uids,
                "techniques": sorted(every),
                "events": sum(s.events for s in untold),
            }
        )
    order = {tactic: place for place, tactic in enumerate(TACTICS)}
    return sorted(phases, key=lambda row: (row["first"], order.get(str(row["tactic"]), len(order))))


def _events(inside: Sequence[Signal]) -> list[str]:
    """Return event ids of all signals in turn, so that each is told by some."""
    turns = flat.from_iterable(zip_longest(*(signal.sample for signal in inside)))
    return list(dict.fromkeys(each for each in turns if each is not None))[:LISTED]


def _next(case: str, told: Chain) -> list[Row]:
    """Return what to ask next: what the techniques usually come with and the story does not show comes first."""
    known, names = table()["techniques"], attack()["techniques"]
    asked: dict[str, Row] = {}
    for technique in sorted(told.techniques):
        key = technique if technique in known else technique.partition(".")[0]
        if key not in known:
            continue
        said = known[key]
        unseen = [each for each in said["with"] if each not in told.techniques and each in names]
        row = asked.setdefault(
            said["ask"],
            {"techniques": [], "ask": said["ask"], "see": said["see"].replace("CASE", case), "not_seen": unseen},
        )
        row["techniques"].append(technique)
    rows = sorted(asked.values(), key=lambda row: (-len(row["not_seen"]), row["techniques"]))
    for row in rows:
        row["not_seen"] = [{"technique": each, "name": names[each][0]} for each in row["not_seen"]]
    return rows[:_NEXT]


def _alone(signal: Signal, why: str) -> Row:
    return {
        "finding": signal.uid,
        "source": signal.source,
        "title": signal.title,
        "severity": signal.severity,
        "first": stamp(signal.first),
        "techniques": list(signal.attack),
        "events": list(signal.sample),
        "why": why,
    }


def _techniques(found: Iterable[Signal], items: Iterable[Row], alone: Iterable[Row]) -> Row:
    """Return how many techniques the signals name, and which are told nowhere: none may be."""
    every = {technique for signal in found for technique in signal.attack}
    inside = {technique for row in items for technique in row["techniques"]}
    outside = {technique for row in alone for technique in row["techniques"]}
    return {
        "all": sorted(every),
        "in_stories": sorted(inside),
        "outside_only": sorted(outside - inside),
        "lost": sorted(every - inside - outside),
    }


def _limits(lake: Lake, picture: Picture, found: Sequence[Signal]) -> list[dict[str, str]]:
    """Return what stories cannot say in this case."""
    limits = []
    unresolved = {
        f"{signal.origin.name or signal.origin.uid}: {signal.origin.why}"
        for signal in found
        if signal.origin is not None and not signal.origin.resolved
    }
    limits += [{"what": "who stands behind", "because": why} for why in sorted(unresolved)]
    if not any(signal.source != "rule" for signal in found):
        because = "the case holds no finding of the provider's (GuardDuty, Security Hub): stories rest on rules alone"
        limits.append({"what": "the provider's detectors", "because": because})
    elif unread(lake):
        limits.append({"what": "the provider's findings", "because": f"{unread(lake):,} were not looked into"})
    spots = [spot for spot in picture.blind_spots if "timeline" in spot.affects or "scope" in spot.affects]
    limits += [{"what": spot.kind.replace("_", " "), "because": spot.because} for spot in spots[:20]]
    if len(spots) > 20:  # noqa: PLR2004 - as many as are listed
        limits.append({"what": "blind spots", "because": f"{len(spots) - 20} more; the report lists all"})
    if not found:
        because = "no rule matched anything, and the provider reported nothing: that is no proof that nothing happened"
        limits.append({"what": "everything", "because": because})
    return limits
