"""Plans of a case: made, shown, approved, run, gone on with, taken back; the work itself is a job."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import Field
from starlette.responses import Response

from jumpkit.app.plan_work import begin_work, fresh_job
from jumpkit.app.planning import Asked, Order, make_plan
from jumpkit.app.planview import plan_in, plans_in
from jumpkit.app.requests import Again
from jumpkit.kit.errors import BadUsage
from jumpkit.kit.masking import mask
from jumpkit.web.answers import answers, part
from jumpkit.web.approval import Word, approved
from jumpkit.web.failing import Unusable, reply
from jumpkit.web.once import Hand, writes
from jumpkit.web.said import Reader, Said

router = part("plans")
Planner = Annotated[Hand, Depends(writes("cloud.plan"))]
Approver = Annotated[Hand, Depends(writes("cloud.approve"))]
Actor = Annotated[Hand, Depends(writes("cloud.act"))]
_AGAIN = {"idempotent-replayed": "true"}


class Step(Said):
    """One step: an action of the catalog, its target's id, and choices or what else addresses the target."""

    action: str
    target: str
    region: str | None = None
    more: dict[str, str] = Field(default_factory=dict)


class NewPlan(Said):
    """A plan to be made; each target is looked at, nothing is changed."""

    title: str = Field(min_length=1, max_length=300)
    steps: list[Step] = Field(min_length=1, max_length=200)
    account: str | None = Field(default=None, description="The account that this server must be in.")
    waive: dict[str, str] = Field(default_factory=dict, description="Gate: why to go without it.")


class Approval(Said):
    """One of both: a reason for working alone, or a signature over the plan's digest."""

    solo: str | None = None
    signature: str | None = Field(default=None, description="What `ssh-keygen -Y sign -n jumpkit-plan` made.")
    password: str = ""
    code: str = ""


class Back(Said):
    """Whether to proceed where taking back lets stolen credentials work again."""

    proceed: bool = False


class Suspicion(Said):
    """What is suspected, and, after a look, what is chosen of the options: `option:target` each."""

    suspects: list[tuple[str, str]] = Field(min_length=1, max_length=50)
    chosen: list[str] | None = None


@router.get("/cases/{case}/plans", **answers("plans"))
def list_plans(case: str, at: Reader) -> Response:
    """List the plans of a case, the newest first."""
    with at.reading() as desk:
        return reply({"schema": "plans/1", "case": case, "plans": plans_in(desk, case)})


@router.get("/cases/{case}/plans/{plan}", **answers("plan"))
def show_plan(case: str, plan: str, at: Reader) -> Response:
    """Show a plan: its steps, approvals and outcomes, and what can be done now."""
    with at.reading() as desk:
        return reply(mask(plan_in(desk, case, plan)))


@router.post("/cases/{case}/plans", **answers("plan", 201, "made"))
def plan(case: str, new: NewPlan, by: Planner) -> Response:
    """Make a plan with this server's own rights; nothing in the cloud is changed."""
    steps = [Asked(each.action, each.target, each.region, each.more) for each in new.steps]
    order = Order(new.title, steps, account=new.account, waived=new.waive)
    try:
        return reply(make_plan(_how(by), case, order), 201)
    except Again as again:
        with by.seat.reading() as desk:
            return reply(mask(plan_in(desk, again.case, again.entered[0]["told"])), 201, _AGAIN)


@router.post("/cases/{case}/plans/{plan}/approve", **answers("plan", 200, "approved"))
def approve(case: str, plan: str, said: Approval, by: Approver, request: Request) -> Response:
    """Approve a plan; alone only in a session, with the password again."""
    headers = {}
    try:
        word = Word(said.solo, said.signature, said.password, said.code)
        approved(by.seat, request, (case, plan), word, by.asked)
    except Again:
        headers = _AGAIN
    with by.seat.reading() as desk:
        return reply(mask(plan_in(desk, case, plan)), 200, headers)


@router.post("/cases/{case}/plans/{plan}/apply", **answers("job", 202, "begun"))
def run(case: str, plan: str, by: Actor) -> Response:
    """Let an approved plan run; its outcomes come by the case's stream, and at the end by the job."""
    return _begun(by, case, plan, "apply", {})


@router.post("/cases/{case}/plans/{plan}/resume", **answers("job", 202, "begun"))
def resume(case: str, plan: str, by: Actor) -> Response:
    """Go on with a plan that was interrupted: what is there is looked at before anything is sent again."""
    return _begun(by, case, plan, "resume", {})


@router.post("/cases/{case}/plans/{plan}/undo", **answers("job", 202, "begun"))
def undo(case: str, plan: str, said: Back, by: Actor) -> Response:
    """Take a plan back; where anything drifted, nothing is written."""
    return _begun(by, case, plan, "undo", {"proceed": said.proceed})


@router.post("/cases/{case}/respond", **answers("job", 202, "begun"))
def respond(case: str, said: Suspicion, by: Planner) -> Response:
    """Look at suspects and gather; the job's answer holds the options. Asked with what is chosen, it makes the plan."""
    about = {"suspects": [list(each) for each in said.suspects], "chosen": said.chosen, "alert": None}
    return _job(by, case, ("respond", about))


def _begun(by: Hand, case: str, name: str, kind: str, more: dict[str, Any]) -> Response:
    with by.seat.reading() as desk:
        plan_in(desk, case, name)
    return _job(by, case, (kind, {"plan": name, **more}))


def _job(by: Hand, case: str, asked: tuple[str, dict[str, Any]]) -> Response:
    job = f"J-{by.asked.key[:24]}" if by.asked.key else fresh_job()
    try:
        made = begin_work(by.seat.house.standing, job, case, by.seat.actor, asked)
    except BadUsage as error:
        raise Unusable(error.message, target=error.target, hint=error.hint) from error
    return reply(made, 202, {"location": f"/api/v1/cases/{case}/jobs/{made['job']}"})


def _how(by: Hand) -> Any:
    return replace(by.seat.opening, request=by.asked)
