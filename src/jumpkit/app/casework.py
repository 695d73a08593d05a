"""What people do to a case: each deed is entered whole, rows and ledger's line together, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.admit import members
from jumpkit.admit.change import By
from jumpkit.app.keeping import keep
from jumpkit.app.latest import case_at_hand
from jumpkit.app.requests import begun, once, refuse_known
from jumpkit.app.workspace import entering, reading, writing
from jumpkit.coordinate.case import case_row, open_case
from jumpkit.coordinate.clocks.duties import Word, enter_duty
from jumpkit.coordinate.clocks.feed import feed
from jumpkit.coordinate.clocks.rules import Rulebook, load
from jumpkit.coordinate.clocks.standing import clocks_of
from jumpkit.coordinate.deed import Deed, Row, Who, chosen
from jumpkit.coordinate.joining import merge
from jumpkit.coordinate.journal import journal
from jumpkit.coordinate.movement import KINDS, Way, move
from jumpkit.coordinate.notes import notes, revisions
from jumpkit.coordinate.registers import shown
from jumpkit.coordinate.reviews import open_limits, shown_review
from jumpkit.coordinate.show import show_case
from jumpkit.kit.clock import stamp
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import Pen, append
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import open_log, vouch
from jumpkit.preserve.verify import verify

if TYPE_CHECKING:
    from datetime import datetime

    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.store.book import Tx

Make = Callable[["Tx", Who, Row], Deed | Iterable[Deed]]


def enter(opening: Opening, case: str, make: Make) -> dict[str, Any]:
    """Do what `make` says to a case, and return the case as it then is, with what was `entered`.

    Raises:
        NotFound: there is no workspace, or no such case.
        Refused: a guard stands in the way; nothing was written.

    """
    with entering(opening) as desk:
        with _pen(desk) as pen:
            made = once(opening.request, make)(pen.tx, Who(desk.actor, desk.clock), case_row(pen.tx, case))
            deeds = []
            for deed in made:  # each is kept before the next is made
                _keep(pen, deed)
                deeds.append(deed)
        return _answer(desk, deeds[0].case if deeds and deeds[0].opened else case, deeds)


def begin(
    opening: Opening, title: str, severity: str | None, kind: str | None, only: str | None = None
) -> dict[str, Any]:
    """Open a case, and the workspace where there is none yet; limits that earlier cases met come along.

    `only` restricts it to its members, of whom that name is the first.

    Raises:
        BadUsage: the title is empty, or severity or kind is none of those known.

    """
    if kind is not None:
        chosen(kind, KINDS, "kind of case")
    with writing(opening) if opening.standing is None else entering(opening) as desk:
        with _pen(desk) as pen:
            refuse_known(pen.tx, opening.request)
            row = open_case(pen.tx, title, desk.clock, severity, desk.actor) | {"kind": kind}
            open_log(pen, row | ({"restricted": 1} if only else {}))
            _beside(pen, str(row["case"]), opening, only)
            limits = open_limits(pen.tx, kind)
        made = Deed(str(row["case"]), "case.open", f"{row['case']}: {row['title']}", {})
        return _answer(desk, made.case, [made]) | {"open_limits": limits}


def _beside(pen: Pen, case: str, opening: Opening, only: str | None) -> None:
    """Keep by which request a case was opened, and its first member."""
    for table, rows in begun(opening.request, case, Who(opening.actor, pen.clock)).items():
        vouch(pen, case, table, rows)
    if only:
        keep(pen, case, members.add(pen.tx, By(opening.actor, pen.clock), case, only))


def advance(opening: Opening, case: str, to: str, reason: str | None, override: str | None) -> dict[str, Any]:
    """Move a case to another state; one that closes is verified first.

    Raises:
        Refused: a guard names what lacks.

    """
    outside = _custody(opening, case) if to == "closed" else []
    outside += _left_over(opening, case, ends=to == "closed") if to in ("closed", "recovering") else []
    way = Way(rulebook(opening), reason, override, outside)
    return enter(opening, case, lambda tx, who, row: move(tx, who, row, to, way))


def join(opening: Opening, case: str, into: str, reason: str) -> dict[str, Any]:
    """End a case as a duplicate of another, and return the one that goes on.

    Raises:
        NotFound: one of them does not exist.
        Refused: one of them has ended.

    """

    def joined(tx: Tx, who: Who, row: Row) -> Sequence[Deed]:
        return merge(tx, who, row, case_row(tx, into), reason)

    return enter(opening, case, joined)


def notes_of(desk: Desk, case: str, note: str | None) -> dict[str, Any]:
    """Return the newest revision of each note, or all revisions of one."""
    with desk.book.read() as tx:
        row = case_row(tx, case)
        found = notes(tx, case) if note is None else revisions(tx, case, note)
    head = {name: row[name] for name in ("case", "title", "state", "severity")}
    return {"schema": "notes/1", **head, "notes": [shown(each) for each in found]}


def enter_duties(opening: Opening, case: str, clocks: Sequence[str], word: Word) -> dict[str, Any]:
    """Say one thing of some duties of a case, all of them or none.

    Raises:
        NotFound: there is no such clock.
        BadUsage: signer, reason or time is missing.
        Refused: the rule of one knows no such delay.

    """
    book = rulebook(opening)

    def all_of(tx: Tx, who: Who, row: Row) -> Iterator[Deed]:
        for clock in clocks:
            yield enter_duty(tx, who, row, clock, word, book)

    return enter(opening, case, all_of)


def journal_of(desk: Desk, named: str | None, *, whole: bool) -> dict[str, Any]:
    """Return the journal of the named case, or of the one that was worked on last."""
    case = case_at_hand(desk, named)
    with desk.book.read() as tx:
        return journal(tx, case, whole=whole)


def review_of(desk: Desk, case: str) -> dict[str, Any]:
    """Return the case's head and its review, with what that lacks."""
    with desk.book.read() as tx:
        row = case_row(tx, case)
        shown = shown_review(tx, row)
    return {"schema": "review/1", **{name: row[name] for name in ("case", "title", "state", "severity")}, **shown}


