"""The estate file that a case was triaged with, kept beside it and vouched for by its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.app.estate import NOTHING_SAID, load_estate
from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import sha256_hex
from jumpkit.kit.errors import Drifted
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch

if TYPE_CHECKING:
    from pathlib import Path

    from jumpkit.app.workspace import Desk
    from jumpkit.model.estate import Estate

KIND = "estate"  # of file_
_FOLDER = "estates"


def estate_of(desk: Desk, case: str, given: Path | None) -> tuple[Estate, bool]:
    """Return what the given file says, else what the file says that the case keeps; and whether the case keeps it.

    Raises:
        BadUsage: the file cannot be used.

    """
    with desk.book.read() as tx:
        known = (tx.one("case_", case=case) or {}).get("estate")
        path = _place(case, known) if known else None
        kept = path is not None and tx.one("file_", case=case, kind=KIND, path=path) is not None
    if given is not None:
        return load_estate(given), False
    if path is None or not kept:
        return NOTHING_SAID, False
    return load_estate(desk.home / path), True


def keep(desk: Desk, case: str, given: Path, estate: Estate) -> None:
    """Keep a file that was given with the case, from which later questions read it.

    Raises:
        Drifted: the file is no longer what was read of it.

    """
    data = given.read_bytes()
    if sha256_hex(data) != estate.digest:
        raise Drifted("the estate file changed while it was read", target=str(given), hint="run the command again")
    path = _place(case, estate.digest)
    row: dict[str, object] = {"case": case, "path": path, "kind": KIND, "sha256": estate.digest, "size": len(data)}
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        if pen.tx.one("file_", case=case, path=path) is not None:
            return
        append(pen, case, "estate.kept", {"sha256": estate.digest, "name": str(given), "size": len(data)})
        vouch(pen, case, "file_", [row | {"made": stamp(desk.clock())}])
        target = desk.home / path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.write_bytes(data)


def _place(case: str, digest: str) -> str:
    return f"{_FOLDER}/{case}/{digest}.yaml"
