"""Answers which requests several logs saw, and which only one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.asking import matter
from jumpkit.investigate.correlate import correlate as joined

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk


def correlate(desk: Desk, named: str | None) -> dict[str, Any]:
    """Return correlate/1 of a case.

    Raises:
        NotFound: there is no such case.

    """
    with matter(desk, named, None) as asked:
        answer = joined(asked.lake)
    return {"schema": "correlate/1", "case": asked.case, **answer}
