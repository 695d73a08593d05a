"""Which case is meant where none is named, by a rule that is stated and said.

A question to the logs is answered for the case that was triaged last, one to the case book for the case that was worked
on last. A case that was made only to learn a baseline from is passed over while there is another.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.case import case_row
from jumpkit.kit.errors import NotFound
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.app.workspace import Desk
    from jumpkit.store.book import Tx

LEARNED = "baseline.learned"


def latest_case(desk: Desk, named: str | None) -> str:
    """Return the named case if it exists, else the one that was triaged last, else the one worked on last.

    Raises:
        NotFound: there is none.

    """
    with desk.book.read() as tx:
        if named is not None:
            return str(case_row(tx, named)["case"])
        cases = _meant(desk, tx)
        runs = [row for row in tx.rows("run") if row["case"] in cases]
        if runs:
            return _said(desk, cases, max(runs, key=_started)["case"], "triaged")
    return _said(desk, cases, cases[-1], "worked on")


def case_at_hand(desk: Desk, named: str | None) -> str:
    """Return the named case if it exists, else the one that was worked on last.

    Raises:
        NotFound: there is none.

    """
    with desk.book.read() as tx:
        if named is not None:
            return str(case_row(tx, named)["case"])
        cases = _meant(desk, tx)
    return _said(desk, cases, cases[-1], "worked on")


def _meant(desk: Desk, tx: Tx) -> list[str]:
    """Return the cases that may be meant, the one worked on last at the end."""
    rows = sorted(tx.rows("case_"), key=lambda row: (row["updated"], row["case"]))
    if not rows:
        raise NotFound("there is no case yet", target=str(desk.home), hint="jumpkit triage PATH")
    cases = [str(row["case"]) for row in rows]
    aside = _made_to_learn(tx)
    return [case for case in cases if case not in aside] or cases


def _made_to_learn(tx: Tx) -> set[str]:
    lines = [row["line"] for row in tx.rows("ledger", case=WORKSPACE) if LEARNED.encode() in bytes(row["line"])]
    bodies = [entry["body"] for entry in map(json.loads, lines) if entry["kind"] == LEARNED]
    return {case for body in bodies for case in body.get("made", body["sources"])}


def _started(row: dict[str, Any]) -> tuple[str, str]:
    return str(row["started"]), str(row["case"])


def _said(desk: Desk, cases: Sequence[str], chosen: object, how: str) -> str:
    if len(cases) > 1:
        desk.say(f"{chosen}: the case that was {how} last, of {len(cases)}")
    return str(chosen)
