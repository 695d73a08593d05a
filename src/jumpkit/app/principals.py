"""Answers who holds which credential, where it came from and from where it was used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.asking import matter
from jumpkit.investigate.graph import people, reachable

if TYPE_CHECKING:
    from pathlib import Path

    from jumpkit.app.workspace import Desk


def principals(
    desk: Desk, named: str | None, *, estate: Path | None = None, asset: str | None = None
) -> dict[str, Any]:
    """Return principals/1 of a case: everybody who made calls, or all credentials in reach of one asset.

    Raises:
        NotFound: there is no such case, or nothing in it is called like the asset.
        BadUsage: the estate file cannot be used.

    """
    with matter(desk, named, estate) as asked:
        if asset is None:
            answer = people(asked.lake, asked.estate, asked.picture.findings)
        else:
            answer = reachable(asked.lake, asked.estate, asset)
    return {"schema": "principals/1", "case": asked.case, **answer}
