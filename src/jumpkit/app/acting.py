"""Runs approved plans, goes on with interrupted ones, and takes them back; every step's outcome is kept as it ends."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from jumpkit.app.journal import BookJournal, acting
from jumpkit.app.planning import load, provider, told, who_we_are
from jumpkit.app.shelving import shelve
from jumpkit.coordinate.case import case_row
from jumpkit.kit.digest import short_id
from jumpkit.kit.errors import Busy, Refused
from jumpkit.respond import resuming, running, undoing
from jumpkit.respond.approvals import must_be_approved
from jumpkit.respond.effects import INTENDED, Writer, latest
from jumpkit.respond.gates import held_by_others, lacking
from jumpkit.respond.running import Ended, Stage, stage_of
from jumpkit.respond.sending import Hands, Watched
from jumpkit.respond.triggers.find import unresolved
from jumpkit.respond.verdict import UNKNOWN, YES, contained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.cloud.aws.door import Access
    from jumpkit.model.action import Json

_STOPS = ("failed", "unknown", "refused")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one plan: the plan, the desk, the hands."""

    desk: Desk
    body: Json
    hands: Hands


def dry_run(opening: Opening, name: str) -> Json:
    """Return the plan as it would run, after looking whether its targets are still as planned; nothing is sent.

    Raises:
        NotFound: there is no such plan.
        Refused: it is not what its digest says.

    """
    with acting(opening) as desk:
        body = load(desk, name)
        return told(desk, body)


def apply_plan(opening: Opening, name: str, access: Access) -> Json:
    """Run an approved plan step by step; the first step that fails or that nobody can tell stops it.

    Raises:
        Refused: the plan was changed, lacks approvals or evidence, or we are in another account.

    """
    with _running(opening, name, access) as run:
        must_be_approved(BookJournal(run.desk), run.body)
        _gates(run)
        return _answer(run, "apply", _forward(run, running.run))


def resume_plan(opening: Opening, name: str, access: Access) -> Json:
    """Go on with a plan that was interrupted: what is there is looked at before anything is sent again."""
    with _running(opening, name, access) as run:
        must_be_approved(BookJournal(run.desk), run.body)
        _not_taken_back(run)
        _gates(run)
        return _answer(run, "resume", _forward(run, resuming.resume))


def undo_plan(opening: Opening, name: str, access: Access, *, proceed: bool) -> Json:
    """Take a plan back in reverse order; where anything drifted, nothing is written at all.

    Raises:
        Refused: taking back would arm credentials that an intruder may hold, and nobody said to proceed.

    """
    with _running(opening, name, access) as run:
        must_be_approved(BookJournal(run.desk), run.body)
        stages = [stage_of(run.body, step) for step in reversed(run.body["steps"])]
        standing = [(stage, undoing.standing(run.hands, stage)) for stage in stages]
        drifts = [(stage, undoing.drifted(back)) for stage, back in standing if isinstance(back, undoing.Back)]
        held = {id(stage): ended for stage, ended in drifts if ended is not None}
        if not held:
            _armed(standing, proceed=proceed)
        outcomes = []
        for stage, back in standing:
            if held:
                why = "another step drifted, so nothing was written"
                ended = held.get(id(stage)) or Ended("refused", why, None, None)
            else:
                ended = back if isinstance(back, Ended) else undoing.take_back(run.hands, back)
            outcomes.append(ended.told(stage))
        return _answer(run, "undo", outcomes)


def _not_taken_back(run: Run) -> None:
    """Return if no step was taken back: what a person undid is not done again without their asking for it."""
    journal, body = BookJournal(run.desk), run.body
    steps = [(step, latest(journal, body["case"], body["plan"], str(step["step"]))[1]) for step in body["steps"]]
    back = [f"step {step['step']} ({effect['effect']})" for step, effect in steps if effect is not None]
    if back:
        said = f"{body['plan']} was taken back: {', '.join(back)}"
        raise Refused(said, target=body["plan"], hint=f"jumpkit apply {body['plan']} runs it anew")


def _armed(standing: list[tuple[Stage, Any]], *, proceed: bool) -> None:
    arming = [stage for stage, back in standing if isinstance(back, undoing.Back) and stage.action.spec.rearms]
    if arming and not proceed:
        names = ", ".join(f"step {stage.step['step']} ({stage.target.label()})" for stage in arming)
        said = f"taking back {names} lets credentials work again that an intruder may still hold"
        raise Refused(said, target=arming[0].target.uid, hint="rotate or delete them first, or --proceed")


def _forward(run: Run, deed: Callable[[Hands, Stage], Ended]) -> list[Json]:
    """Run steps in order; what comes after one that did not end well is not begun."""
    outcomes: list[Json] = []
    stopped: str | None = None
    for step in run.body["steps"]:
        stage = stage_of(run.body, step)
        if stopped is None:
            ended = deed(run.hands, stage)
            stopped = f"not begun: step {step['step']} ended as {ended.outcome}" if ended.outcome in _STOPS else None
        else:
            ended = Ended("refused", stopped, None, None)
        outcomes.append(ended.told(stage))
    return outcomes


def _gates(run: Run) -> None:
    lacks = [*lacking(BookJournal(run.desk), run.body), *unresolved(run.hands.cloud, run.body)]
    if lacks:
        hint = "plan again with the steps that gather or neutralize it first, or with --waive GATE=REASON"
        raise Refused("; ".join(lacks), target=run.body["plan"], hint=hint)
    others = held_by_others(BookJournal(run.desk), run.body, INTENDED)
    if others:
        raise Busy("; ".join(others), target=run.body["plan"], hint="jumpkit resume that plan first")


def _answer(run: Run, how: str, outcomes: list[Json]) -> Json:
    verdict, why = contained(run.body["steps"], outcomes) if how != "undo" else (UNKNOWN, "it was taken back")
    body = run.body
    if verdict == YES:
        why += f" for what this plan aims at; what else the case knows of: jumpkit persistence {body['case']}, scope"
    return {
        "schema": "outcomes/1",
        "run": run.hands.writer.run,
        "how": how,
        "plan": body["plan"],
        "case": body["case"],
        "digest": body["digest"],
        "outcomes": outcomes,
        "contained": verdict,
        "contained_because": why,
        "provider_time": run.hands.cloud.date,
    }


@contextmanager
def _running(opening: Opening, name: str, access: Access) -> Iterator[Run]:
    """Open a plan for one run alone, in the account that it was made for."""
    with acting(opening) as desk:
        body = load(desk, name)
        with desk.book.read() as tx:
            case_row(tx, body["case"])
        cloud = provider(access, body["case"], name)
        caller = who_we_are(cloud, body["account"])
        with _alone(desk, name):
            run = short_id("R", name, caller.arn, desk.clock().isoformat(), str(os.getpid()))
            writer = Writer(BookJournal(desk), desk.clock, desk.actor, body["case"], name, run)
            sealed = partial(shelve, desk, body["case"], run)
            yield Run(desk, body, Hands(Watched(cloud), writer, time.sleep, sealed))


@contextmanager
def _alone(desk: Desk, name: str) -> Iterator[None]:
    """Hold a plan alone; the lock goes with the process."""
    folder = desk.home / "cache" / "plans"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as caught:
        raise Busy(f"{name} is running", target=name, hint="wait for it to end") from caught
    finally:
        os.close(handle)