def clocks(desk: Desk, opening: Opening, named: str | None, at: datetime | None) -> dict[str, Any]:
    """Return the clocks of a case as they stand now, or at another moment."""
    case, now = case_at_hand(desk, named), at or desk.clock()
    with desk.book.read() as tx:
        row = case_row(tx, case)
        found = clocks_of(tx, row, now, rulebook(opening))
    head = {name: row[name] for name in ("case", "title", "state", "severity")}
    return {"schema": "clocks/1", **head, "at": stamp(now), "clocks": found}


def calendar(body: dict[str, Any], now: datetime) -> str:
    """Return the iCalendar feed of what `clocks` returned."""
    return feed(body, body["clocks"], now)


def rulebook(opening: Opening) -> Rulebook:
    """Return our rules of deadlines with those of the client's folder, where the settings name one."""
    named = opening.settings["clocks"].value
    return load(Path(named) if named else None)


def _pen(desk: Desk) -> Any:
    return recording(desk.book, key_of(desk.home), desk.clock, desk.actor)


def _keep(pen: Pen, deed: Deed) -> None:
    if deed.opened is not None:
        open_log(pen, deed.opened)
    append(pen, deed.case, deed.kind, deed.body)
    for table, rows in deed.rows.items():
        if table != "case_":
            vouch(pen, deed.case, table, rows)
    [row] = deed.rows.get("case_") or [case_row(pen.tx, deed.case)]
    vouch(pen, deed.case, "case_", [{**row, "updated": stamp(pen.clock())}])


def _answer(desk: Desk, case: str, deeds: Sequence[Deed]) -> dict[str, Any]:
    told = [{"case": deed.case, "kind": deed.kind, "told": deed.told} for deed in deeds]
    with desk.book.read() as tx:
        return {**show_case(tx, case), "entered": told}


def _left_over(opening: Opening, case: str, *, ends: bool) -> list[str]:
    """Return what responders left: it stands, nobody knows what came of it, or it holds and nobody accepted that."""
    from jumpkit.app.leftovers import left_over  # noqa: PLC0415 - the catalogue of actions is read only for this

    with reading(opening) as desk:
        return left_over(desk, case, ends=ends)


def _custody(opening: Opening, case: str) -> list[str]:
    """Return what custody has against closing; nobody may hold the workspace meanwhile."""
    found = verify(opening.found(), case, url=opening.url)
    if found.intact:
        return []
    return [f"its custody is broken: {len(found.problems)} problems (jumpkit verify {case})"]
