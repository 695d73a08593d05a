"""What the command says of recorded attacks: each is told, and the hour full of them in few words."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from command.logs import read_records
from command.run import Json, alarming, severe, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def neutral(path: Path, to: Path) -> Path:
    """Write the records of a file again with every user agent replaced by one word."""
    records = [record | {"userAgent": "agent"} for record in read_records(path) if "userIdentity" in record]
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps({"Records": records}), "utf-8")
    return to


def test_an_hour_full_of_attacks_is_told_in_few_findings(invictus: tuple[Path, Json]) -> None:
    answer = invictus[1]
    assert 20 <= len(alarming(answer)) <= 45
    assert 5 <= len(severe(answer, "high", "critical")) <= 12
    assert 1 <= len(answer["incidents"]) <= 3
    assert answer["rules"]["live"] >= 60
    grouped = {item["finding"] for item in answer["findings"] if item["incident"]}
    assert grouped == {name for incident in answer["incidents"] for name in incident["findings"]}
    assert all(
        any(item["severity"] not in ("informational", "low") for item in answer["findings"] if item["incident"] == name)
        for name in (incident["incident"] for incident in answer["incidents"])
    )


def test_without_any_user_agent_the_hour_is_told_the_same(
    data_dir: Path, tmp_path: Path, invictus: tuple[Path, Json], warm: Callable[[Path], Path]
) -> None:
    for path in sorted((data_dir / "invictus-aws" / "CloudTrail").glob("*.json")):
        neutral(path, tmp_path / "logs" / path.name)
    answer = triage(warm(tmp_path / "home"), tmp_path / "logs")
    assert len(alarming(answer)) <= 45
    assert len(severe(answer, "high", "critical")) <= 12
    assert len(answer["incidents"]) <= 3
    techniques = {technique for item in alarming(answer) for technique in item["attack"]}
    assert techniques == {technique for item in alarming(invictus[1]) for technique in item["attack"]}


def test_each_recorded_technique_raises_medium_or_more(
    data_dir: Path, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    paths = sorted((data_dir / "stratus" / "logs").glob("*.json"))
    assert len(paths) == 18

    def told(path: Path) -> bool:
        logs = neutral(path, tmp_path / "logs" / path.name)
        return bool(alarming(triage(warm(tmp_path / path.stem), logs)))

    with ThreadPoolExecutor(2) as pool:
        found = dict(zip((path.stem for path in paths), pool.map(told, paths), strict=True))
    assert [name for name, loud in found.items() if not loud] == []
