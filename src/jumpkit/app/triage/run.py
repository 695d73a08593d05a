"""Triage from end to end: take in, match, correlate, investigate, report; each step is in the ledger."""

from __future__ import annotations

import gc
import json
import secrets
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.app.estate import load_estate
from jumpkit.app.estatebook import estate_of, keep
from jumpkit.app.intel import live
from jumpkit.app.lakes import open_case
from jumpkit.app.reporting import write_reports
from jumpkit.app.triage import cases
from jumpkit.app.triage.answer import Answer, body_of, rules_object
from jumpkit.app.triage.heap import give_back_early
from jumpkit.app.triage.inputs import Found, look_for
from jumpkit.app.triage.intake import Intake
from jumpkit.app.triage.meanwhile import meanwhile
from jumpkit.app.triage.picture import correlated, look
from jumpkit.app.triage.rules import load_rules, rematch, rule_rows
from jumpkit.app.triage.tally import Tally, rejected_as_dict
from jumpkit.app.triage.tasks import Plan, cut, outcomes, processes
from jumpkit.collect import require_space
from jumpkit.coordinate.case import case_row
from jumpkit.kit.clock import stamp
from jumpkit.preserve.keys import fingerprint, key_of
from jumpkit.preserve.ledger import Pen, append, append_all, last_checkpoint
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from jumpkit.app.ports import Progress
    from jumpkit.app.triage.request import Request
    from jumpkit.app.workspace import Desk
    from jumpkit.detect import RuleSet
    from jumpkit.model.finding import Picture
    from jumpkit.store.book.book import Row
    from jumpkit.store.lake.read import Lake

_TAKEN_BEFORE = "these files were taken into this case before; a window takes nothing out of a case again"


@dataclass(frozen=True, slots=True)
class _Run:
    desk: Desk
    request: Request
    case: str
    run: str
    rules: RuleSet
    started: str

    def row(self, counts: str | None) -> Row:
        return cases.run_row(self.request, self.case, self.run, self.started) | {"counts": counts}

    @contextmanager
    def recording(self) -> Iterator[Pen]:
        desk = self.desk
        with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
            yield pen


def triage(desk: Desk, request: Request, progress: Progress) -> Answer:
    """Do one triage and return what it found; raises only where nothing can go on."""
    _collect_rarely()
    give_back_early()  # workers inherit it
    progress.say("looking for logs")
    found = look_for(request, desk.home)
    if not request.in_place:
        require_space(found.candidates, desk.home, request.limits)
    load_estate(request.estate)  # what cannot be used is said before anything is done
    rules = load_rules(desk.home, request)
    name, started = secrets.token_hex(4), stamp(desk.clock())
    case = cases.find_or_open(desk, request, name, started)
    run = _Run(desk, request, case, name, rules, started)
    progress.say(f"case {case}")
    estate, kept = estate_of(desk, case, request.estate)
    if request.estate is not None:
        keep(desk, case, request.estate, estate)
    _begin(run, found)
    tally, sums = _take_in(run, found, progress)
    progress.say("investigating")
    correlated(desk, case, run.run, rules)
    with open_case(desk, case) as lake:
        lake.remembered.update(sums)
        picture = look(desk, lake, run.run, rules, estate)
        answer = _told(run, lake, tally, picture, progress)
    answer.body["estate"] = {"sha256": estate.digest, "kept": kept} if estate.digest else None
    return answer


def _collect_rarely() -> None:
    """Let Python look for garbage in circles now and then only: nearly all that a run makes lives to its end."""
    gc.set_threshold(200_000, 20, 20)


def _told(run: _Run, lake: Lake, tally: Tally, picture: Picture, progress: Progress) -> Answer:
    """Write the report, end the run, and return what it found."""
    desk, case, rules = run.desk, run.case, run.rules
    body = body_of(case, tally, rules, picture) | {"intel": live(desk, case, run.run)}
    body["window"] = _window(run.request, tally)
    body["severity"] = _severity(desk, case)
    counts = json.dumps({name: body[name] for name in ("inputs", "events", "rules")})
    with run.recording() as pen:
        vouch(pen, case, "run", [run.row(counts)])
    progress.say("writing the report")
    reports = write_reports(desk, lake, run.row(counts), picture)
    return Answer(body | {"ledger": _ledger(desk, case), "reports": reports}, tally.fell_short or _empty(picture))


