"""Notes whose every revision stays; two people who write at once lose nothing of what either wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.deed import Deed, Row, Who, chosen, entered, number
from jumpkit.coordinate.merging import merged
from jumpkit.kit.errors import BadUsage, NotFound

if TYPE_CHECKING:
    from jumpkit.store.book import Tx

LONGEST = 1_000_000  # characters of one note
TLP = ("clear", "green", "amber", "amber+strict", "red")


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody wrote: a whole text, made from revision `base`, or words to put at the end."""

    text: str
    base: int | None = None
    at_end: bool = False
    tlp: str | None = None
    privileged: bool = False


def new_note(tx: Tx, who: Who, row: Row, edit: Edit) -> Deed:
    """Begin a note."""
    case = str(row["case"])
    name = f"N-{max((number(each) for each in tx.values('note', 'note', case=case)), default=0) + 1}"
    new = _revision(case, name, 1, edit, who) | {"base": None, "merged": None}
    return Deed(case, "note.written", f"{name}, revision 1", _told(new), {"note": [new]})


def edit_note(tx: Tx, who: Who, row: Row, name: str, edit: Edit) -> Deed:
    """Add a revision; where others wrote since `base`, both texts are kept and the revision says so.

    Raises:
        NotFound: there is no such note.
        BadUsage: it is not said which revision the text was made from, or there is no such revision.

    """
    case = str(row["case"])
    history = revisions(tx, case, name)
    head = history[-1]
    base = _base(history, edit)
    text = f"{head['text']}\n{_checked(edit.text)}" if edit.at_end else edit.text
    joined = merged(base["text"], head["text"], text)
    new = _revision(case, name, head["number"] + 1, edit, who)
    new |= {"text": _checked(joined), "base": base["number"]}
    new |= {"merged": head["number"] if base is not head else None}
    new |= {"tlp": edit.tlp or head["tlp"], "privileged": int(edit.privileged or bool(head["privileged"]))}
    told = f"{name}, revision {new['number']}"
    told += f"; revision {head['number']} was written meanwhile, and both texts are kept" if new["merged"] else ""
    return Deed(case, "note.written", told, _told(new), {"note": [new]})


def revisions(tx: Tx, case: str, name: str) -> list[dict[str, Any]]:
    """Return all revisions of a note, oldest first.

    Raises:
        NotFound: there is no such note.

    """
    found = sorted(tx.rows("note", case=case, note=name), key=lambda row: int(row["number"]))
    if not found:
        raise NotFound(f"{case} has no note {name}", target=name, hint=f"jumpkit case note {case} lists them")
    return found


def notes(tx: Tx, case: str) -> list[dict[str, Any]]:
    """Return each note's newest revision, in the order in which they were begun."""
    newest: dict[str, dict[str, Any]] = {}
    for row in sorted(entered(tx, case, "note"), key=lambda row: (number(row["note"]), row["number"])):
        newest[row["note"]] = row
    return list(newest.values())


def _base(history: list[dict[str, Any]], edit: Edit) -> dict[str, Any]:
    if edit.at_end:
        return history[-1]
    if edit.base is None:
        hint = f"--base {history[-1]['number']} if you saw that one, or --append TEXT"
        raise BadUsage("say from which revision the text was made", target=str(history[0]["note"]), hint=hint)
    for row in history:
        if row["number"] == edit.base:
            return row
    raise BadUsage(f"there is no revision {edit.base}", target=str(history[0]["note"]), hint=f"up to {len(history)}")


def _revision(case: str, name: str, place: int, edit: Edit, who: Who) -> dict[str, Any]:
    row = {"case": case, "revision": f"{name}.{place}", "note": name, "number": place, "text": _checked(edit.text)}
    tlp = chosen(edit.tlp, TLP, "TLP level") if edit.tlp else None
    return row | {"tlp": tlp, "privileged": int(edit.privileged), **who.stamps()}


def _checked(text: str) -> str:
    if not text.strip():
        raise BadUsage("a note is never emptied: what was written stays", target="text", hint="write what is true now")
    if len(text) > LONGEST:
        raise BadUsage(f"a note holds at most {LONGEST:,} characters", target="text", hint="begin another note")
    return text


def _told(row: Row) -> dict[str, Any]:
    """Return what the ledger says: the text itself stands in the row that the same transaction vouches for."""
    names = ("note", "revision", "number", "base", "merged", "tlp", "privileged")
    return {name: row[name] for name in names} | {"characters": len(row["text"])}
