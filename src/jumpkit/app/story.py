"""Answers which attacks the findings of a case tell, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.asking import matter
from jumpkit.investigate.story import story as told
from jumpkit.kit.masking import mask

if TYPE_CHECKING:
    from pathlib import Path

    from jumpkit.app.workspace import Desk


def story(desk: Desk, named: str | None, *, estate: Path | None = None) -> dict[str, Any]:
    """Return story/1 of a case.

    Raises:
        NotFound: there is no such case.

    """
    with matter(desk, named, estate) as at:
        answer = told(at.lake, at.picture, at.estate)
    return dict(mask({"schema": "story/1", "case": at.case, **answer}))
