"""What a state demands before a case may go there, said as what lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.coordinate.clocks.standing import unsettled
from jumpkit.coordinate.deed import Row, Who, entered
from jumpkit.coordinate.handoffs import waiting
from jumpkit.coordinate.moments import standing
from jumpkit.coordinate.reviews import lacking_in_review
from jumpkit.coordinate.roles import apart, manager_of

if TYPE_CHECKING:
    from jumpkit.coordinate.clocks.rules import Rulebook
    from jumpkit.store.book import Tx

_NAMED = 8  # things of one kind that a sentence names


def lacking(tx: Tx, who: Who, row: Row, to: str, book: Rulebook) -> list[str]:
    """Return what stands in the way of a state, one sentence each; empty where nothing does."""
    case = str(row["case"])
    match to:
        case "investigating" if row["state"] in {"new", "triage"}:
            return _declaring(tx, row)
        case "contained":
            return _containing(tx, case)
        case "false_positive" | "benign":
            return [*lacking_in_review(tx, row), *_duties(tx, who, row, book)]
        case "duplicate":
            return [f"name the case that goes on (jumpkit case merge {case} INTO --reason …)"]
        case "closed":
            return _closing(tx, who, row, book)
        case _:
            return []


def _declaring(tx: Tx, row: Row) -> list[str]:
    case, lacks = row["case"], []
    if row["severity"] is None:
        lacks.append(f"it has no severity (jumpkit case reclassify {case} --severity … --reason …)")
    if manager_of(tx, str(case)) is None:
        lacks.append(f"nobody manages it (jumpkit case role {case} manager PERSON --accept)")
    clash = apart(tx, row)
    return [*lacks, clash] if clash else lacks


def _containing(tx: Tx, case: str) -> list[str]:
    superseded = {each["supersedes"] for each in entered(tx, case, "decision")}
    kinds = {each["kind"] for each in entered(tx, case, "decision") if each["decision"] not in superseded}
    if kinds & {"containment", "no_containment"} or "contained" in standing(tx, case):
        return []
    how = f"jumpkit case decide {case} --kind containment (what holds, and what proves it) or --kind no_containment"
    return [f"neither a containment that was verified nor a decision against one is entered ({how})"]


def _closing(tx: Tx, who: Who, row: Row, book: Rulebook) -> list[str]:
    case = str(row["case"])
    lacks = lacking_in_review(tx, row)
    if row["severity"] is None:
        lacks.append(f"it has no severity (jumpkit case reclassify {case} --severity … --reason …)")
    if row["cause"] is None:
        lacks.append(f"its cause is not known (jumpkit case reclassify {case} --cause … --reason …)")
    lacks += _open(tx, case, "task", "is to be done or dropped")
    lacks += _open(tx, case, "question", "is to be answered or withdrawn")
    lacks += [f"hand-off {each['handoff']} to {each['receiver']} is not answered" for each in waiting(tx, case)]
    return [*lacks, *_duties(tx, who, row, book)]


def _open(tx: Tx, case: str, table: str, what: str) -> list[str]:
    names = [str(each[table]) for each in entered(tx, case, table) if each["state"] == "open"]
    if not names:
        return []
    return [f"{table} {_some(names)} {what}"]


def _duties(tx: Tx, who: Who, row: Row, book: Rulebook) -> list[str]:
    found, case = unsettled(tx, row, who.clock(), book), row["case"]
    due = [str(each["clock"]) for each in found if each["applies"] == "yes"]
    asked = [str(each["clock"]) for each in found if each["applies"] != "yes"]
    said = []
    if due:
        said.append(
            f"clock {_some(due)} is neither met (jumpkit case duty {case} CLOCK --submitted TIME) nor signed as not "
            "applicable (--not-applicable --signer NAME --reason WHY)"
        )
    if asked:
        said.append(
            f"clock {_some(asked)} runs and nothing entered says whether its rule applies: enter the data that it "
            f"hangs on (jumpkit case data {case} --class CLASS --jurisdiction PLACE), or sign that it does not "
            f"(jumpkit case duty {case} CLOCK… --not-applicable --signer NAME --reason WHY)"
        )
    return said


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
