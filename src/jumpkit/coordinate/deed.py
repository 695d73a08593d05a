"""What somebody did to a case: the rows that change and the line that the ledger gets; whoever calls keeps both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.states import ENDED
from jumpkit.kit.clock import Clock, stamp
from jumpkit.kit.errors import BadUsage, NotFound, Refused
from jumpkit.store.book.casework import CASEWORK

if TYPE_CHECKING:
    from jumpkit.store.book import Tx

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]

SHORT = 300  # characters of a title, a name, a place
LONG = 20_000  # of a basis, an answer, a reason
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts, and by which clock."""

    actor: str
    clock: Clock

    def stamps(self) -> dict[str, str]:
        """Return the columns that say when a row was recorded, and by whom."""
        return {"recorded": stamp(self.clock()), "author": self.actor}


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done to one case, complete: rows by table, the ledger's line, and a sentence for whoever did it."""

    case: str
    kind: str  # of the ledger's line
    told: str
    body: Row
    rows: Rows = field(default_factory=dict)
    opened: Row | None = None  # the row of a case that begins with this deed


def next_id(tx: Tx, case: str, table: str, prefix: str, after: int = 0) -> str:
    """Return the next id of a table within the case: `T-1`, `T-2`, …; a number is never given twice."""
    last = max((number(name) for name in tx.values(table, CASEWORK[table], case=case)), default=0)
    return f"{prefix}-{last + 1 + after}"


def number(name: str) -> int:
    """Return the number at the end of an id, 0 where there is none.

    >>> number("T-12"), number("N-3.7"), number("odd")
    (12, 7, 0)
    """
    digits = name.replace(".", "-").rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0


def entered(tx: Tx, case: str, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table in the order in which they were entered."""
    return sorted(tx.rows(table, case=case), key=lambda row: number(str(row[CASEWORK[table]])))


def one_of(tx: Tx, case: str, table: str, name: str) -> dict[str, Any]:
    """Return one row by its id.

    Raises:
        NotFound: the case has none of that id.

    """
    found = tx.one(table, **{"case": case, CASEWORK[table]: name})
    if found is None:
        there = [str(row[CASEWORK[table]]) for row in entered(tx, case, table)]
        hint = f"there are {', '.join(there[-8:])}" if there else "there is none yet"
        raise NotFound(f"{case} has no {table.replace('_', ' ')} {name}", target=name, hint=hint)
    return found


def said(text: str | None, what: str, longest: int = LONG) -> str:
    """Return what somebody wrote, without the space around it.

    Raises:
        BadUsage: it is empty or too long; nothing is cut in silence.

    """
    clean = (text or "").strip()
    if not clean:
        raise BadUsage(f"{what} is missing", target=what.replace(" ", "_"), hint=f"say {what}")
    if len(clean) > longest:
        raise BadUsage(f"{what} is longer than {longest:,} characters", target=what, hint="put it into a note")
    return clean


def maybe(text: str | None, what: str, longest: int = LONG) -> str | None:
    """Return what somebody wrote, None where nothing was written."""
    return said(text, what, longest) if text and text.strip() else None


def chosen(value: str, among: Iterable[str], what: str) -> str:
    """Return the value if it is one of those known.

    Raises:
        BadUsage: it is not.

    """
    known = list(among)
    if value not in known:
        raise BadUsage(f"there is no {what} {value!r}", target=value, hint=f"one of {', '.join(known)}")
    return value


def moment_of(text: str, clock: Clock) -> tuple[str, str | None]:
    """Return a time as RFC 3339 in UTC, and "day" where only the day was said; `now` is now.

    Raises:
        BadUsage: it is no time, or does not say its offset: a guess would move a deadline by hours.

    """
    if text == "now":
        return stamp(clock()), None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as caught:
        raise BadUsage(f"{text!r} is no time", target=text, hint="such as 2026-03-28T23:30+01:00, or a day") from caught
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise BadUsage(f"{text} lies in another age", target=text, hint=f"from {_FIRST_YEAR} to {_LAST_YEAR}")
    if at.tzinfo is not None:
        return stamp(at), None
    if len(text) <= len("2026-03-28"):
        return stamp(at.replace(tzinfo=UTC)), "day"
    hint = f"{text}Z for UTC, {text}+01:00 for one hour ahead of it, or the day alone"
    raise BadUsage(f"{text} does not say in which zone", target=text, hint=hint)


def still_open(row: Row) -> str:
    """Return the id of a case that has not ended.

    Raises:
        Refused: it has.

    """
    if row["state"] in ENDED:
        hint = f"jumpkit case reopen {row['case']} --reason …"
        raise Refused(f"{row['case']} has ended ({row['state']})", target=str(row["case"]), hint=hint)
    return str(row["case"])
