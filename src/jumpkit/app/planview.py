"""Plans as somebody sees them who decides: what each would do, what came of it, and what can be done now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.journal import BookJournal
from jumpkit.app.planning import load, told
from jumpkit.coordinate.case import case_row
from jumpkit.kit.errors import NotFound
from jumpkit.respond.approvals import standing
from jumpkit.respond.effects import INTENDED, latest
from jumpkit.respond.gates import lacking
from jumpkit.respond.verdict import UNKNOWN, contained
from jumpkit.store.book.rows import from_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.app.workspace import Desk
    from jumpkit.model.action import Json

_JSON = ("target", "before", "after", "request_ids", "checks")
_ENDED_WELL = frozenset({"done", "already"})
_TWO = 2  # people who must approve what is dangerous


def plans_in(desk: Desk, case: str) -> list[Json]:
    """Return the plans of a case, the newest first, each with its approvals and how far it has come.

    Raises:
        NotFound: there is no such case.

    """
    with desk.book.read() as tx:
        case_row(tx, case)
        rows = sorted(tx.rows("plan", case=case), key=lambda row: (row["recorded"], row["plan"]), reverse=True)
    found = []
    for row in rows:
        body = from_json(row["body"])
        head = {name: body[name] for name in ("plan", "title", "digest", "account", "caller", "requester", "created")}
        seen = _seen_of(desk, body)
        head |= {name: seen[name] for name in ("standing", "contained", "contained_because")}
        steps = [{name: each[name] for name in ("step", "action", "target", "danger")} for each in body["steps"]]
        found.append(head | {"steps": steps, "approvals": standing(BookJournal(desk), body)})
    return found


def plan_in(desk: Desk, case: str, name: str) -> Json:
    """Return a plan of a case with all that was done by it, and what can be done now.

    Raises:
        NotFound: the case has no such plan.
        Refused: a byte of it was changed since it was made.

    """
    with desk.book.read() as tx:
        row = tx.one("plan", plan=name, case=case)
    if row is None:
        raise NotFound(f"{case} has no plan {name}", target=name, hint="the case lists its plans")
    return told(desk, load(desk, name)) | _seen_of(desk, load(desk, name))


def must_confirm(body: Mapping[str, Any], *, alone: bool) -> bool:
    """Tell whether whoever approves must show again that it is they: alone always, else where it is dangerous."""
    return bool(body["need"]) and (alone or body["need"] >= _TWO)


def _seen_of(desk: Desk, body: Json) -> Json:
    journal = BookJournal(desk)
    rows = sorted(journal.rows("effect", body["case"], plan=body["plan"]), key=lambda row: int(row["effect"][2:]))
    effects = [_plain(row) for row in rows]
    applied = {row["step"]: _outcome(row) for row in effects if row["direction"] == "apply"}  # the last one counts
    changed, back = _taken(journal, body)
    state = _state(body, applied, changed, back)
    verdict, why = _verdict(body, applied, state)
    have = standing(journal, body)
    approved = have["have"] >= have["need"]
    return {
        "effects": effects,
        "outcomes": [applied[str(step["step"])] for step in body["steps"] if str(step["step"]) in applied],
        "standing": state,
        "contained": verdict,
        "contained_because": why,
        "lacking": lacking(journal, body),
        "rearms": [step["step"] for step in body["steps"] if step["rearms"] and str(step["step"]) in changed],
        "can": {
            "approve": not approved and state == "planned",
            "apply": approved and state == "planned",
            "resume": approved and state == "interrupted",
            "undo": approved and bool(changed),
        },
    }


def _taken(journal: BookJournal, body: Json) -> tuple[set[str], set[str]]:
    """Return the steps whose change stands, as far as is known, and those that were taken back."""
    changed: set[str] = set()
    back: set[str] = set()
    for step in body["steps"]:
        done, undone = latest(journal, body["case"], body["plan"], str(step["step"]))
        if done is not None and step["writes"]:
            (changed if undone is None else back).add(str(step["step"]))
    return changed, back


def _state(body: Json, applied: Mapping[str, Json], changed: set[str], back: set[str]) -> str:
    if not applied:
        return "planned"
    if back and not changed:
        return "taken back"
    ended = [applied.get(str(step["step"]), {}).get("outcome") for step in body["steps"]]
    return "ended" if set(ended) <= _ENDED_WELL and not back else "interrupted"


def _verdict(body: Json, applied: Mapping[str, Json], state: str) -> tuple[str | None, str]:
    if state == "planned":
        return None, "it did not run"
    if state == "taken back":
        return UNKNOWN, "it was taken back"
    outcomes: Sequence[Json] = [
        applied.get(str(step["step"])) or _not_begun(step) for step in body["steps"] if step["verb"] == "contain"
    ]
    return contained(body["steps"], outcomes)


def _not_begun(step: Json) -> Json:
    said = {name: step[name] for name in ("step", "action")}
    return said | {"outcome": "refused", "because": "it was not begun", "verified": False, "checks": []}


def _outcome(row: Json) -> Json:
    """Return an effect as an outcome; who began and did not end leaves unknown, never done."""
    told = {name: row[name] for name in ("step", "action", "target", "because", "run", "ended")}
    if row["state"] == INTENDED:
        told["because"] = "it began and did not end, or is under way"
    return told | {
        "outcome": UNKNOWN if row["state"] == INTENDED else row["state"],
        "verified": bool(row["verified"]),
        "was": row["before"],
        "now": row["after"],
        "checks": row["checks"] or [],
        "request_ids": row["request_ids"] or [],
    }


def _plain(row: Json) -> Json:
    return {name: from_json(value) if name in _JSON and value else value for name, value in row.items()}
