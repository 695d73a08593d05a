"""The answer to what stands in an account: judged things, what was not read, and what nobody looks for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.respond.sweep.finding import things
from jumpkit.respond.sweep.judging import CRITERIA, RANK, told
from jumpkit.respond.sweep.kinds import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.model.action import Json
    from jumpkit.respond.sweep.finding import Thing
    from jumpkit.respond.sweep.judging import Verdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """What sealed documents hold: things, and what was not read."""

    things: Sequence[Thing]
    unread: Sequence[Json]


def evidence_of(sealed: Sequence[Json]) -> Evidence:
    """Return what documents of a sweep hold, one document a place."""
    known = kinds()
    found: list[Thing] = []
    unread: list[Json] = []
    for body in sealed:
        account, region = str(body["account"]), body["region"]
        for name, each in body["kinds"].items():
            found += things(known[name], each["rows"], account, region)
            place = {"kind": name, "account": account, "region": region, "about": None}
            unread += [place | gap for gap in each["gaps"]]
    return Evidence(found, unread)


def answered(judged: Sequence[tuple[Thing, Verdict]], evidence: Evidence, logged: Mapping[str, str]) -> Json:
    """Return the body of sweep/1; `logged` names the kinds that logs of calls tell, by title."""
    counts = Counter(verdict.state for _, verdict in judged)
    return {
        "criteria": CRITERIA,
        "counts": {state: counts[state] for state in RANK},
        "items": [told(thing, verdict) for thing, verdict in judged],
        "unread": [dict(each) for each in evidence.unread],
        "views": 1,
        "limits": [*_unread(evidence.unread), _ONE_VIEW],
        "looked_for": [{"kind": each.kind, "title": each.title} for each in kinds().values()],
        "not_covered": _not_covered(logged),
    }


_ONE_VIEW = {
    "what": "hidden things",
    "because": "this is what the provider tells one principal; something hidden from it is not here; "
    "sweep again with another principal's rights (--profile, --role-arn), and compare",
}


def _unread(unread: Sequence[Json]) -> list[Json]:
    by_kind: dict[str, list[Json]] = {}
    for gap in unread:
        by_kind.setdefault(gap["kind"], []).append(gap)
    found = []
    for kind, gaps in sorted(by_kind.items()):
        places = sorted({gap["region"] or "the account" for gap in gaps})
        what = f"{kind} in {', '.join(places[:3])}" + (f" and {len(places) - 3} more" if len(places) > 3 else "")  # noqa: PLR2004 - three are named
        found.append({"what": what, "because": f"unknown: {gaps[0]['call']} answered {gaps[0]['code']}"})
    return found


def _not_covered(logged: Mapping[str, str]) -> list[Json]:
    """Return the kinds that are known from logs, and that no file looks for in the account itself."""
    looked = {name for each in kinds().values() for name in each.log_kinds}
    why = "known, and judged from logs alone (jumpkit persistence): no sweep looks for it in the account itself"
    return [{"what": f"{title} ({kind})", "because": why} for kind, title in logged.items() if kind not in looked]
