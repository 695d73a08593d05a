"""Checks a workspace against its ledger, or a bundle against itself, without writing a byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.app.latest import latest_case
from jumpkit.app.workspace import reading
from jumpkit.kit.errors import NotFound
from jumpkit.preserve.bundle import check_bundle
from jumpkit.preserve.bundle.bag import LOG
from jumpkit.preserve.ledger import workspace_id
from jumpkit.preserve.note import origin_of
from jumpkit.preserve.verify import verify
from jumpkit.preserve.witness import against, kept, lines_of, newest
from jumpkit.store.book import WORKSPACE, open_book

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.preserve.note import Checkpoint
    from jumpkit.preserve.problem import Problem, Verification


def verify_named(opening: Opening, named: str | None, pin: str | None, kept_in: Sequence[Path] = ()) -> dict[str, Any]:
    """Return the verification of a bundle's folder, of one case, or of the whole workspace, as contract.md has it.

    `kept_in` are files with checkpoints that were kept elsewhere; the logs must still begin with what those state.

    Raises:
        NotFound: there is no such bundle, no workspace, or one into which nothing was ever entered.
        Unreadable: a file holds no checkpoint.

    """
    witnessed = [kept(path) for path in kept_in]
    if named is not None and Path(named).is_dir():
        found = check_bundle(Path(named), pin)
        lines = (Path(named) / LOG).read_bytes().removesuffix(b"\n").split(b"\n")
        return _with(found, against({log.log: lines for log in found.logs}, witnessed)).as_json()
    _check_begun(opening.found(), opening.url)
    found = verify(opening.home, named, pin=pin, url=opening.url)
    return _with(found, _against_book(opening, witnessed)).as_json()


def verify_case(opening: Opening, case: str, pin: str | None) -> dict[str, Any]:
    """Return the verification of one case.

    Raises:
        NotFound: there is no such case.
        Busy: a writer did not end in time.

    """
    return verify(opening.found(), case, pin=pin, url=opening.url).as_json()


def _with(found: Verification, more: Sequence[Problem]) -> Verification:
    return replace(found, problems=(*found.problems, *more))


def _against_book(opening: Opening, witnessed: Sequence[Checkpoint]) -> list[Problem]:
    if not witnessed:
        return []
    with reading(opening) as desk, desk.book.read() as tx:
        own = workspace_id(tx)
        logs = {origin_of(own, log): lines_of(tx, log) for log in [WORKSPACE, *tx.values("case_", "case")]}
    return against(logs, witnessed)


def newest_checkpoint(desk: Desk, named: str | None) -> dict[str, Any]:
    """Return the newest checkpoint of a case's log, with the exact text that is to be kept."""
    case = latest_case(desk, named)
    with desk.book.read() as tx:
        found = newest(tx, case)
    told = {"schema": "checkpoint/1", "case": case, "origin": found.origin, "size": found.size}
    return told | {"root": found.root.hex(), "note": found.note.decode()}


def _check_begun(home: Path, url: str | None) -> None:
    """Tell a workspace in which the first triage was refused from one that was emptied: that one holds files."""
    holds = any(path.is_file() for name in ("shelf", "lake", "reports", "keys") for path in (home / name).rglob("*"))
    if holds:
        return
    with open_book(home, url, readonly=True).read() as tx:
        rows = tx.count("ledger") + tx.count("case_") + tx.count("workspace")
    if not rows:
        raise NotFound("nothing was ever entered into this workspace", target=str(home), hint="jumpkit triage PATH")
