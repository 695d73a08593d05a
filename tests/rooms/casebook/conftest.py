"""A case in a book of either kind, and a hand that does deeds to it as the commands do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from jumpkit.app.settings import settle
from jumpkit.app.workspace import Opening

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Json = dict[str, Any]
START = datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC)


@dataclass
class Hand:
    """Works on one case, with a clock of its own that goes on a second a look."""

    opening: Opening
    case: str = ""
    body: Json = field(default_factory=dict)

    def do(self, deed: Callable[..., Any], *said: Any, **more: Any) -> Json:
        """Do one deed of the case book and return the case as it then is."""
        from jumpkit.app.casework import enter  # noqa: PLC0415 - as commands load it

        self.body = enter(self.opening, self.case, lambda tx, who, row: deed(tx, who, row, *said, **more))
        return self.body

    def go(self, to: str, reason: str | None = None, override: str | None = None) -> Json:
        from jumpkit.app.casework import advance  # noqa: PLC0415 - as above

        self.body = advance(self.opening, self.case, to, reason, override)
        return self.body

    def clocks(self, at: str | None = None) -> dict[str, Json]:
        from jumpkit.app.casework import clocks  # noqa: PLC0415 - as above
        from jumpkit.app.workspace import reading  # noqa: PLC0415 - as above

        moment = datetime.fromisoformat(at) if at else None
        with reading(self.opening) as desk:
            return {each["clock"]: each for each in clocks(desk, self.opening, self.case, moment)["clocks"]}


class Ticking:
    """A clock that goes on by a second whenever somebody looks."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def opening_of(home: Path, url: str | None, actor: str = "ann") -> Opening:
    settings = settle(home, {"JUMPKIT_BOOK": url} if url else {})
    return Opening(home, Ticking(), actor, settings)


def begun(home: Path, url: str | None, severity: str | None = "medium") -> Hand:
    from jumpkit.app.casework import begin  # noqa: PLC0415 - as above

    opening = opening_of(home, url)
    return Hand(opening, begin(opening, "Keys of bob", severity, None)["case"])


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    """Return where the book lies: nowhere but in the workspace, and on a real server."""
    if request.param == "sqlite":
        return None
    found: str = request.getfixturevalue("postgres_book")
    return found


@pytest.fixture
def hand(tmp_path: Path, url: str | None) -> Hand:
    """Return a hand on a new case of medium severity."""
    return begun(tmp_path / "home", url)
