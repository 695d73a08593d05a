"""Answers how far an intruder got, from the findings of a case or from what a person names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.asking import matter
from jumpkit.investigate.scope import scope as followed
from jumpkit.investigate.scope import similar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jumpkit.app.workspace import Desk


def scope(desk: Desk, named: str | None, *, seeds: Sequence[str] = (), estate: Path | None = None) -> dict[str, Any]:
    """Return scope/1 of a case.

    Raises:
        NotFound: there is no such case, or no call in it fits a seed.
        BadUsage: a seed or the estate file cannot be used.

    """
    with matter(desk, named, estate) as asked:
        answer = followed(asked.lake, asked.picture, asked.estate, seeds)
    return {"schema": "scope/1", "case": asked.case, **answer}


def alike(desk: Desk, named: str | None, resource: str) -> dict[str, Any]:
    """Return scope/1 of what is exposed as a resource is: the likest first, each with the features they share.

    Raises:
        NotFound: there is no such case, or nothing in it tells what the resource is exposed by.

    """
    with matter(desk, named, None) as asked:
        answer = similar(asked.lake, resource)
    return {"schema": "scope/1", "case": asked.case, **answer}
