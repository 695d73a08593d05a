"""Each of the collection's calls that change something raises at least a low finding, under any client's name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from command.logs import records_of
from command.run import hunt, triage

if TYPE_CHECKING:
    from pathlib import Path

READS = ("Get", "List", "Describe", "Head", "Lookup", "Search", "BatchGet", "Simulate", "Generate")


def test_changing_calls_are_at_low_or_higher(data_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    for number, path in enumerate(sorted((data_dir / "traildiscover" / "events").rglob("*.cloudtrail"))):
        records = [record | {"userAgent": "client/1"} for record in records_of(json.loads(path.read_text("utf-8")))]
        (folder / f"{number:04d}.json").write_text(json.dumps({"Records": records}), "utf-8")
    home = tmp_path / "home"
    answer = triage(home, folder)
    alerting = {item["rule"] for item in answer["findings"] if item["severity"] != "informational"}
    rows = hunt(home, "--sql", "SELECT metadata.uid AS uid, api.operation AS name, is_read FROM events")
    hits = {(line["uid"], line["rule"]) for line in hunt(home, "--sql", "SELECT uid, rule FROM hits")}
    changing = {row["uid"]: row["name"] for row in rows if not (row["is_read"] or row["name"].startswith(READS))}
    silent = {name for uid, name in changing.items() if not any((uid, rule) in hits for rule in alerting)}
    assert len(changing) >= 150
    assert silent == set()
