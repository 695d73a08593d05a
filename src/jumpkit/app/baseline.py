"""Learns what is usual from older logs, and holds a case against it."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.app import baselinebook
from jumpkit.app.estate import load_estate
from jumpkit.app.lakes import open_case, references
from jumpkit.app.triage.request import Request
from jumpkit.app.triage.run import triage
from jumpkit.coordinate.case import case_row
from jumpkit.detect.baseline import Judged, Places, Reason, Span, journeys, judge, learn
from jumpkit.detect.baseline.judging import BENIGN, THRESHOLD, UNKNOWN, UNUSUAL
from jumpkit.detect.baseline.sightings import sightings
from jumpkit.detect.baseline.travel import placed
from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import short_id
from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.kit.text import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.app.baselinebook import Baseline
    from jumpkit.app.ports import Progress
    from jumpkit.app.workspace import Desk
    from jumpkit.store.lake.read import Lake

_MOST = 100  # events that are listed of an item
_OLD = 90  # days after which habits are not trusted any more
_TRAVEL = 4  # points of an impossible journey
_DAY = 86_400_000


def learn_from(desk: Desk, names: Sequence[str], estate: Path | None, progress: Progress) -> dict[str, Any]:
    """Learn a baseline from cases and folders; a folder is triaged into a case of its own first."""
    ranges = load_estate(estate).networks
    with desk.book.read() as tx:
        before = tx.values("case_", "case")
    cases = tuple(dict.fromkeys(_case_of(desk, name, estate, progress) for name in names))
    from jumpkit.store.lake.read import open_lake  # noqa: PLC0415 - DuckDB, which triage loads in its own time

    segments = [segment for case in cases for segment in references(desk, case)]
    with open_lake(desk.home, "baseline", segments, memory=str(desk.setting("memory"))) as lake:
        span = Span.of(lake)
        if not span.events:
            raise BadUsage("there is no event to learn from", target=", ".join(cases), hint="name older logs")
        learned = baselinebook.Learned(cases, tuple(case for case in cases if case not in before))
        kept = baselinebook.keep(desk, learn(lake, ranges), span, learned, ranges)
    return {"schema": "baseline-learned/1", "baseline": _about(desk, kept), "limits": []}


def _case_of(desk: Desk, name: str, estate: Path | None, progress: Progress) -> str:
    with desk.book.read() as tx:
        if tx.one("case_", case=name):
            return str(case_row(tx, name)["case"])
    if not Path(name).exists():
        raise NotFound(f"there is no case and no folder {name}", target=name, hint="jumpkit case list")
    workers = desk.setting("workers") or len(os.sched_getaffinity(0))
    request = Request((name,), estate=estate, limits=desk.limits(), workers=workers)
    return str(triage(desk, request, progress).body["case"])


def _about(desk: Desk, held: Baseline) -> dict[str, Any]:
    span = held.span
    age = (desk.clock() - datetime.fromtimestamp((span.last or 0) / 1000, UTC)).days
    about = {"uid": held.uid, "from": _at(span.first), "to": _at(span.last), "days": span.days, "events": span.events}
    return about | {
        "principals": span.principals,
        "age_days": age,
        "learned": held.learned,
        "sources": list(held.sources),
        "ranges": list(held.ranges),
    }


def _at(milliseconds: int | None) -> str | None:
    return stamp(datetime.fromtimestamp(milliseconds / 1000, UTC)) if milliseconds is not None else None


def check(
    desk: Desk, case: str, *, named: str | None = None, places: Path | None = None, oldest: int = _OLD
) -> dict[str, Any]:
    """Return every principal and asset of a case with what is unusual of it, the most unusual first."""
    held = baselinebook.find(desk, named)
    with desk.book.read() as tx:
        case = str(case_row(tx, case)["case"])
    with open_case(desk, case) as lake:
        now = Span.of(lake)
        judged = judge(held.table, held.span, learn(lake, held.ranges), baselinebook.benign(desk))
        travels, limits = _travels(lake, places)
        seen = sightings(lake, held.ranges, judged, _MOST)
    items = [_item(case, each, seen.get(each.subject, []), travels.get(each.subject, [])) for each in judged]
    items.sort(key=lambda item: (-item["score"], item["state"] != UNUSUAL, item["principal"]["uid"]))
    gap = ((now.first or 0) - (held.span.last or 0)) // _DAY
    limits += _limits(held, case, now, gap if gap > oldest else None, items)
    return {
        "schema": "baseline/1",
        "case": case,
        "baseline": _about(desk, held),
        "fit": gap <= oldest and case not in held.sources,
        "counts": {"principals": len(items)} | _counted(items),
        "items": [item | {"rank": rank} for rank, item in enumerate(items, 1)],
        "limits": [{"what": what, "because": because} for what, because in limits],
    }


def _counted(items: Sequence[dict[str, Any]]) -> dict[str, int]:
    states = Counter(item["state"] for item in items)
    return {name: states[name] for name in ("unusual", "unknown", "usual", "benign")}


def _item(case: str, each: Judged, events: list[str], travels: list[dict[str, Any]]) -> dict[str, Any]:
    features = [_feature(reason) for reason in each.reasons] + [travel["feature"] for travel in travels]
    score = each.score + (_TRAVEL if travels else 0)
    state = UNUSUAL if travels and score >= THRESHOLD else each.state
    shown = list(dict.fromkeys([uid for travel in travels for uid in travel["events"]] + events))
    news = "|".join(sorted(f"{feature['feature']}={feature['value']}" for feature in features))
    return {
        "uid": short_id("BL", case, each.subject, news),
        "state": state,
        "why": each.why if state == each.state else "one credential was used at two places too far apart",
        "score": score,
        "principal": {"uid": each.subject, "name": each.name},
        "features": features,
        "first": _at(each.first),
        "last": _at(each.last),
        "events": shown[:_MOST],
        "more": max(0, len(shown) - _MOST),
    }


def _feature(reason: Reason) -> dict[str, Any]:
    names = ("feature", "value", "baseline", "sample", "points", "why", "benign")
    return {name: getattr(reason, name) for name in names}


def _travels(lake: Lake, path: Path | None) -> tuple[dict[str, list[dict[str, Any]]], list[tuple[str, str]]]:
    """Return impossible journeys by principal, and the limits of looking for them."""
    if path is None:
        return {}, [
            ("impossible travel was not looked for", "no file says where addresses are; --places FILE gives one")
        ]
    try:
        places = Places.read(path.read_text("utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound(f"the file of places cannot be read: {error}", target=str(path), hint="--places FILE") from error
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in journeys(lake, places):
        value = f"{each.places[0]} to {each.places[1]}"
        far = f"{each.kilometers:,} km in {counted(each.minutes, 'minute')}"
        why = f"{far} with one credential ({' to '.join(each.addresses)})"
        feature = {"feature": "travel", "value": value, "baseline": "1,000 km an hour", "sample": 2, "points": _TRAVEL}
        found[each.subject].append({"feature": feature | {"why": why, "benign": False}, "events": list(each.events)})
    known, all_of = placed(lake, places)
    return found, [
        (
            "travel is told from where addresses are said to be",
            "a VPN's or proxy's way out, and a machine that shares a person's key, look like a journey too",
        ),
        (f"{all_of - known:,} of {all_of:,} addresses have no place", f"the file {path.name} does not hold them"),
    ]


def _limits(
    held: Baseline, case: str, now: Span, stale: int | None, items: Sequence[dict[str, Any]]
) -> list[tuple[str, str]]:
    found = []
    if case in held.sources:
        found.append(("nothing of this case can be news", "the baseline was learned from this very case"))
    if stale is not None:
        found.append(
            (f"habits may have changed in the {counted(stale, 'day')} between", "the baseline is older than its limit")
        )
    unknown = sum(item["state"] == UNKNOWN for item in items)
    if unknown:
        found.append(
            (
                f"{counted(unknown, 'principal')} cannot be judged",
                "too little was learned of them; that is not 'normal'",
            )
        )
    overlap = now.first is not None and held.span.last is not None and now.first <= held.span.last
    because = "case and baseline overlap in time" if overlap else "a baseline knows habits, not who is good"
    found.append(("an intruder who was there before is part of the habit", because))
    if any(item["state"] == BENIGN for item in items):
        found.append(
            ("what somebody called benign counts no more", "jumpkit baseline benign; the ledger says who and why")
        )
    return found


def call_benign(desk: Desk, case: str, item: str, because: str, named: str | None) -> dict[str, Any]:
    """Enter that an item of `check` is benign, so that the same news of the same principal counts no more."""
    found = next((each for each in check(desk, case, named=named)["items"] if each["uid"] == item), None)
    if found is None:
        raise NotFound(f"the check of {case} has no item {item}", target=item, hint=f"jumpkit baseline check {case}")
    return {"schema": "baseline-benign/1", "case": case} | baselinebook.call_benign(desk, found, because)
