"""One plan: what each step does, calls, loses; approved, run, seen to hold, taken back."""

from __future__ import annotations

import json
from typing import Any

from jumpkit.app.jobs import jobs_of
from jumpkit.app.plan_work import begin_work, fresh_job, rights_here
from jumpkit.app.planview import must_confirm, plan_in
from jumpkit.kit.errors import JumpkitError
from jumpkit.kit.masking import mask
from jumpkit.web.approval import Word, approved
from jumpkit.web.failing import status_of
from jumpkit.web.page import Ask, Page
from jumpkit.web.seat import Seat

page = Page(__name__, "/cases/{case}/plans/{plan}", needs="case.read", title="Plan")
router = page.router
_SIGNATURE = 64 << 10  # bytes


@page.show
def show(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return the plan, what came of it, and what can be done now."""
    told = _plan(at, ask)
    return told | {"title": f"{told['plan']['plan']} {told['plan']['title']}"}


@page.part("run")
def run_part(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return how the run goes."""
    return _plan(at, ask)


@page.part("caller", needs="cloud.plan")
def caller(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return by whose rights this server would act."""
    return {"case": ask.case, **who(at)}


@page.deed("approve", needs="cloud.approve", files=True)
def approve(at: Seat, ask: Ask) -> str:
    """Approve it, alone with a reason or by a signature."""
    form = ask.form
    pasted = form.get("signature", "").strip()
    if not pasted and ask.files:
        pasted = ask.files[0].file.read(_SIGNATURE).decode("utf-8", "replace")
    solo = form.get("solo", "") if form.get("how") == "solo" else None
    word = Word(solo, pasted if solo is None else None, form.get("password", ""), form.get("code", ""))
    approved(at, ask.request, (ask.case, ask.path["plan"]), word)
    return _here(ask)


@page.deed("apply", needs="cloud.act")
def apply(at: Seat, ask: Ask) -> str:
    """Let it run."""
    return _begin(at, ask, "apply", {})


@page.deed("resume", needs="cloud.act")
def resume(at: Seat, ask: Ask) -> str:
    """Go on."""
    return _begin(at, ask, "resume", {})


@page.deed("undo", needs="cloud.act")
def undo(at: Seat, ask: Ask) -> str:
    """Take it back."""
    return _begin(at, ask, "undo", {"proceed": bool(ask.form.get("proceed"))})


def who(at: Seat) -> dict[str, Any]:
    """Return by whose rights this server acts on a cloud, or why nobody can tell."""
    del at
    try:
        return {"rights": rights_here(), "without": None}
    except JumpkitError as error:
        if status_of(error) == 500:  # noqa: PLR2004 - HTTP's own
            raise
        return {"rights": None, "without": error}


def _plan(at: Seat, ask: Ask) -> dict[str, Any]:
    begun = jobs_of(at.house.standing, ask.case)  # before the plan: what a job that ended did is then in it
    with at.reading() as desk:
        body = mask(plan_in(desk, ask.case, ask.path["plan"]))
    jobs = [each for each in begun if (each["about"] or {}).get("plan") == body["plan"]]
    calls = {
        step["step"]: [f"{call['service']}:{call['operation']} {_text(call['parameters'])}" for call in step["calls"]]
        for step in body["steps"]
    }
    return {
        "case": ask.case,
        "plan": body,
        "calls": calls,
        "job": jobs[0] if jobs else None,
        "drifts": _drifts(jobs[0]) if jobs else [],
        "confirm": {"alone": must_confirm(body, alone=True), "signed": must_confirm(body, alone=False)},
    }


def _drifts(job: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what somebody changed meanwhile, as the last run met it: expected and found."""
    return [
        {"step": each["step"], "path": path, "expected": _text(drift["expected"]), "found": _text(drift["found"])}
        for each in (job["answer"] or {}).get("outcomes", [])
        for path, drift in (each["drift"] or {}).items()
    ]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _begin(at: Seat, ask: Ask, kind: str, more: dict[str, Any]) -> str:
    with at.reading() as desk:
        name = plan_in(desk, ask.case, ask.path["plan"])["plan"]
    begin_work(at.house.standing, fresh_job(), ask.case, at.actor, (kind, {"plan": name, **more}))
    return _here(ask)


def _here(ask: Ask) -> str:
    return f"/cases/{ask.case}/plans/{ask.path['plan']}#run"
