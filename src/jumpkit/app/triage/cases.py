"""Finds the case that a triage goes on with, or opens one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from jumpkit import __version__
from jumpkit.coordinate.case import case_row, is_ended, open_case
from jumpkit.kit.errors import Refused
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import open_log, vouch

if TYPE_CHECKING:
    from jumpkit.app.triage.request import Request, Window
    from jumpkit.app.workspace import Desk
    from jumpkit.store.book import Tx


def inputs_of(request: Request) -> list[str]:
    """Return the inputs by their full names, sorted, so that the same question is known again."""
    return sorted({path if "://" in path else str(Path(path).resolve()) for path in request.paths})


def run_row(request: Request, case: str, run: str, started: str) -> dict[str, object]:
    """Return the row of a run that begins; `finished` and `counts` are not known yet."""
    inputs = {"paths": inputs_of(request), "window": request.window.as_row()}
    row: dict[str, object] = {"case": case, "run": run, "started": started, "finished": None}
    return row | {"version": __version__, "inputs": json.dumps(inputs, sort_keys=True), "counts": None}


def find_or_open(desk: Desk, request: Request, run: str, started: str) -> str:
    """Return the named case; unnamed, the open case that had these inputs and this window; else a new one.

    A new case is entered together with the run that opens it: were that run killed, the next would still find it.

    Raises:
        NotFound: the named case does not exist.
        Refused: the named case has ended.

    """
    with desk.book.read() as tx:
        if request.case is not None:
            row = case_row(tx, request.case)
            if is_ended(row):
                raise Refused(
                    f"{request.case} has ended ({row['state']}); nothing is added to it",
                    target=request.case,
                    hint="triage into a new case, or reopen this one",
                )
            return request.case
        found = _same_inputs(tx, inputs_of(request), request.window)
    return found or _open(desk, request, run, started)


def _same_inputs(tx: Tx, inputs: list[str], window: Window) -> str | None:
    """Return the case of the latest run over these inputs and this window; a wider look goes on with a narrower one."""
    runs = sorted(tx.rows("run"), key=lambda row: (row["started"], row["case"]), reverse=True)
    told = [(row["case"], json.loads(row["inputs"])) for row in runs]
    mine = [(case, asked) for case, asked in told if asked.get("paths") == inputs and not is_ended(case_row(tx, case))]
    same = [case for case, asked in mine if asked["window"] == window.as_row()]
    wider = [case for case, _ in mine] if window.open else []
    return next((str(case) for case in (*same, *wider)), None)


def _open(desk: Desk, request: Request, run: str, started: str) -> str:
    first = Path(request.paths[0]).resolve().name if "://" not in request.paths[0] else request.paths[0]
    more = f" and {len(request.paths) - 1} more" if len(request.paths) > 1 else ""
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        row = open_case(pen.tx, f"Triage of {first}{more}", desk.clock)
        open_log(pen, row)
        vouch(pen, str(row["case"]), "run", [run_row(request, str(row["case"]), run, started)])
    return str(row["case"])
