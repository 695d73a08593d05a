"""Finds the case that an alert is in already, so that asking about it twice does not open two."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from jumpkit.app.workspace import reading
from jumpkit.coordinate.states import ENDED
from jumpkit.kit.errors import NotFound

if TYPE_CHECKING:
    from jumpkit.app.workspace import Opening


def case_of_alert(opening: Opening, data: bytes) -> str | None:
    """Return the open case, the newest of several, that sealed these very bytes as its alert; None where none did."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        with reading(opening) as desk, desk.book.read() as tx:
            sealed = {row["case"] for row in tx.rows("artifact", sha256=sha256) if row["name"].startswith("alert/")}
            cases = [row for row in tx.rows("case_") if row["case"] in sealed and row["state"] not in ENDED]
    except NotFound:
        return None
    newest = max(cases, key=lambda row: (row["created"], row["case"]), default=None)
    return str(newest["case"]) if newest else None