def _severity(desk: Desk, case: str) -> dict[str, object]:
    """Return how severe the case is held, by whom, and the sentences on which that rests."""
    with desk.book.read() as tx:
        row = case_row(tx, case)
    return {"severity": row["severity"], "by": row["severity_by"], "basis": json.loads(row["severity_basis"])}


def _window(request: Request, tally: Tally) -> dict[str, object] | None:
    """Return which events were asked for, None where all were, and how many files it could not be asked of any more."""
    if request.window.open:
        return None
    told = request.window.as_row() | {"outside": tally.outside, "known": tally.known}
    return told | {"why": _TAKEN_BEFORE if tally.known else None}


def _begin(run: _Run, found: Found) -> None:
    """Enter that the run began, with which rules, and what was left out at the door."""
    desk, case = run.desk, run.case
    with run.recording() as pen:
        vouch(pen, case, "run", [run.row(None)])
    rematch(desk, case, run.rules, run.run)
    with run.recording() as pen:
        loaded = rules_object(run.rules)
        told = {"run": run.run, "digest": run.rules.digest, "loaded": loaded["loaded"], "live": loaded["live"]}
        append(pen, case, "rules.loaded", told)
        vouch(pen, case, "rule_applied", rule_rows(case, run.run, run.rules))
        append_all(pen, case, [("item.skipped", {"path": item.path, "reason": item.reason}) for item in found.skipped])
        append_all(pen, case, [("item.rejected", rejected_as_dict(item)) for item in found.rejected])
        append_all(pen, case, [("item.linked", {"path": path, "target": target}) for path, target in found.links])


def _take_in(run: _Run, found: Found, progress: Progress) -> tuple[Tally, dict[str, pa.Table]]:
    """Read all inputs in, and return what was counted, and what the case's lake may remember."""
    desk, request = run.desk, run.request
    staging = desk.home / "cache" / "runs" / run.run
    staging.mkdir(parents=True)
    tally = Tally(files=found.files(), skipped=list(found.skipped), rejected=list(found.rejected), links=found.links)
    intake = Intake(desk, run.case, run.run, staging, request.window, tally, _next_number(run), _held(run))
    count = processes(found.candidates, request.workers)
    tasks = cut(found.candidates, request.workers, intake.segment)
    plan = Plan(request, desk.home, staging, run.rules, _known(intake.held, request))
    rows = 0

    def tick(more: int) -> None:
        nonlocal rows
        rows += more
        progress.step(rows, 0, "events read")

    coming = outcomes(plan, tasks, count, tick)
    if count > 1:
        coming = meanwhile(coming)
    intake.take(coming, lambda so_far: progress.step(so_far.stored, 0, "events stored"))
    shutil.rmtree(staging)
    return tally, intake.identities()


def _empty(picture: Picture) -> bool:
    """Return whether the case holds no event at all, of which nothing good can be said."""
    return any(spot.kind == "no_events" for spot in picture.blind_spots)


def _next_number(run: _Run) -> int:
    with run.desk.book.read() as tx:
        names = tx.values("segment", "segment", case=run.case)
    return max((int(name.partition("-")[0]) for name in names), default=-1) + 1


def _held(run: _Run) -> dict[str, Row]:
    """Return the artifacts that the case holds already, by digest."""
    with run.desk.book.read() as tx:
        return {row["sha256"]: row for row in tx.rows("artifact", case=run.case)}


def _known(held: dict[str, Row], request: Request) -> frozenset[str]:
    """Return the artifacts of which this case took in, without fail, all records or those of the same window."""
    every: dict[str, object] = {"from": None, "to": None, "accounts": [], "regions": []}
    enough = {json.dumps(window, sort_keys=True) for window in (every, request.window.as_row())}
    return frozenset(name for name, row in held.items() if row["processed"] in enough)


def _ledger(desk: Desk, case: str) -> dict[str, object]:
    with desk.book.read() as tx:
        last = last_checkpoint(tx, case)
    key = fingerprint(key_of(desk.home).public)
    return {"size": last.size if last else 0, "root": last.root.hex() if last else None, "key": key}
