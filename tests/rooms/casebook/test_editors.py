from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from jumpkit.app.casework import notes_of
from jumpkit.app.workspace import reading
from jumpkit.coordinate.notes import Edit, new_note
from jumpkit.preserve import verify

if TYPE_CHECKING:
    from .conftest import Hand

CHAOS = bool(os.environ.get("JUMPKIT_CHAOS"))
EDITORS, EACH = (50, 24) if CHAOS else (5, 4)

EDITOR = """
import sys
from pathlib import Path
from jumpkit.app.casework import enter, notes_of
from jumpkit.app.settings import settle
from jumpkit.app.workspace import Opening, reading
from jumpkit.coordinate.notes import Edit, edit_note
from jumpkit.kit.clock import system_clock
from jumpkit.kit.errors import Busy
home, url, case, name, count = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5])
how = Opening(home, system_clock, name, settle(home, {"JUMPKIT_BOOK": url} if url else {}))
for number in range(count):
    with reading(how) as desk:
        seen = notes_of(desk, case, None)["notes"][0]
    lines = seen["text"].split(chr(10))
    lines.insert(len(lines) * (number % 3) // 3, f"{name} wrote {number}")
    edit = Edit(chr(10).join(lines), base=seen["number"])
    while True:
        try:
            enter(how, case, lambda tx, who, row: edit_note(tx, who, row, "N-1", edit))
            break
        except Busy:
            continue
"""


def test_editors_of_one_note_lose_no_character(hand: Hand) -> None:
    """Each writes from what was read a moment ago; a minute of fifty of them runs under make chaos."""
    hand.do(new_note, Edit("first line\nlast line"))
    command = [sys.executable, "-c", EDITOR, str(hand.opening.home), hand.opening.url or "", hand.case]
    writers = [subprocess.Popen([*command, f"editor{number}", str(EACH)]) for number in range(EDITORS)]
    assert [writer.wait() for writer in writers] == [0] * EDITORS
    with reading(hand.opening) as desk:
        history = notes_of(desk, hand.case, "N-1")["notes"]
    lines = history[-1]["text"].split("\n")
    for number in range(EDITORS):
        for each in range(EACH):
            assert lines.count(f"editor{number} wrote {each}") == 1
    assert {"first line", "last line"} <= set(lines)
    assert len(history) == 1 + EDITORS * EACH
    assert verify(hand.opening.home, url=hand.opening.url).intact
