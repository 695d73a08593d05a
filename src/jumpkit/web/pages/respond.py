"""From a suspicion to a plan: what is suspected, what was gathered, what can be done and what each answer costs."""

from __future__ import annotations

from typing import Any

from jumpkit.app.jobs import jobs_of
from jumpkit.app.plan_job import option_key
from jumpkit.app.plan_work import begin_work, fresh_job, suspect_kinds
from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.web.page import Ask, Page
from jumpkit.web.pages.plan import who
from jumpkit.web.seat import Seat

page = Page(__name__, "/cases/{case}/respond", needs="cloud.plan", title="Respond")
router = page.router
_OPEN = frozenset({"waiting", "running"})


@page.show
def show(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return what was asked, and how far it has come."""
    return _work(at, ask) | {"kinds": suspect_kinds()}


@page.part("work")
def work(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return how far it has come."""
    return _work(at, ask)


@page.part("caller")
def caller(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return by whose rights this server would act."""
    return {"case": ask.case, **who(at)}


@page.deed("look", needs="cloud.plan")
def look(at: Seat, ask: Ask) -> str:
    """Look at a suspect, and gather what only reading gathers."""
    kind, uid = ask.form.get("kind", ""), ask.form.get("uid", "").strip()
    if not uid or kind not in suspect_kinds():
        raise BadUsage("say what is suspected, and what kind of thing it is", target="uid", hint="its id or its name")
    return _begin(at, ask.case, {"suspects": [[kind, uid]], "alert": None, "chosen": None})


@page.deed("choose", needs="cloud.plan")
def choose(at: Seat, ask: Ask) -> str:
    """Make a plan of what was chosen."""
    job = _job(at, ask.case, ask.form.get("job", ""))
    if job is None:
        raise NotFound("nobody looked for that", target="job", hint="look first")
    keys = [option["key"] for option in _options(job) if ask.form.get(f"option-{option['key']}")]
    if not keys:
        raise BadUsage("nothing was chosen", target="options", hint="choose at least one")
    return _begin(at, ask.case, {**job["about"], "chosen": keys})


def _begin(at: Seat, case: str, about: dict[str, Any]) -> str:
    made = begin_work(at.house.standing, fresh_job(), case, at.actor, ("respond", about))
    return f"/cases/{case}/respond?job={made['job']}"


def _work(at: Seat, ask: Ask) -> dict[str, Any]:
    job = _job(at, ask.case, ask.query.get("job"))
    return {"case": ask.case, "job": job, "under_way": bool(job) and job["state"] in _OPEN, "options": _options(job)}


def _job(at: Seat, case: str, name: str | None) -> Any:
    jobs = [each for each in jobs_of(at.house.standing, case) if each["kind"] == "respond"]
    return next((each for each in jobs if name in {None, "", each["job"]}), None)


def _options(job: Any) -> list[dict[str, Any]]:
    """Return the options of a look, each with what names it in a form."""
    found = ((job or {}).get("answer") or {}).get("options", [])
    return [
        {**each, "key": option_key(each["option"], each["steps"][0]["target"] if each["steps"] else "")}
        for each in found
    ]
