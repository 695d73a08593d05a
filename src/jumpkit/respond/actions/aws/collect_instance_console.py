"""Gathers what an instance wrote on its console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.model.action import Call, Cloud, Mark, Piece, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.instances import instance
from jumpkit.respond.pieces import Asking

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEC = Spec(
    title="Gather an instance's console",
    verb="collect",
    target="instance",
    effect="The last output of its console is read and sealed.",
    danger="none",
    reads=("ec2:DescribeInstances", "ec2:GetConsoleOutput"),
    writes=(),
    loses="Nothing.",
    undo=None,
    attack=("T1059",),
    proof=(Proof("what the console says is sealed", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return that it is there."""
    del mark
    return {"instance": instance(cloud, target)["InstanceId"]}


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell that gathering is never done before it began."""
    del target, seen, mark
    return "no"


def gather(cloud: Cloud, target: Target, mark: Mark) -> Iterator[Piece]:
    """Read it and yield it."""
    del mark
    asking = Asking(cloud)
    asking.ask("console", Call("ec2", "GetConsoleOutput", {"InstanceId": target.uid}, target.region))
    yield asking.piece(f"aws/{target.account}/instance/{target.uid}-console.json")
