"""What every question about a case begins with: its picture, its lake and what the client says of the estate."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.app.estate import load_estate
from jumpkit.app.hunt import latest_case
from jumpkit.app.lakes import open_case
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


@contextmanager
def matter(desk: Desk, named: str | None, estate: Path | None) -> Iterator[Matter]:
    """Open the named case, or the one that was worked on last.

    Raises:
        NotFound: there is no such case.
        BadUsage: the estate file cannot be used.

    """
    case = latest_case(desk, named)
    said = load_estate(estate)
    with desk.book.read() as tx:
        picture = picture_of(tx, case)
    with open_case(desk, case) as lake:
        yield Matter(case, lake, picture, said)
