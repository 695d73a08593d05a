"""Status reports for those who lead: made from what the case knows, drafted for a channel, sent once approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.casebook import one_case
from jumpkit.app.casework import clocks, rulebook
from jumpkit.app.leftovers import newest
from jumpkit.app.messaging import draft_message
from jumpkit.app.workspace import reading
from jumpkit.coordinate.cadence import STATUS
from jumpkit.coordinate.case import case_row
from jumpkit.coordinate.clocks.standing import next_status
from jumpkit.coordinate.messages import template
from jumpkit.coordinate.roles import COMMUNICATOR, apart, current
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import Refused
from jumpkit.respond.progress import containment, recovery
from jumpkit.store.book.rows import from_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.app.workspace import Desk, Opening

_NOBODY = "nobody is named communicator"
_HEAD = ("case", "title", "state", "severity")


def status(desk: Desk, opening: Opening, case: str, audience: str) -> dict[str, Any]:
    """Return how a case stands for an audience; what nobody knows is null with the reason beside it.

    Raises:
        NotFound: there is no such case, or no template for such an audience.

    """
    template(_form(audience))
    shown, swept, now = one_case(desk, case), newest(desk, case), desk.clock()
    with desk.book.read() as tx:
        row = case_row(tx, case)
        plans = [from_json(each["body"]) for each in tx.rows("plan", case=case)]
        effects = tx.rows("effect", case=case)
        tells = [str(each["person"]) for each in current(tx, case) if each["role"] == COMMUNICATOR]
        wrong, after = apart(tx, row), next_status(tx, row, now, rulebook(opening))
    due = next((each for each in clocks(desk, opening, case, now)["clocks"] if each["clock"] == STATUS), None)
    return {
        "schema": "status/1",
        **{name: shown[name] for name in _HEAD},
        "at": stamp(now),
        "audience": audience,
        "communicator": tells[-1] if tells else None,
        "wrong": [*filter(None, [wrong, None if tells else _NOBODY])],
        "containment": containment(plans, effects),
        "recovery": recovery(plans, effects, swept),
        "impact": [{name: each[name] for name in ("dimension", "estimate", "confidence")} for each in shown["impact"]],
        "decisions": _needed(shown),
        "next": stamp(after) if after else None,
        "due": due["due"] if due else None,
        "due_state": due["state"] if due else None,
        "message": None,
    }


def draft_status(opening: Opening, case: str, audience: str, channel: str) -> dict[str, Any]:
    """Enter a status report as a draft for a channel, and return it with the message that carries it.

    Raises:
        Refused: at the case's severity one person would both manage and communicate.
        NotFound: there is no such case, channel or template.

    """
    with reading(opening) as desk:
        body = status(desk, opening, case, audience)
        with desk.book.read() as tx:
            clash = apart(tx, case_row(tx, case))
    if clash:
        hint = f"name somebody else: jumpkit case role {case} {COMMUNICATOR} PERSON --accept"
        raise Refused(clash, target=case, hint=hint)
    made = draft_message(opening, case, _form(audience), channel, words_of(body))
    return body | {"message": made["messages"][-1]}


def words_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Return a status report in plain words, as a template asks for them."""
    impact = [f"- {each['dimension']}: {each['estimate']} (confidence {each['confidence']})" for each in body["impact"]]
    return {
        "communicator": body["communicator"] or "nobody is named",
        "containment": _share(body["containment"]),
        "recovery": _share(body["recovery"]),
        "impact": "\n".join(impact) or "Unknown: nobody has estimated it.",
        "decisions": "\n".join(f"- {each['what']} ({each['id']})" for each in body["decisions"]) or "None is entered.",
        "next": body["next"] or "not known",
    }


def _share(part: Mapping[str, Any]) -> str:
    if part["percent"] is None:
        return f"Unknown: {part['because']}."
    doubt = f"; of {part['unknown']} nobody knows whether it took hold" if part["unknown"] else ""
    more = f"; there may be more: {part['because']}" if part["because"] else ""
    return f"{part['percent']}%: {part['done']} of {part['total']} known steps are in force{doubt}{more}."


def _needed(shown: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what waits for somebody's decision: open questions, and plans that nobody approved."""
    asked = [
        {"id": str(each["question"]), "what": str(each["asked"])}
        for each in shown["questions"]
        if each["state"] == "open"
    ]
    waiting = [each for each in shown["plans"] if not each["approved_by"] and not each["effects"]]
    return [*asked, *({"id": str(each["plan"]), "what": f"Approve or drop: {each['title']}"} for each in waiting)]


def _form(audience: str) -> str:
    return f"status-{audience}"
