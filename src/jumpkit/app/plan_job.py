"""Acts on a cloud for the desk; a process of its own, so that a response outlives the server that began it."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.app.acting import apply_plan, resume_plan, undo_plan
from jumpkit.app.alertbook import raw_of_alert
from jumpkit.app.responding import OnCall, respond
from jumpkit.app.working import carry_out
from jumpkit.app.workspace import reading
from jumpkit.cloud.aws.door import Access

if TYPE_CHECKING:
    from jumpkit.app.working import Told
    from jumpkit.app.workspace import Opening
    from jumpkit.respond.options import Option


def acted(opening: Opening, row: dict[str, Any], told: Told) -> dict[str, Any]:
    """Do what a job says, and return the answer that the command gives too."""
    about = json.loads(row["about"])
    told.say(f"{row['kind']} is under way")
    if row["kind"] == "respond":
        return _responded(opening, row["case"], about)
    if row["kind"] == "undo":
        return undo_plan(opening, about["plan"], Access(), proceed=about["proceed"])
    deed = apply_plan if row["kind"] == "apply" else resume_plan
    return deed(opening, about["plan"], Access())


def option_key(name: str, uid: str) -> str:
    """Return what tells an option from others where several things are suspected."""
    return f"{name}:{uid}"


def _responded(opening: Opening, case: str, about: dict[str, Any]) -> dict[str, Any]:
    """Look at suspects, or make a plan of what was chosen after a look."""
    chosen = about["chosen"]
    asked = OnCall(tuple(map(tuple, about["suspects"])), case=case, gathered=chosen is not None)
    if about["alert"] is not None:
        with reading(opening) as desk:
            asked = replace(asked, suspects=(), alert=raw_of_alert(desk, about["alert"]))

    def choose(option: Option) -> bool:
        uid = option.steps[0].target.uid if option.steps else ""
        return option_key(option.name, uid) in (chosen or ())

    body = respond(opening, asked, choose if chosen is not None else None)
    return {name: value for name, value in body.items() if name != "body"}


if __name__ == "__main__":
    carry_out(Path(sys.argv[1]), sys.argv[2], acted)
