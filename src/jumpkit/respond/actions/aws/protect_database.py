"""Keeps a database from being deleted."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import first

SPEC = Spec(
    title="Protect a database from deletion",
    verb="guard",
    target="database",
    effect="DeleteDBInstance is refused until the protection is taken away.",
    danger="low",
    reads=("rds:DescribeDBInstances",),
    writes=("rds:ModifyDBInstance",),
    loses="Nothing.",
    undo="Set the protection to what it was.",
    d3fend=("D3-RA",),
    attack=("T1485",),
    proof=(Proof("it is protected, and as it was after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return whether it is protected."""
    del mark
    asked = Call("rds", "DescribeDBInstances", {"DBInstanceIdentifier": target.uid}, target.region)
    return {
        "protected": bool(first(cloud.read(asked).body["DBInstances"], lambda _: True, target)["DeletionProtection"])
    }


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Protect it."""
    del seen, mark
    return [_set(target, protected=True)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Set it to what it was."""
    del now, mark
    return [_set(target, protected=before["protected"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is protected."""
    del target, mark
    return "yes" if seen["protected"] else "no"


def _set(target: Target, *, protected: bool) -> Call:
    told = {"DBInstanceIdentifier": target.uid, "DeletionProtection": protected, "ApplyImmediately": True}
    return Call("rds", "ModifyDBInstance", told, target.region)
