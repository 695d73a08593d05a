"""A plan: steps with their calls, what they cost and how they are taken back; a person approves its digest."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.kit.digest import canonical, sha256_hex, short_id
from jumpkit.kit.errors import BadUsage, Refused
from jumpkit.model.action import DANGERS, Mark, Seen, Target
from jumpkit.respond.catalog import action
from jumpkit.respond.filling import spelled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.model.action import Action, Cloud, Json

_TWO_FROM = "high"  # from this danger on two people approve
_NO_CALLS = "reads only; what it gathers is sealed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A step that somebody wants in a plan."""

    action: str
    target: Target
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts, as the provider sees it."""

    arn: str
    account: str
    user_id: str
    expires: str | None = None  # when our own credentials end, null where they do not or nobody knows


@dataclass(frozen=True, slots=True)
class Head:
    """What a plan says of itself beside its steps."""

    plan: str
    case: str
    caller: Caller
    requester: str
    created: str
    title: str
    waived: Mapping[str, str] = field(default_factory=dict)  # gate → why it is passed


def build(head: Head, wanted: Sequence[Wanted], cloud: Cloud) -> Json:
    """Return the plan's body: each target is looked at now, and each step says what it would call.

    Raises:
        BadUsage: there is no step, or an action does not fit its target.
        NotFound: the provider does not know a target.
        Denied: we may not look at one.

    """
    if not wanted:
        raise BadUsage("a plan needs a step", target="plan", hint="jumpkit plan CASE --step ACTION=TARGET")
    steps = [_step(head, index, each, cloud) for index, each in enumerate(wanted, 1)]
    body: Json = {
        "schema": "plan/1",
        "plan": head.plan,
        "title": head.title,
        "case": head.case,
        "caller": head.caller.arn,
        "account": head.caller.account,
        "requester": head.requester,
        "created": head.created,
        "waived": dict(head.waived),
        "steps": steps,
        "need": need(steps),
    }
    return {**body, "digest": digest(body)}


def digest(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the plan without its digest: what a person approves."""
    return sha256_hex(canonical({name: value for name, value in body.items() if name != "digest"}))


def checked(body: Json) -> Json:
    """Return the plan if it is what its digest says.

    Raises:
        Refused: a byte of it was changed.

    """
    if digest(body) != body.get("digest"):
        hint = "what was approved is not what lies here: make the plan anew"
        raise Refused("the plan is not what its digest says", target=str(body.get("plan")), hint=hint)
    return body


def need(steps: Sequence[Mapping[str, Any]]) -> int:
    """Return how many people must approve: two where a step is dangerous, nobody where all only read."""
    if not any(step["writes"] for step in steps):
        return 0
    worst = max(DANGERS.index(step["danger"]) for step in steps)
    return 2 if worst >= DANGERS.index(_TWO_FROM) else 1


def target_of(step: Mapping[str, Any]) -> Target:
    """Return the target that a step of a plan names."""
    return Target(**step["target"])


def mark_of(body: Mapping[str, Any], step: Mapping[str, Any]) -> Mark:
    """Return what a step leaves on what it makes."""
    name = short_id("jumpkit", body["case"], body["plan"], str(step["step"]))[: len("jumpkit-") + 12]
    return Mark(body["case"], body["plan"], str(step["step"]), name, body["caller"], dict(step["options"]))


def _step(head: Head, number: int, wanted: Wanted, cloud: Cloud) -> Json:
    chosen = action(wanted.action)
    _fits(chosen, wanted)
    told: Json = {"step": number, "action": chosen.id, "target": asdict(wanted.target), "options": dict(wanted.options)}
    mark = mark_of({"case": head.case, "plan": head.plan, "caller": head.caller.arn}, told)
    seen = chosen.observe(cloud, wanted.target, mark)
    there = chosen.done(wanted.target, seen, mark) == "yes"
    calls = [] if there or chosen.apply is None else chosen.apply(wanted.target, seen, mark)
    against = chosen.refuses(wanted.target, seen, mark) if chosen.refuses and not there else []
    return told | {
        "already": there,
        "calls": [spelled(call) for call in calls],
        "before": seen,
        "against": list(against),
        **_said(chosen),
    }


def _said(chosen: Action) -> Json:
    spec = chosen.spec
    return {
        "title": spec.title,
        "verb": spec.verb,
        "effect": spec.effect,
        "danger": spec.danger,
        "undo": spec.undo if chosen.apply else _NO_CALLS,
        "undo_leaves": list(spec.undo_leaves),
        "new_ids": list(spec.new_ids),
        "rearms": spec.rearms,
        "loses": spec.loses,
        "needs_first": list(spec.needs_first),
        "writes": list(spec.writes),
        "proof": [asdict(each) for each in spec.proof],
    }


def _fits(chosen: Action, wanted: Wanted) -> None:
    if chosen.spec.target != wanted.target.kind:
        said = f"{chosen.id} aims at a {chosen.spec.target}, not at a {wanted.target.kind}"
        raise BadUsage(said, target=wanted.target.uid, hint="jumpkit actions list")
    strange = sorted(set(wanted.options) - set(chosen.spec.options))
    if strange:
        known = ", ".join(chosen.spec.options) or "none"
        raise BadUsage(f"{chosen.id} knows no choice {strange[0]!r}", target=strange[0], hint=f"its choices: {known}")


def seen_of(step: Mapping[str, Any]) -> Seen:
    """Return what was seen of a step's target when it was planned."""
    before: Seen = step["before"]
    return before
