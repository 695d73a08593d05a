"""Whatever kills a writer right after it said that something is entered: it is in the book and in the ledger alike."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from typing import IO, TYPE_CHECKING

from jumpkit.app.workspace import reading
from jumpkit.preserve import verify

if TYPE_CHECKING:
    from .conftest import Hand

CHAOS = bool(os.environ.get("JUMPKIT_CHAOS"))
POINTS = {"sqlite": 1000, "postgresql": 200} if CHAOS else {"sqlite": 6, "postgresql": 3}
A_CASE = 20  # points after which another case is begun, so that logs stay short

# One process that has everything loaded; for each line it forks a writer, which says each note once it is entered.
STEM = """
import os, sys
from pathlib import Path
import jumpkit.app.casework as work
import jumpkit.store.book.dialect, sqlalchemy.dialects.postgresql, sqlalchemy.dialects.sqlite
from jumpkit.app.settings import settle
from jumpkit.app.workspace import Opening
from jumpkit.coordinate.notes import Edit, new_note
from jumpkit.kit.clock import system_clock
home, url = Path(sys.argv[1]), sys.argv[2]
how = Opening(home, system_clock, "writer", settle(home, {"JUMPKIT_BOOK": url} if url else {}))
while line := sys.stdin.readline():
    case = line.strip()
    child = os.fork()
    if not child:
        os.write(1, f"{os.getpid()}\\n".encode())
        while True:
            body = work.enter(how, case, lambda tx, who, row: new_note(tx, who, row, Edit("words")))
            os.write(1, (body["notes"][-1]["note"] + "\\n").encode())
    os.waitpid(child, 0)
    os.write(1, b"dead\\n")
"""


def test_what_was_acknowledged_is_in_book_and_ledger(hand: Hand) -> None:
    """Kill -9 at seeded points after an acknowledgement; a thousand of them under make chaos."""
    kind = "postgresql" if hand.opening.url else "sqlite"
    dice = random.Random(20261201)  # noqa: S311 - a seeded sample
    command = [sys.executable, "-c", STEM, str(hand.opening.home), hand.opening.url or ""]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as stem:
        assert stem.stdin is not None
        assert stem.stdout is not None
        for point in range(POINTS[kind]):
            if point and point % A_CASE == 0:
                assert verify(hand.opening.home, hand.case, url=hand.opening.url).intact
                hand = another(hand)
            said = killed(hand.case, stem.stdin, stem.stdout, dice)
            assert_kept(hand, said)
        stem.stdin.close()
    assert verify(hand.opening.home, url=hand.opening.url).intact


def another(hand: Hand) -> Hand:
    from jumpkit.app.casework import begin  # noqa: PLC0415 - as commands load it

    return type(hand)(hand.opening, begin(hand.opening, "Another", "medium", None)["case"])


def killed(case: str, to: IO[str], from_: IO[str], dice: random.Random) -> set[str]:
    """Let a writer write until it acknowledged once at least, kill it a moment later, and return what it said."""
    to.write(f"{case}\n")
    to.flush()
    child = int(from_.readline())
    said = {from_.readline().strip()}
    time.sleep(dice.random() * 0.03)
    os.kill(child, signal.SIGKILL)
    while (line := from_.readline().strip()) != "dead":
        said.add(line)
    return said


def assert_kept(hand: Hand, said: set[str]) -> None:
    with reading(hand.opening) as desk, desk.book.read() as tx:
        rows = {str(row["note"]) for row in tx.rows("note", case=hand.case)}
        lines = [json.loads(row["line"]) for row in tx.rows("ledger", case=hand.case)]
        sizes = tx.values("checkpoint", "size", case=hand.case)
    told = {entry["body"]["note"] for entry in lines if entry["kind"] == "note.written"}
    assert said <= rows
    assert rows == told, "the book and the ledger know the same notes"
    assert [entry["seq"] for entry in lines] == list(range(sizes[-1])), "and all of it is sealed"
