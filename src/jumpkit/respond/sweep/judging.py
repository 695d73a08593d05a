"""Judges what stands in an account: malicious, suspect, expected or unknown, each with why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.respond.sweep.finding import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jumpkit.model.action import Json
    from jumpkit.respond.sweep.finding import Thing

RANK = ("malicious", "suspect", "unknown", "expected")
CRITERIA = {
    "malicious": "the logs of the case judge it so and it stands; or it belongs to such a user, role or machine; or it "
    "lets in the same outsider as something that is malicious",
    "suspect": "the logs judge it so; or somebody whom findings hold responsible changed it; or it lets in "
    "somebody beyond one's own accounts; or it was made since the intruder is known to be at work and no log tells by "
    "whom; or it takes sight away now",
    "expected": "the provider's own, or made by automation that the estate file names",
    "unknown": "nothing speaks for it or against it",
}
_CIDR = "/"


@dataclass(frozen=True, slots=True)
class Known:
    """What a case knows: what its logs say was left behind, whose accounts are one's own, since when somebody is in."""

    left: Sequence[Json] = ()  # items of persistence/1
    own: frozenset[str] = frozenset()
    since: str | None = None  # RFC 3339; None: nobody is known to be in
    begins: str | None = None  # of the logs
    changed: Mapping[str, Json] = field(default_factory=dict)  # by those held responsible: operations, events, first


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state, why, and the item of the logs that it rests on."""

    state: str
    why: str
    rests_on: Json | None = None


@dataclass(slots=True)
class Bench:
    """What verdicts rest on, beside the thing itself."""

    known: Known
    by_name: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    partners: frozenset[str] = frozenset()  # outsiders that malicious things let in
    bad: dict[str, Thing] = field(default_factory=dict)  # what others belong to, and is malicious


def judge(found: Iterable[Thing], known: Known) -> list[tuple[Thing, Verdict]]:
    """Return each thing with its verdict, gravest first."""
    bench = Bench(known)
    for each in known.left:
        bench.by_name.setdefault((each["kind"], each["name"]), []).append(each)
    evil = [each for each in known.left if each["state"] == "malicious"]
    bench.partners = frozenset(who for each in evil for who in each["lets_in"] if _stranger(who, known.own))
    held = list(found)
    for thing in held:
        if thing.own and _intruders_own(thing, _verdict(thing, bench)):
            bench.bad[thing.own] = thing
    judged = [(each, _verdict(each, bench)) for each in held]
    return sorted(judged, key=lambda one: (RANK.index(one[1].state), one[0].kind.kind, one[0].uid))


def _intruders_own(thing: Thing, verdict: Verdict) -> bool:
    """Tell whether the intruder made a thing, and did not only change it: all that belongs to it is theirs then."""
    item = verdict.rests_on
    return verdict.state == "malicious" and item is not None and item["kind"] == thing.kind.log_kinds[0]


def _verdict(thing: Thing, bench: Bench) -> Verdict:
    told = [*_by_logs(thing, bench), *_by_itself(thing, bench)]
    return min(told, key=lambda each: RANK.index(each.state)) if told else _otherwise(thing, bench)


def _by_logs(thing: Thing, bench: Bench) -> list[Verdict]:
    """Return what logs say of it; what they say was taken back and stands all the same is at least suspect."""
    found = []
    for kind in thing.kind.log_kinds:
        for item in (item for name in sorted(thing.log_names) for item in bench.by_name.get((kind, name), ())):
            if _other_place(thing, item):
                continue
            by = item["by"]["name"] or item["by"]["uid"] or "an unknown principal"
            why = f"made by {by} at {item['first']}: {item['why'].removesuffix('.')}"
            if item["undone"]:
                why += f"; the logs say that {item['undone']['operation']} took it back, and it stands"
                found.append(Verdict("malicious" if item["state"] == "malicious" else "suspect", why, item))
            elif item["state"] != "unknown":
                found.append(Verdict(item["state"], why, item))
    return found


def _other_place(thing: Thing, item: Json) -> bool:
    """Tell whether an item of the same name is about something else."""
    if item["account"] not in (None, thing.account):
        return True
    if thing.region and item["region"] not in (None, thing.region):
        return True
    return thing.log_beside is not None and bool(item["with"]) and thing.log_beside not in item["with"]


def _by_itself(thing: Thing, bench: Bench) -> list[Verdict]:
    """Return what the thing says by what it is."""
    if thing.expected:
        return [Verdict("expected", "it is the provider's own")]
    known = bench.known
    found = _by_changes(thing, known)
    shared = sorted(set(thing.lets_in) & bench.partners)
    if shared:
        found.append(Verdict("malicious", f"it lets in {', '.join(shared)}, as something malicious does"))
    if thing.holder in bench.bad:
        found.append(Verdict("malicious", f"it belongs to {thing.holder}, which is malicious"))
    out = [who for who in thing.lets_in if _stranger(who, known.own)]
    if out and thing.kind.gives != "reach":
        found.append(Verdict("suspect", f"it lets in {', '.join(out[:5])}{_bounded(thing)}, no account of one's own"))
    if known.since and thing.made and thing.made >= known.since:
        why = f"made {thing.made}, since the intruder is known to be at work ({known.since}); no log tells by whom"
        found.append(Verdict("suspect", why))
    if thing.kind.gives == "blinds":
        found.append(Verdict("suspect", "it takes sight away now"))
    return found


def _by_changes(thing: Thing, known: Known) -> list[Verdict]:
    """Return what it says that somebody who is held responsible changed something of this name."""
    found: list[Verdict] = []
    if thing.log_beside is not None and thing.kind.gives != "reach":
        return found  # the name is that of whoever has it
    for name in sorted(thing.log_names & set(known.changed)):
        told = known.changed[name]
        calls = ", ".join(sorted(told["operations"])[:4])
        why = f"changed by an origin that findings of medium or above hold responsible ({calls}, from {told['first']})"
        events = sorted(told["events"])
        found.append(Verdict("suspect", why, {"events": events, "first": told["first"], "kind": None}))
    return found


def _otherwise(thing: Thing, bench: Bench) -> Verdict:
    parts = ["nothing speaks for it or against it"]
    if thing.made and bench.known.begins and thing.made < bench.known.begins:
        parts.append(f"made {thing.made}, before the logs of the case begin")
    if thing.lets_in and thing.kind.gives == "reach":
        parts.append(f"it is open to {', '.join(thing.lets_in[:5])}")
    if thing.odd:
        parts.append(f"not understood: {', '.join(thing.odd[:3])}")
    return Verdict("unknown", "; ".join(parts))


def _bounded(thing: Thing) -> str:
    return f" (where {'; '.join(thing.bounds[:3])})" if thing.bounds else ""


def _stranger(who: str, own: frozenset[str]) -> bool:
    """Tell whether somebody who is let in belongs to no account of one's own.

    >>> _stranger("arn:aws:iam::111122223333:root", frozenset({"111122223333"})), _stranger("everyone", frozenset())
    (False, True)
    """
    if who == EVERYONE:
        return True
    if _CIDR in who and not who.startswith("arn:"):
        return True
    parts = who.split(":")
    named = parts[4] if who.startswith("arn:") and len(parts) > 4 else who  # noqa: PLR2004 - an ARN's account
    return named not in own


def told(thing: Thing, verdict: Verdict) -> Mapping[str, Any]:
    """Return an item of sweep/1."""
    item = verdict.rests_on or {}
    return {
        "uid": thing.uid,
        "kind": thing.kind.kind,
        "title": thing.kind.title,
        "name": thing.name,
        "state": verdict.state,
        "why": f"{verdict.why}.",
        "gives": thing.kind.gives,
        "account": thing.account,
        "region": thing.region,
        "holder": thing.holder,
        "lets_in": list(thing.lets_in),
        "made": thing.made,
        "used": thing.used,
        "by": item.get("by"),
        "first": item.get("first"),
        "findings": item.get("findings", []),
        "events": item.get("events", []),
        "more": item.get("more", 0),
        "attack": list(thing.kind.attack),
        "action": thing.action,
        "by_hand": thing.kind.otherwise,
    }
