from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from command.logs import START
from command.run import Json, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

HEADING = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)
DAYS = 20


def flow(machine: int, peer: str, when: datetime, size: int, nth: int) -> list[str]:
    """Return the two records of one conversation, as the interface's log has them."""
    own, port, begin = f"10.0.0.{machine + 4}", 40_000 + nth % 20_000, int(when.timestamp())
    shared = f"2 111122223333 eni-{machine:017x}"
    return [
        f"{shared} {own} {peer} {port} 443 6 9 {size} {begin} {begin + 59} ACCEPT OK",
        f"{shared} {peer} {own} 443 {port} 6 9 {size // 2} {begin} {begin + 59} ACCEPT OK",
    ]


def normal(days: int, start: datetime) -> list[str]:
    lines = []
    for day in range(days):
        for machine in range(10):
            for n in range(50):
                when = start + timedelta(days=day, minutes=n * 9 + machine)
                lines += flow(machine, f"198.51.100.{n % 6 + 1}", when, 4_000 + 37 * (n % 11), day * 50 + n)
    return lines


def write(path: Path, lines: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADING, *lines]) + "\n")
    return path


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("flows")
    home = warm(folder / "home")
    write(folder / "old" / "flows.log", normal(DAYS, START))
    jumpkit(home, "baseline", "learn", str(folder / "old"))
    return home, folder


def test_the_exfiltration_is_flagged_and_no_normal_flow(learned: tuple[Path, Path]) -> None:
    """P-10: of 1,000 replayed normal records and one that carries data out, the one is flagged."""
    home, folder = learned
    later = START + timedelta(days=25)
    lines = normal(1, later)
    assert len(lines) == 1_000
    away = flow(7, "203.0.113.66", later + timedelta(hours=3), 900_000_000, 1)
    case = triage(home, write(folder / "new" / "flows.log", [*lines, *away]))["case"]
    found: Json = jumpkit(home, "baseline", "check", case, "--json").one()
    unusual = [item for item in found["items"] if item["state"] == "unusual"]
    assert [item["principal"]["uid"] for item in unusual] == [f"asset:eni-{7:017x}"]
    features = {feature["feature"]: feature for feature in unusual[0]["features"]}
    assert features["peer"]["value"] == "203.0.113.0/24"
    assert "198.51.100.0/24" in features["peer"]["baseline"]
    assert features["bytes an hour"]["points"] > 0
    assert features["bytes an hour"]["sample"] > 0
    assert len(unusual[0]["events"]) == 2
    assert all(not item["features"] for item in found["items"] if item["state"] != "unusual")
