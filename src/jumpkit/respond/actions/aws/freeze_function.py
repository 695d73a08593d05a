"""Lets a function run no more: it gets no concurrency."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Freeze a function",
    verb="contain",
    target="function",
    effect="Every call of the function is put off; nothing of its code runs.",
    danger="high",
    reads=("lambda:GetFunctionConfiguration", "lambda:GetFunctionConcurrency"),
    writes=("lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency"),
    loses="What it does is not done. Events from queues and streams wait, others are lost after their retries.",
    undo="Give it the concurrency that it had, or none of its own.",
    needs_first=("described",),
    d3fend=("D3-EI", "D3-PS"),
    attack=("T1648",),
    proof=(Proof("its concurrency is 0, and as it was after undo", "moto 5"), Proof("calls are put off", "nothing")),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the function's own concurrency, None where it shares the account's."""
    del mark
    asked = {"FunctionName": target.uid}
    cloud.read(Call("lambda", "GetFunctionConfiguration", asked, target.region))
    body = cloud.read(Call("lambda", "GetFunctionConcurrency", asked, target.region)).body
    return {"reserved": body.get("ReservedConcurrentExecutions")}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Give it none."""
    del seen, mark
    return [_put(target, 0)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Give it what it had."""
    del now, mark
    if before["reserved"] is None:
        return [Call("lambda", "DeleteFunctionConcurrency", {"FunctionName": target.uid}, target.region)]
    return [_put(target, before["reserved"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it has none."""
    del target, mark
    return "yes" if seen["reserved"] == 0 else "no"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what no concurrency means; one that runs at this moment runs to its end."""
    del cloud, mark
    because = f"the reserved concurrency of {target.uid} reads {seen['reserved']}"
    return [Check("no new run of it begins", seen["reserved"] == 0, "read back", because)]


def _put(target: Target, reserved: int) -> Call:
    told = {"FunctionName": target.uid, "ReservedConcurrentExecutions": reserved}
    return Call("lambda", "PutFunctionConcurrency", told, target.region)
