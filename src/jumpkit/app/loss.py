"""Answers how much data left, and lists the reads behind the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.asking import matter
from jumpkit.investigate.loss import Asked
from jumpkit.investigate.loss import loss as lost
from jumpkit.investigate.loss import readings as read
from jumpkit.kit.errors import NotFound
from jumpkit.kit.masking import mask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jumpkit.app.workspace import Desk


def loss(desk: Desk, named: str | None, asked: Asked, estate: Path | None = None) -> dict[str, Any]:
    """Return loss/1 of a case.

    Raises:
        NotFound: there is no such case, or nobody in it is called like those whose reads shall count.

    """
    with matter(desk, named, estate) as at:
        answer = lost(at.lake, at.picture, at.estate, asked)
    if asked.by and not answer["counted"]["origins"]:
        raise NotFound(
            f"nobody in {at.case} is called {', '.join(asked.by)}",
            target=at.case,
            hint="jumpkit principals lists everybody",
        )
    answer["limits"] += at.unsaid
    return dict(mask({"schema": "loss/1", "case": at.case, **answer}))


def readings(desk: Desk, named: str | None, asked: Asked, estate: Path | None = None) -> Iterator[dict[str, Any]]:
    """Yield every read by principal and object, every change of sharing, and last what this list cannot show."""
    total = 0
    with matter(desk, named, estate) as at:
        for row in read(at.lake, at.picture, at.estate, asked):
            total += 1
            yield mask(row)
        limits = lost(at.lake, at.picture, at.estate, asked)["limits"]
    yield {"total": total, "limits": limits}
