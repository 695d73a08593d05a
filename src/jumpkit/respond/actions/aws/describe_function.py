"""Gathers a function: configuration, where its code lies, policy, versions, sources of events, address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.model.action import Call, Cloud, Mark, Piece, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.pieces import Asking, asked

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEC = Spec(
    title="Gather a function",
    verb="collect",
    target="function",
    effect="Its configuration with the digest of its code, policy, versions, sources and address are read and sealed.",
    danger="none",
    reads=(
        "lambda:GetFunctionConfiguration",
        "lambda:GetFunction",
        "lambda:GetPolicy",
        "lambda:ListVersionsByFunction",
        "lambda:ListEventSourceMappings",
        "lambda:GetFunctionUrlConfig",
        "lambda:GetFunctionConcurrency",
    ),
    writes=(),
    loses="Nothing. Its environment may hold secrets: it is kept as evidence and masked wherever it is shown.",
    undo=None,
    attack=("T1648",),
    proof=(Proof("every answer is sealed with its request ids; a refused one is named", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the digest of its code."""
    del mark
    body = cloud.read(Call("lambda", "GetFunctionConfiguration", {"FunctionName": target.uid}, target.region)).body
    return {"code": body["CodeSha256"]}


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell that gathering is never done before it began."""
    del target, seen, mark
    return "no"


def gather(cloud: Cloud, target: Target, mark: Mark) -> Iterator[Piece]:
    """Read it all, and yield it as one document."""
    del mark
    operations = {
        "function": "GetFunction",
        "policy": "GetPolicy",
        "versions": "ListVersionsByFunction",
        "sources": "ListEventSourceMappings",
        "address": "GetFunctionUrlConfig",
        "concurrency": "GetFunctionConcurrency",
    }
    told = {"FunctionName": target.uid}
    calls = ((name, Call("lambda", operation, told, target.region)) for name, operation in operations.items())
    yield asked(Asking(cloud), calls).piece(f"aws/{target.account}/function/{target.uid}.json")
