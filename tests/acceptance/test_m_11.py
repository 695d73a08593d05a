from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from command.run import Json, entries, jumpkit

if TYPE_CHECKING:
    from pathlib import Path

SET = {
    "occurred": "2026-03-01T08:00:00Z",
    "detected": "2026-03-01T09:30:00+01:00",
    "acknowledged": "2026-03-01T08:40:00Z",
    "contained": "2026-03-02T08:30:00Z",
}
PAIRS = {
    "detect": ("occurred", "detected"),
    "acknowledge": ("detected", "acknowledged"),
    "contain": ("detected", "contained"),
    "dwell": ("occurred", "contained"),
}


def by_name(told: Json) -> dict[str, Json]:
    return {row["metric"]: row for row in told["cases"][0]["metrics"]}


def test_metrics_are_what_the_ledgers_moments_give(tmp_path: Path) -> None:
    """M-11: equal to what is recomputed from the ledger; missing times give n/a, never 0."""
    home = tmp_path / "home"
    case = jumpkit(home, "case", "open", "--title", "A case", "--json").one()["case"]
    for kind, time in SET.items():
        jumpkit(home, "case", "moment", case, kind, time)
    jumpkit(home, "case", "moment", case, "contained", "2026-03-02T09:30:00Z")
    found = by_name(jumpkit(home, "case", "metrics", case, "--json").one())
    written = {
        line["body"]["kind"]: datetime.fromisoformat(line["body"]["at"])
        for line in entries(home, case)
        if line["kind"] == "moment.set"
    }
    for name, (begin, end) in PAIRS.items():
        assert found[name]["seconds"] == (written[end] - written[begin]).total_seconds() > 0
    assert found["contain"]["seconds"] == 25 * 3600
    for name in found.keys() - PAIRS.keys():
        assert found[name]["seconds"] is None
        assert found[name]["because"].startswith("n/a: no moment")


def test_what_stands_the_wrong_way_round_is_no_duration(tmp_path: Path) -> None:
    home = tmp_path / "home"
    case = jumpkit(home, "case", "open", "--title", "A case", "--json").one()["case"]
    other = jumpkit(home, "case", "open", "--title", "Another", "--json").one()["case"]
    jumpkit(home, "case", "moment", case, "detected", "2026-03-01T08:00:00Z")
    jumpkit(home, "case", "moment", case, "contained", "2026-03-01T07:00:00Z")
    jumpkit(home, "case", "moment", other, "detected", "2026-03-01")
    jumpkit(home, "case", "moment", other, "contained", "2026-03-02T07:00:00Z")
    told = jumpkit(home, "case", "metrics", "--json").one()
    assert "wrong way round" in by_name(told)["contain"]["because"]
    over = {row["metric"]: row for row in told["over_all"]}
    assert over["contain"] == {
        "metric": "contain",
        "cases": 0,
        "unknown": 2,
        "median": None,
        "greatest": None,
        "because": "n/a: no case has both moments",
    }
