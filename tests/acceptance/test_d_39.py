from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
from command.logs import read_records, write
from command.run import Json, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def told(home: Path, *said: str) -> Json:
    body = jumpkit(home, "story", *said, "--json").one()
    jsonschema.validate(body, jumpkit(None, "schema", "story", "--json").one())
    return body


def test_the_hour_of_attacks_is_few_stories_and_no_technique_is_lost(invictus: tuple[Path, Json]) -> None:
    """D-39: fewer alerts, and the techniques of stories and of what is outside are those of the findings."""
    home, answer = invictus
    body = told(home)
    assert 1 <= len(body["items"]) <= 3
    every = {technique for finding in answer["findings"] for technique in finding["attack"]}
    inside = {technique for item in body["items"] for technique in item["techniques"]}
    outside = {technique for each in body["outside"] for technique in each["techniques"]}
    assert inside | outside == every == set(body["techniques"]["all"])
    assert body["techniques"]["lost"] == []
    placed = [uid for item in body["items"] for uid in item["findings"]] + [each["finding"] for each in body["outside"]]
    assert sorted(placed) == sorted(finding["finding"] for finding in answer["findings"])
    for item in body["items"]:
        starts = [phase["first"] for phase in item["phases"]]
        assert starts == sorted(starts)
        assert {technique for phase in item["phases"] for technique in phase["techniques"]} <= set(item["techniques"])
        assert item["basis"]
        assert item["next"]
        assert item["events"]


def test_the_same_logs_in_two_runs_and_mixed_tell_the_same(
    invictus: tuple[Path, Json], data_dir: Path, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    """D-39: deterministic, and free of the order in which files come."""
    records = [record for path in sorted((data_dir / "invictus-aws").rglob("*.json")) for record in read_records(path)]
    home = warm(tmp_path / "home")
    case = triage(home, write(tmp_path / "odd" / "b.json", *records[1::2][::-1]))["case"]
    triage(home, write(tmp_path / "even" / "a.json", *records[::2][::-1]), "--case", case)
    assert told(home, case) == told(invictus[0])


def test_no_story_hangs_on_the_names_of_users_or_tools(
    invictus: tuple[Path, Json], data_dir: Path, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    """D-39: users, keys and addresses renamed, and the same story but for names."""
    renames = {
        "bert-jan": "zoe-may",
        "benjamin": "cornelis",
        "AKIATFQR7NSC": "AKIAZZQR7NSC",
        "192.168.10.20": "192.168.77.41",
    }
    folder = tmp_path / "logs"
    for place, path in enumerate(sorted((data_dir / "invictus-aws").rglob("*.json"))):
        words = path.read_text("utf-8")
        for old, new in renames.items():
            words = words.replace(old, new)
        write(folder / f"{place}.json", *json.loads(words)["Records"])
    home = warm(tmp_path / "home")
    triage(home, folder)
    shape = ("severity", "basis", "score", "first", "last", "tactics", "techniques", "phases", "more")
    one, two = told(invictus[0]), told(home)

    def bare(body: Json) -> list[list[object]]:
        phases = [[{**phase, "signals": len(phase["signals"])} for phase in item["phases"]] for item in body["items"]]
        return [
            [item[key] for key in shape if key != "phases"] + [kept]
            for item, kept in zip(body["items"], phases, strict=True)
        ]

    assert bare(one) == bare(two)
    assert [item["title"].replace("zoe-may", "bert-jan") for item in two["items"]] == [
        item["title"] for item in one["items"]
    ]
