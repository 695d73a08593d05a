"""How far recovery is: what a plan or a sweep wants, what is in force, and whether anybody looked at everything."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jumpkit.respond.progress import recovery

REMOVE = "aws/delete_access_key"
PLAN = {"steps": [{"action": REMOVE, "target": {"account": "1", "uid": "AKIA1"}}]}
DONE = {
    "effect": "E-1",
    "plan": "P-1",
    "step": 1,
    "action": REMOVE,
    "state": "done",
    "direction": "apply",
    "verified": 1,
    "target": json.dumps({"account": "1", "uid": "AKIA1"}),
}


def item(state: str, uid: str, action: str | None = REMOVE) -> dict[str, Any]:
    step = {"action": action, "account": "1", "target": uid} if action else None
    return {"uid": uid, "state": state, "action": step}


def swept(*items: dict[str, Any], whole: bool = True) -> dict[str, Any]:
    return {"whole": whole, "items": list(items)}


@pytest.mark.parametrize(
    ("plans", "sweep", "percent", "because"),
    [
        ([], None, None, "no sweep found"),
        ([PLAN], None, 100, "no sweep has looked"),
        ([PLAN], swept(whole=False), 100, "could not read everything"),
        ([PLAN], swept(item("suspect", "AKIA2")), 100, "left 1 suspect or unknown"),
        ([PLAN], swept(item("expected", "AKIA2")), 100, None),
        ([PLAN], swept(item("malicious", "AKIA2")), 50, None),
        ([], swept(item("malicious", "AKIA1"), item("malicious", "by-hand", None), item("malicious", "x")), 33, None),
    ],
)
def test_a_figure_says_what_it_does_not_know(plans: Any, sweep: Any, percent: int | None, because: str | None) -> None:
    found = recovery(plans, [DONE], sweep)
    assert found["percent"] == percent
    assert because in found["because"] if because else found["because"] is None


def test_what_is_taken_back_or_doubtful_is_not_done() -> None:
    assert recovery([PLAN], [], swept())["percent"] == 0
    found = recovery([PLAN], [DONE | {"verified": 0}], swept())
    assert (found["percent"], found["unknown"]) == (0, 1)
