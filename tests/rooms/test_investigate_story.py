"""Stories: low signals of one origin become one, nothing is lost on the way, and what stays outside says why."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pyarrow as pa
import pytest
import yaml
from command.logs import at, call, session, user

from jumpkit.investigate import investigate
from jumpkit.investigate.story import story
from jumpkit.investigate.story.signals import attack, table
from jumpkit.store.lake.read import open_lake
from jumpkit.store.lake.schema import EVENT
from jumpkit.store.lake.write import SegmentWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jumpkit.model.estate import Estate
    from jumpkit.model.rule import RuleInfo
    from jumpkit.store.lake.read import Lake

Json = dict[str, Any]
SCHEMA = json.loads(files("jumpkit.content").joinpath("schemas", "story.json").read_text("utf-8"))
TACTICS = ("discovery", "persistence", "credential-access", "collection")
STEPS = [f"Step{place}" for place in range(14)]


def low_steps(who: Json, start: float = 0) -> list[Json]:
    return [call("ec2", name, who, at(start + 10 * place)) for place, name in enumerate(STEPS)]


@pytest.fixture
def infos(rule_info: Callable[..., RuleInfo]) -> dict[str, RuleInfo]:
    return {
        name: replace(rule_info(name, "low", (TACTICS[place % 4],)), attack=(f"T15{place:02d}",))
        for place, name in enumerate(STEPS)
    }


def told(lake: Lake, infos: dict[str, RuleInfo], estate: Estate) -> Json:
    found = story(lake, investigate(lake, infos, estate, "case"), estate)
    jsonschema.validate({"schema": "story/1", "case": "case", **found}, SCHEMA)
    return found


def rule_of(record: Json) -> list[str]:
    return [record["eventName"]] if record["eventName"] in STEPS else []


def test_fourteen_low_signals_of_one_session_are_one_story(
    make_lake: Callable[..., Lake], infos: dict[str, RuleInfo], nobody_said: Estate
) -> None:
    records = [*low_steps(session("ops", "ASIAONESESSION000001")), call("ec2", "Step3", user("asha"), at(15))]
    found = told(make_lake(records, rule_of), infos, nobody_said)
    (one,) = found["items"]
    assert len(one["findings"]) == 14
    assert [phase["tactic"] for phase in one["phases"]] == list(TACTICS)
    assert [phase["first"] for phase in one["phases"]] == [at(0), at(10), at(20), at(30)]
    assert one["severity"] == "medium"
    assert "4 tactics" in one["basis"][1]
    assert (len(one["events"]), one["more"]) == (14, 0)
    assert set(one["events"]) == {record["eventID"] for record in records[:14]}
    (alone,) = found["outside"]
    assert (alone["techniques"], alone["why"].startswith("low, and alone")) == (["T1503"], True)
    assert found["techniques"]["lost"] == []
    assert found["techniques"]["all"] == sorted(info.attack[0] for info in infos.values())


def test_two_origins_are_two_stories(
    make_lake: Callable[..., Lake], infos: dict[str, RuleInfo], nobody_said: Estate
) -> None:
    asha, bo = low_steps(user("asha")), low_steps(user("bo"), start=2)
    found = told(make_lake([*asha, *bo], rule_of), infos, nobody_said)
    assert [item["origins"][0]["name"] for item in found["items"]] == ["asha", "bo"]
    assert len({item["uid"] for item in found["items"]}) == 2


def test_too_few_signals_are_listed_outside(
    make_lake: Callable[..., Lake], infos: dict[str, RuleInfo], nobody_said: Estate
) -> None:
    found = told(make_lake(low_steps(user("asha"))[:2], rule_of), infos, nobody_said)
    assert found["items"] == []
    assert len(found["outside"]) == 2
    assert found["techniques"]["outside_only"] == ["T1500", "T1501"]


def test_order_and_names_change_nothing(
    make_lake: Callable[..., Lake], infos: dict[str, RuleInfo], nobody_said: Estate
) -> None:
    records = [*low_steps(user("asha")), *low_steps(session("ops", "ASIAONESESSION000001"), 3)]
    first = told(make_lake(records, rule_of), infos, nobody_said)
    mixed = random.Random(1).sample(records, len(records))  # noqa: S311 - a test's numbers, the same each time
    assert told(make_lake(mixed, rule_of), infos, nobody_said) == first
    text = json.dumps(records).replace("asha", "zora").replace("ASHA", "ZORA").replace("198.51.100.7", "192.0.2.9")
    renamed = told(make_lake(json.loads(text), rule_of), infos, nobody_said)
    shape = ("severity", "basis", "score", "first", "last", "tactics", "techniques", "more")
    assert [[item[key] for key in shape] for item in renamed["items"]] == [
        [item[key] for key in shape] for item in first["items"]
    ]
    assert renamed["items"][0]["title"] == first["items"][0]["title"].replace("asha", "zora")


def test_context_is_unknown_until_the_estate_says_it(
    make_lake: Callable[..., Lake], infos: dict[str, RuleInfo], nobody_said: Estate
) -> None:
    records = [record | {"requestParameters": {"bucketName": "payroll"}} for record in low_steps(user("asha"))]
    lake = make_lake(records, rule_of)
    features = {each["feature"]: each for each in told(lake, infos, nobody_said)["items"][0]["context"]}
    assert {name for name, each in features.items() if each["points"] is None} == {
        "data class", "exposure", "outside hours"
    }  # fmt: skip
    estate = replace(
        nobody_said,
        networks=("203.0.113.0/24",),
        data_classes={"pii": ("payroll",)},
        working_hours=("UTC", "12:00", "18:00", (1, 2, 3, 4, 5)),
    )
    known = told(lake, infos, estate)["items"][0]
    points = {each["feature"]: each["points"] for each in known["context"]}
    assert (points["data class"], points["exposure"], points["outside hours"]) == (20, 15, 10)
    assert "payroll (pii)" in next(each["why"] for each in known["context"] if each["feature"] == "data class")


def reported_row(kind: str, names: list[str], severity: int = 3) -> Json:
    minute = 1_772_442_000_000 + 600_000  # ten minutes after the start
    return {
        "metadata": {"uid": f"x-{kind}", "log_name": "aws/guardduty"},
        "time": minute,
        "class_uid": 2004,
        "severity_id": severity,
        "finding_info": {
            "title": f"Title of {kind}",
            "types": kind,
            "first_seen_time": minute,
            "last_seen_time": minute,
        },
        "observables": json.dumps([{"type": "name", "value": name} for name in names]),
        "cloud": {"account": {"uid": "111122223333"}},
        "record": {"sha256": "0" * 64, "index": 0, "start": 0, "end": 1},
    }


def test_the_providers_findings_join_by_what_they_speak_of(
    make_lake: Callable[..., Lake], infos: dict[str, RuleInfo], nobody_said: Estate, tmp_path: Path
) -> None:
    make_lake(low_steps(user("asha")), rule_of).close()
    rows = [
        reported_row("Persistence:IAMUser/AnomalousBehavior", [user("asha")["accessKeyId"]]),
        reported_row("Recon:EC2/Portscan", ["i-0aaaaaaaaaaaaaaaa"]),
    ]
    more = SegmentWriter(tmp_path / "lake" / "case" / "b.parquet", EVENT)
    more.append(pa.Table.from_pylist(rows, EVENT))
    folder = tmp_path / "lake" / "case"
    written = more.close()
    places = (
        (folder / "a.parquet", "events"),
        (folder / "b.parquet", "events"),
        (folder / "hits" / "a.parquet", "hits"),
    )
    segments = [replace(written, path=path, kind=kind, rows=14) for path, kind in places]
    with open_lake(tmp_path, "case", segments) as lake:
        found = told(lake, infos, nobody_said)
    (one,) = found["items"]
    assert [each["event"] for each in one["provider_findings"]] == ["x-Persistence:IAMUser/AnomalousBehavior"]
    assert any(user("asha")["accessKeyId"] in why for why in one["joined_by"])
    (alone,) = found["outside"]
    assert alone["finding"] == "x-Recon:EC2/Portscan"
    assert "joins it to anything else" in alone["why"]


def test_without_signals_nothing_is_called_clean(make_lake: Callable[..., Lake], nobody_said: Estate) -> None:
    found = told(make_lake(low_steps(user("asha"))), {}, nobody_said)
    assert found["items"] == []
    assert any("no proof" in each["because"] for each in found["limits"])


def test_every_next_question_names_known_techniques_and_commands() -> None:
    known = attack()["techniques"]
    commands = {path.name.removesuffix(".py") for path in files("jumpkit.cli.commands").iterdir()}
    for technique, said in table()["techniques"].items():
        assert set(said) == {"with", "ask", "see"}, technique
        assert {technique, *said["with"]} <= set(known), technique
        assert said["see"].split()[1] in commands, said["see"]
        assert technique not in said["with"]
    assert set(table()["purposes"].values()) <= set(attack()["tactics"])


def test_techniques_of_our_rules_have_a_question() -> None:
    named = set()
    for path in _rules(files("jumpkit.content").joinpath("rules")):
        for document in yaml.load_all(path.read_text("utf-8"), Loader=yaml.CSafeLoader):
            named |= {
                tag[7:].upper() for tag in document.get("tags", ()) if tag.startswith("attack.t") and tag[8].isdigit()
            }
    asked = table()["techniques"]
    told_of = {technique for technique in named if technique in asked or technique.partition(".")[0] in asked}
    assert len(told_of) >= 0.8 * len(named), sorted(named - told_of)


def _rules(folder: Any) -> list[Any]:
    found = []
    for each in folder.iterdir():
        found += _rules(each) if each.is_dir() else [each] if each.name.endswith(".yml") else []
    return found


def test_a_rule_on_the_providers_record_is_one_story_with_it(
    make_lake: Callable[..., Lake], rule_info: Callable[..., RuleInfo], nobody_said: Estate, tmp_path: Path
) -> None:
    record = call("ec2", "Step0", user("asha"), at(0))
    make_lake([record], lambda _: ["Step0"]).close()
    folder = tmp_path / "lake" / "case"
    row = reported_row("Recon:EC2/Portscan", ["nobody else"], severity=2)
    more = SegmentWriter(folder / "b.parquet", EVENT)
    more.append(pa.Table.from_pylist([row | {"metadata": row["metadata"] | {"uid": record["eventID"]}}], EVENT))
    written = more.close()
    hits = replace(written, path=folder / "hits" / "a.parquet", kind="hits")
    calls = replace(written, path=folder / "a.parquet")
    with open_lake(tmp_path, "case", [written, hits, calls]) as lake:
        found = told(lake, {"Step0": rule_info("Step0", "medium")}, nobody_said)
    (one,) = found["items"]
    assert (len(one["findings"]), len(one["provider_findings"]), found["outside"]) == (1, 1, [])


def test_records_of_nobody_are_not_one_origin(
    make_lake: Callable[..., Lake], infos: dict[str, RuleInfo], nobody_said: Estate
) -> None:
    nobody = {"type": "Unknown", "principalId": "", "accountId": "111122223333"}
    records = [
        call("ec2", name, nobody, at(place), sourceIPAddress=f"192.0.2.{place}") for place, name in enumerate(STEPS)
    ]
    lake = make_lake(records, rule_of)
    lake.connection.execute("CREATE OR REPLACE TEMP TABLE held AS SELECT * REPLACE (NULL AS principal) FROM hits")
    lake.connection.execute("CREATE OR REPLACE TEMP VIEW hits AS SELECT * FROM held")
    found = told(lake, infos, nobody_said)
    assert found["items"] == []
    assert len(found["outside"]) == len(STEPS)
    assert found["techniques"]["lost"] == []
