"""The review that every case closes with: facts, what worked, what did not, limits of the data, improvements."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.deed import SHORT, Deed, Row, Who, entered, moment_of, next_id, one_of, said
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.store.book import Tx

SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "fact": "facts: what happened, in order",
        "worked": "what worked",
        "failed": "what did not work",
        "limit": "limits of the data: what could not be known, and why",
        "improvement": "improvements, each with an owner and a date, or why there is none",
    }
)
_FIELDS = 3  # of an improvement: what; who; when
Said = tuple[str, str]  # section, text


def add_to_review(tx: Tx, who: Who, row: Row, items: Sequence[Said]) -> Deed:
    """Add items to the review of the present cycle; an improvement is written `what; owner; date`.

    Raises:
        BadUsage: an item is empty, or an improvement lacks owner or date.

    """
    case = str(row["case"])
    if not items:
        raise BadUsage("nothing was said for the review", target=case, hint="--fact, --worked, --failed, --limit, …")
    rows = [_item(tx, who, row, section, text, place) for place, (section, text) in enumerate(items)]
    told = "; ".join(f"{new['item']}: {new['section']}" for new in rows)
    body = {"items": [{name: new[name] for name in ("item", "section", "text", "owner", "due")} for new in rows]}
    return Deed(case, "review.entered", told, body, {"review_item": rows})


def settle(tx: Tx, who: Who, row: Row, name: str, outcome: str) -> Deed:
    """Enter that an improvement is done or a limit lifted, also after the case was closed.

    Raises:
        Refused: it is settled already, or is nothing that could be.

    """
    there = one_of(tx, str(row["case"]), "review_item", name)
    if there["state"] != "open":
        raise Refused(f"{name} is not open", target=name, hint="only improvements and limits are settled, once")
    new = {**there, "state": "done", "updated": stamp(who.clock())}
    body = {"id": name, "outcome": said(outcome, "the outcome")}
    return Deed(str(row["case"]), "review.settled", f"{name}: done", body, {"review_item": [new]})


def lacking_in_review(tx: Tx, row: Row) -> list[str]:
    """Return what the review of the present cycle lacks; empty where it is minimal and whole."""
    there = {item["section"] for item in _of_cycle(tx, row)}
    flags = {"fact": "--fact", "worked": "--worked", "failed": "--failed", "limit": "--limit"}
    case = row["case"]
    return [
        f"the review lacks {told} (jumpkit case review {case} {flags.get(section, '--improve')} …)"
        for section, told in SECTIONS.items()
        if section not in there
    ]


def shown_review(tx: Tx, row: Row) -> dict[str, Any]:
    """Return the review by sections, what it lacks, and what the logs could not show, which belongs to its limits."""
    items = entered(tx, str(row["case"]), "review_item")
    names = ("item", "cycle", "section", "text", "owner", "due", "state", "recorded", "author")
    return {
        "cycle": cycle_of(row),
        "items": [{name: item[name] for name in names} for item in items],
        "lacks": lacking_in_review(tx, row),
        "blind_spots": sorted({spot["because"] for spot in tx.rows("blind_spot", case=row["case"])}),
    }


def open_limits(tx: Tx, kind: str | None) -> list[dict[str, Any]]:
    """Return the limits of earlier cases of a kind that nobody lifted: they will be met again."""
    cases = {row["case"]: row for row in tx.rows("case_")}
    return [
        {"case": item["case"], "item": item["item"], "limit": item["text"]}
        for item in tx.rows("review_item", section="limit", state="open")
        if item["case"] in cases and cases[item["case"]]["kind"] == kind
    ]


def cycle_of(row: Row) -> int:
    """Return how many times the case was begun: 1, and one more for each time it was reopened."""
    return int(row["cycle"] or 1)


def _of_cycle(tx: Tx, row: Row) -> list[dict[str, Any]]:
    return [item for item in entered(tx, str(row["case"]), "review_item") if item["cycle"] == cycle_of(row)]


def _item(tx: Tx, who: Who, row: Row, section: str, text: str, place: int) -> dict[str, Any]:
    case = str(row["case"])
    new: dict[str, Any] = {"case": case, "item": next_id(tx, case, "review_item", "W", place), "cycle": cycle_of(row)}
    new |= {"section": section, "text": said(text, SECTIONS.get(section, section)), "owner": None, "due": None}
    new |= {"state": "open" if section == "limit" else "noted", "updated": None, **who.stamps()}
    return new | _improvement(text, who) if section == "improvement" else new


def _improvement(text: str, who: Who) -> dict[str, Any]:
    """Return what, who and when; `none; why` says that there is nothing to improve."""
    parts = [part.strip() for part in text.split(";")]
    if parts[0].lower() == "none" and len(parts) > 1:
        return {"text": said("; ".join(parts[1:]), "why nothing is to be improved"), "state": "none"}
    if len(parts) < _FIELDS:
        hint = "--improve 'WHAT; OWNER; 2026-12-31', or --improve 'none; WHY'"
        raise BadUsage("an improvement needs an owner and a date", target=text, hint=hint)
    *what, owner, due = parts
    return {
        "text": said("; ".join(what), "what is to be improved"),
        "owner": said(owner, "the owner", SHORT),
        "due": moment_of(due, who.clock)[0],
        "state": "open",
    }
