from __future__ import annotations

import re
from typing import TYPE_CHECKING

from command.logs import ACCOUNT, at
from command.run import Json, report

from .conftest import OTHER

if TYPE_CHECKING:
    from pathlib import Path


def test_coverage_is_told_by_account_and_region_with_the_last_event(accounts: tuple[Path, Json]) -> None:
    """D-11: for each account and region whether events flow, and until when."""
    text = report(accounts[0], "md")
    table = text[text.index("| Account | Region |") :]
    rows = {cells[0]: cells for line in table.splitlines() if (cells := re.findall(r"[^|]+", line)) and len(cells) > 5}
    told = {key.strip(): " ".join(cells) for key, cells in rows.items()}
    assert "eu-central-1" in told[ACCOUNT]
    assert "16:" in told[ACCOUNT], "its last hour with events"
    assert "eu-west-1" in told[OTHER]
    assert "12:" in told[OTHER]


def test_an_account_that_falls_silent_is_a_blind_spot(accounts: tuple[Path, Json]) -> None:
    """D-11: a feed that stops while others go on is said, with the moment of its last event."""
    (ended,) = [item for item in accounts[1]["blind_spots"] if item["kind"] == "feed_ends_early"]
    assert ended["account"] == OTHER
    assert ended["from"] == at(198)
    assert ended["because"]
