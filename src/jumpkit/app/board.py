"""The cases of a workspace as a board shows them: by state, with the clocks that run out first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.casework import rulebook
from jumpkit.app.knowing import known_cases
from jumpkit.coordinate.case import case_row
from jumpkit.coordinate.clocks.standing import clocks_of
from jumpkit.coordinate.roles import manager_of
from jumpkit.coordinate.states import ENDED, FORWARD

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk, Opening

_SHOWN = 2  # clocks of a case
_OPEN = frozenset({"running", "warning", "breached", "overdue"})
_LAST = 20  # ended cases


def board(desk: Desk, opening: Opening, name: str) -> list[dict[str, Any]]:
    """Return states in their order, each with the cases there, those whose clocks run out first on top."""
    rules, now = rulebook(opening), desk.clock()
    cards = []
    with desk.book.read() as tx:
        for case in known_cases(desk, name):
            ended = case["state"] in ENDED
            found = [] if ended else clocks_of(tx, case_row(tx, case["case"]), now, rules)
            due = sorted(
                (each for each in found if each["due"] and each["state"] in _OPEN), key=lambda each: each["due"]
            )
            cards.append({**case, "clocks": due[:_SHOWN], "manager": manager_of(tx, case["case"]), "ended": ended})
    cards.sort(key=lambda card: (card["clocks"][0]["due"] if card["clocks"] else "9999", card["created"]))
    lanes = [{"state": state, "cases": [card for card in cards if card["state"] == state]} for state in FORWARD]
    over = sorted((card for card in cards if card["ended"]), key=lambda card: card["updated"], reverse=True)
    kept = [lane for lane in lanes if lane["cases"] and lane["state"] not in ENDED]
    return [*kept, {"state": "ended", "cases": over[:_LAST]}] if over else kept
