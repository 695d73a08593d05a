"""Checks a workspace against its ledger, without writing a byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.preserve.verify import verify

if TYPE_CHECKING:
    from jumpkit.app.workspace import Opening


def verify_workspace(opening: Opening, case: str | None, pin: str | None) -> dict[str, Any]:
    """Return the verification of one case or of the whole workspace, as contract.md has it."""
    return verify(opening.home, case, pin=pin).as_json()
