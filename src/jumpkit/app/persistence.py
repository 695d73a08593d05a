"""Answers what was left behind that gives lasting access or takes sight away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.asking import matter
from jumpkit.investigate.persistence import persistence as left
from jumpkit.kit.masking import mask

if TYPE_CHECKING:
    from pathlib import Path

    from jumpkit.app.workspace import Desk


def persistence(desk: Desk, named: str | None, estate: Path | None = None) -> dict[str, Any]:
    """Return persistence/1 of a case.

    Raises:
        NotFound: there is no such case.

    """
    with matter(desk, named, estate) as at:
        answer = left(at.lake, at.picture, at.estate)
    answer["limits"] += at.unsaid
    return dict(mask({"schema": "persistence/1", "case": at.case, **answer}))
