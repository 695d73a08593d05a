"""How long a case is kept: until a day, or some days after its end; nothing goes before, and nothing by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.case import is_ended
from jumpkit.coordinate.deed import Deed, Row, Who, entered, moment_of, next_id, said
from jumpkit.coordinate.holds import holding
from jumpkit.coordinate.moments import said_of
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, Refused
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from jumpkit.store.book import Tx

_LONGEST = 36_525  # days, a century


@dataclass(frozen=True, slots=True)
class Term:
    """Until when something is kept, or for how many days after the case's end, and why."""

    until: str | None
    days: int | None
    because: str


def term_row(tx: Tx, who: Who, case: str, term: Term) -> dict[str, Any]:
    """Return the row of a term that stands from now on, of a case or of the workspace.

    Raises:
        BadUsage: not exactly one of a time and a number of days is said, or no reason is given.

    """
    if (term.until is None) == (term.days is None):
        raise BadUsage("say until when, or for how many days", target="retention", hint="--until TIME or --days N")
    if term.days is not None and not 0 <= term.days <= _LONGEST:
        raise BadUsage(f"days go from 0 to {_LONGEST:,}", target="days")
    until = moment_of(term.until, who.clock)[0] if term.until else None
    new = {"case": case, "retention": next_id(tx, case, "retention", "R"), "until": until, "days": term.days}
    return new | {"because": said(term.because, "the reason"), **who.stamps()}


def retain(tx: Tx, who: Who, row: Row, term: Term) -> Deed:
    """Enter how long a case is kept; the term before is superseded, whether shorter or longer, and stays to be seen.

    Raises:
        BadUsage: the term is not understood, or no reason is given.

    """
    case = str(row["case"])
    new = term_row(tx, who, case, term)
    told = f"{new['retention']}: kept {_words(new)}; nothing is deleted by itself"
    return Deed(case, "retention.set", told, said_of(new), {"retention": [new]})


def _words(row: Row) -> str:
    return f"until {row['until']}" if row["until"] else f"for {row['days']} days after its end"


def kept_until(tx: Tx, row: Row) -> dict[str, Any]:
    """Return how a case stands: until when it is kept, by which term, and what speaks against deleting it now."""
    case = str(row["case"])
    own, general = _standing(tx, case), _standing(tx, WORKSPACE)
    term = own or general
    ended = _ended(tx, row)
    until = _until(term, ended)
    return {
        "case": case,
        "title": row["title"],
        "state": row["state"],
        "ended": ended,
        "term": None if term is None else term["retention"],
        "of": None if term is None else "case" if own else "workspace",
        "because": "no term is entered" if term is None else term["because"],
        "until": until,
        "holds": [str(each["hold"]) for each in holding(tx, case)],
    }


def _standing(tx: Tx, case: str) -> Row | None:
    rows = entered(tx, case, "retention")
    return rows[-1] if rows else None


def _until(term: Row | None, ended: str | None) -> str | None:
    """Return when a term runs out; None where there is none, or where it counts from an end that is not there yet."""
    if term is None:
        return None
    if term["until"]:
        return str(term["until"])
    return stamp(datetime.fromisoformat(ended) + timedelta(days=int(term["days"]))) if ended else None


def _ended(tx: Tx, row: Row) -> str | None:
    changes = entered(tx, str(row["case"]), "state_change")
    return str(changes[-1]["recorded"]) if is_ended(dict(row)) and changes else None


def standing_of(told: dict[str, Any], now: datetime) -> str:
    """Return in a word how a case stands: held, kept, due, or free where no term was ever entered."""
    if told["holds"]:
        return "held"
    if told["term"] is None:
        return "free"
    return "due" if told["until"] is not None and datetime.fromisoformat(told["until"]) <= now else "kept"


def refuse_if_kept(tx: Tx, row: Row, now: datetime) -> None:
    """Raise Refused where a term has not run out."""
    told = kept_until(tx, row)
    if standing_of(told, now) == "kept":
        until = f"until {told['until']}" if told["until"] else "until some days after its end, and it has not ended"
        hint = f"jumpkit case retain {told['case']} --until TIME --because WHY enters another term"
        raise Refused(f"it is kept {until} ({told['term']}: {told['because'][:200]})", target=told["case"], hint=hint)
