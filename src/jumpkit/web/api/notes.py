"""Notes of a case: every revision stays, and who writes at the same time loses nothing."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from jumpkit.app.casework import enter, notes_of
from jumpkit.app.workspace import Opening
from jumpkit.coordinate.notes import Edit, edit_note, new_note
from jumpkit.kit.errors import NotFound
from jumpkit.web.answers import answers, part
from jumpkit.web.failing import reply
from jumpkit.web.said import Reader, Said, Writer
from jumpkit.web.seat import Seat

router = part("notes")


class Note(Said):
    """The text of a note."""

    text: str
    tlp: str | None = None
    privileged: bool = False


class Revision(Note):
    """A new text made from revision `base`, or words to put `at_end`."""

    base: int | None = None
    at_end: bool = False


@router.get("/cases/{case}/notes", **answers("notes"))
def show(case: str, at: Reader) -> Response:
    """Give the newest revision of each note."""
    with at.reading() as desk:
        return reply(_seen(at, notes_of(desk, case, None)))


@router.get("/cases/{case}/notes/{note}", **answers("notes"))
def show_one(case: str, note: str, at: Reader) -> Response:
    """Give all revisions of a note, oldest first."""
    with at.reading() as desk:
        body = _seen(at, notes_of(desk, case, note))
    if not body["notes"]:
        raise NotFound(f"{case} has no note {note}", target=note, hint=f"GET /api/v1/cases/{case}/notes lists them")
    return reply(body, 200, {"etag": f'"{body["notes"][-1]["revision"]}"'})


@router.post("/cases/{case}/notes", **answers("case", 201, "written"))
def write(case: str, new: Note, by: Writer) -> Response:
    """Begin a note."""
    edit = Edit(new.text, tlp=new.tlp, privileged=new.privileged)
    return by.does(lambda how: enter(how, case, lambda tx, who, row: new_note(tx, who, row, edit)))


@router.post("/cases/{case}/notes/{note}", **answers("case", 200, "written"))
def revise(case: str, note: str, new: Revision, by: Writer) -> Response:
    """Write a new revision; where others wrote since `base`, both texts are kept."""
    edit = Edit(new.text, new.base, new.at_end, new.tlp, new.privileged)

    def revised(how: Opening) -> dict[str, Any]:
        with by.seat.reading() as desk:
            if not _seen(by.seat, notes_of(desk, case, note))["notes"]:
                raise NotFound(f"{case} has no note {note}", target=note)
        return enter(how, case, lambda tx, who, row: edit_note(tx, who, row, note, edit))

    return by.does(revised, 200)


def _seen(at: Seat, body: dict[str, Any]) -> dict[str, Any]:
    """Return notes without those under privilege, where somebody may not read them."""
    if at.may("privileged.read"):
        return body
    return body | {"notes": [each for each in body["notes"] if not each["privileged"]]}
