"""Takes a whole case out into one file, and in again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.workspace import writing
from jumpkit.kit.errors import BadUsage
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.parcel.take_in import Taker, take_in
from jumpkit.preserve.parcel.write import write_parcel
from jumpkit.preserve.recording import recording
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from pathlib import Path

    from jumpkit.app.workspace import Opening


def export_case(opening: Opening, case: str, to: Path) -> dict[str, Any]:
    """Write the case to a file; that is entered in the workspace's log, so that the case's own stays as it was.

    Raises:
        BadUsage: the file would lie in the workspace, or its folder does not exist.
        NotFound: there is no such case.
        Refused: artifacts of it lie outside the workspace.
        Tampered: a file of it is not what the book says.

    """
    home, target = opening.found(), to.absolute()
    if not target.parent.is_dir() or target.is_dir():
        raise BadUsage("the parcel needs a folder that is there, and a name", target=str(to), hint="-o DIR/NAME.zip")
    if home.resolve() in target.resolve().parents:
        raise BadUsage("a parcel does not lie in the workspace", target=str(to), hint="choose another folder")
    with writing(opening) as desk:
        key = key_of(desk.home)
        with desk.book.read() as tx:
            made = write_parcel(tx, desk.home, case, key.public, target)
        with recording(desk.book, key, desk.clock, desk.actor) as pen:
            append(pen, WORKSPACE, "case.exported", {"case": case, "sha256": made.sha256, "to": str(target)})
    return {**made.as_json("export/1"), "path": str(target)}


def import_case(opening: Opening, path: Path, pin: str | None) -> dict[str, Any]:
    """Take a case in from a file; one that is here already, and equal, changes nothing.

    Raises:
        NotFound: there is no such file.
        Tampered: something in it was changed; the message names what.
        Refused: another case of that id is here, or it was purged here.

    """
    with writing(opening) as desk:
        taker = Taker(desk.home, desk.book, key_of(desk.home), desk.clock, desk.actor)
        made = take_in(taker, path.absolute(), pin)
    key = {"fingerprint": made.fingerprint, "pinned": made.pinned}
    return {**made.as_json("import/1"), "already": made.already, "key": key}
