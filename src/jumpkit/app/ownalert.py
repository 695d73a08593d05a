"""Reads the alert that somebody on call hands in: a file, bytes, or one of the workspace's own findings by its id."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from jumpkit.app.pictures import finding_of
from jumpkit.app.triage.answer import finding_object
from jumpkit.app.workspace import reading
from jumpkit.kit.errors import NotFound

if TYPE_CHECKING:
    from pathlib import Path

    from jumpkit.app.workspace import Opening

OWN = re.compile(r"F-[0-9a-f]{6,64}")


class Handed(NamedTuple):
    """An alert's bytes, and the case that it is known to belong to."""

    data: bytes | None
    case: str | None


def handed_in(opening: Opening, finding: Path | None, alert: bytes | None) -> Handed:
    """Return what was handed in, if anything was.

    Raises:
        NotFound: it is the id of no finding here.

    """
    if finding is None:
        return Handed(alert, None)
    name = str(finding)
    if finding.exists() or not OWN.fullmatch(name):
        return Handed(finding.read_bytes(), None)
    with reading(opening) as desk, desk.book.read() as tx:
        row = tx.one("finding", finding=name)
    if row is None:
        raise NotFound(f"no finding here has the id {name}", target=name, hint="ids are listed by triage")
    return Handed(json.dumps(finding_object(finding_of(row))).encode(), str(row["case"]))
