"""Checks a workspace against its ledger, or a bundle against itself, without writing a byte."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import NotFound
from jumpkit.preserve.bundle import check_bundle
from jumpkit.preserve.verify import verify
from jumpkit.store.book import open_book

if TYPE_CHECKING:
    from jumpkit.app.workspace import Opening


def verify_named(opening: Opening, named: str | None, pin: str | None) -> dict[str, Any]:
    """Return the verification of a bundle's folder, of one case, or of the whole workspace, as contract.md has it.

    Raises:
        NotFound: there is no such bundle, no workspace, or one into which nothing was ever entered.

    """
    if named is not None and Path(named).is_dir():
        return check_bundle(Path(named), pin).as_json()
    return verify_workspace(opening, named, pin)


def verify_workspace(opening: Opening, case: str | None, pin: str | None) -> dict[str, Any]:
    """Return the verification of one case or of the whole workspace, as contract.md has it.

    Raises:
        NotFound: there is no workspace, or one into which nothing was ever entered.

    """
    _check_begun(opening.found(), opening.url)
    return verify(opening.home, case, pin=pin, url=opening.url).as_json()


def _check_begun(home: Path, url: str | None) -> None:
    """Tell a workspace in which the first triage was refused from one that was emptied: that one holds files."""
    holds = any(path.is_file() for name in ("shelf", "lake", "reports", "keys") for path in (home / name).rglob("*"))
    if holds:
        return
    with open_book(home, url, readonly=True).read() as tx:
        rows = tx.count("ledger") + tx.count("case_") + tx.count("workspace")
    if not rows:
        raise NotFound("nothing was ever entered into this workspace", target=str(home), hint="jumpkit triage PATH")
