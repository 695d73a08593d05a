"""How plans and outcomes read on a screen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumpkit.cli.options import Shared


def tell_plan(shared: Shared, body: Mapping[str, Any]) -> int:
    """Show a plan: what each step does, calls, loses, and how it is taken back."""
    from jumpkit.cli.output import emit_json, line  # noqa: PLC0415 - loaded when a command runs

    if shared.as_json:
        emit_json(body)
        return 0
    line(f"{body['plan']}  {body['title']}  (case {body['case']}, account {body['account']})")
    line(f"  as {body['caller']}")
    for step in body["steps"]:
        target = step["target"]
        line(f"{step['step']:>3}  {step['title']}: {target['kind']} {target['uid']}   [danger {step['danger']}]")
        for head, text in _said(step, body["waived"]):
            line(f"       {head:<7} {text}")
    have = body["approvals"]
    line(f"Approvals: {have['have']} of {have['need']}" + (f", solo: {have['solo']}" if have["solo"] else ""))
    if have["have"] < have["need"]:
        line(f"  next: jumpkit approve {body['plan']} --key PRIVATE_KEY, or --solo REASON where you are alone")
    else:
        line(f"  next: jumpkit apply {body['plan']}")
    return 0


def _said(step: Mapping[str, Any], waived: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what a step says of itself, a heading and a sentence each."""
    yield "does", step["effect"]
    yield "loses", step["loses"]
    yield "undo", step["undo"] or "CANNOT BE TAKEN BACK"
    yield from (("", f"not brought back: {each}") for each in step["undo_leaves"])
    if step["already"]:
        yield "now", "it is so already: nothing would be called"
    for call in step["calls"]:
        yield "calls", f"{call['service']}:{call['operation']} {json.dumps(call['parameters'])}"
    yield from (("REFUSED", each) for each in step["against"])
    yield from (
        ("needs", f"{each} (waived: {waived[each]})" if each in waived else each) for each in step["needs_first"]
    )


def tell_outcomes(shared: Shared, body: Mapping[str, Any]) -> int:
    """Show what a run came to, and return its exit code."""
    from jumpkit.cli.output import emit_json, line  # noqa: PLC0415 - loaded when a command runs

    if shared.as_json:
        emit_json(body)
        return code_of(body)
    for each in body["outcomes"]:
        target = each["target"]
        line(f"{each['step']:>3}  {each['outcome']:<8} {each['action']}: {target['kind']} {target['uid']}")
        if each["because"]:
            line(f"       {each['because']}")
        for path, drift in (each["drift"] or {}).items():
            line(f"       {path}: expected {json.dumps(drift['expected'])}, found {json.dumps(drift['found'])}")
        for check in each["checks"]:
            held = {True: "holds", False: "DOES NOT HOLD", None: "unknown"}[check["held"]]
            line(f"       {held}: {check['claim']} ({check['by']}: {check['because']})")
    if body["how"] == "undo" and any(each["drift"] for each in body["outcomes"]):
        line("  next: put back by hand what was changed since (expected, above), then undo again")
    if body["how"] != "undo":
        line(f"Contained: {body['contained']}. {body['contained_because']}")
    return code_of(body)


def code_of(body: Mapping[str, Any]) -> int:
    """Return 0 where every step is done or was so already, 4 where one was refused, else 1."""
    outcomes = {each["outcome"] for each in body["outcomes"]}
    if outcomes <= {"done", "already"}:
        return 1 if body["contained"] == "no" else 0
    return 1 if outcomes & {"failed", "unknown"} else 4
