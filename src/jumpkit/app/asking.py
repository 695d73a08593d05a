"""What every question about a case begins with: its picture, its lake and what the client says of the estate."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.app.estatebook import estate_of
from jumpkit.app.lakes import open_case
from jumpkit.app.latest import latest_case
from jumpkit.app.pictures import picture_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jumpkit.app.workspace import Desk
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import Picture
    from jumpkit.store.lake.read import Lake


@dataclass(frozen=True, slots=True)
class Matter:
    """A case at hand."""

    case: str
    lake: Lake
    picture: Picture
    estate: Estate
    unsaid: list[dict[str, Any]]  # limits: what the case was triaged with and this question was not given


@contextmanager
def matter(desk: Desk, named: str | None, estate: Path | None) -> Iterator[Matter]:
    """Open the named case, or the one that was worked on last.

    Raises:
        NotFound: there is no such case.
        BadUsage: the estate file cannot be used.

    """
    case = latest_case(desk, named)
    said, kept = estate_of(desk, case, estate)
    with desk.book.read() as tx:
        picture = picture_of(tx, case)
        known = (tx.one("case_", case=case) or {}).get("estate")
    with open_case(desk, case) as lake:
        yield Matter(case, lake, picture, said, _unsaid(known, said, kept=kept))


def _unsaid(known: str | None, said: Estate, *, kept: bool) -> list[dict[str, Any]]:
    """Return which estate file answers where none was given, or that it is not the one of the triage."""
    if kept:
        because = f"answered with the estate file that the case keeps (sha256 {known}); --estate FILE uses another"
        return [{"what": "estate", "because": because}]
    if known is None or known == said.digest:
        return []
    because = f"the case was triaged with the estate file of sha256 {known}, which is not the one given here (--estate)"
    return [{"what": "estate", "because": because}]
