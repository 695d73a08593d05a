"""Moves an account into a unit of the organisation that was prepared for quarantine."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import first, listed

SPEC = Spec(
    title="Move an account into quarantine",
    verb="contain",
    target="account",
    effect="The policies of the unit that is named hold for the account, and those of its own unit no longer.",
    danger="critical",
    reads=("organizations:ListParents",),
    writes=("organizations:MoveAccount",),
    loses="Guardrails and services that the account gets from its own unit; what the quarantine's policies deny.",
    undo="Move it back.",
    rearms=True,
    options={"unit": "id of the unit, ou-…; it must be given"},
    d3fend=("D3-UAP",),
    attack=("T1078.004",),
    proof=(Proof("it is in the unit, and back after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the unit that the account is in."""
    del mark
    parents = listed(cloud, Call("organizations", "ListParents", {"ChildId": target.uid}), "Parents")
    return {"parent": first(parents, lambda _: True, target)["Id"]}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Move it."""
    return [_move(target, seen["parent"], mark.options["unit"])]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Move it back."""
    del mark
    return [_move(target, now["parent"], before["parent"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is there."""
    del target
    return "yes" if seen["parent"] == mark.options.get("unit") else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse where no unit was named."""
    del target, seen
    return [] if mark.options.get("unit") else ["no unit was named (unit=ou-…)"]


def _move(target: Target, source: str, to: str) -> Call:
    told = {"AccountId": target.uid, "SourceParentId": source, "DestinationParentId": to}
    return Call("organizations", "MoveAccount", told)
