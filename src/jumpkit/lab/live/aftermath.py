"""What remains of an attack: log files as the provider delivers them, and the truth, kept aside."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp
from jumpkit.lab.estate import scenario
from jumpkit.lab.files import write_files
from jumpkit.lab.live.staging import Moment, Stage, perform
from jumpkit.lab.record import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from jumpkit.lab.live.attacking import Run
    from jumpkit.lab.live.control import Line
    from jumpkit.lab.live.staging import Send

Json = dict[str, Any]


def records_of(line: Line, run: Run) -> list[Json]:
    """Return every record of a run, with whether a trail had it and to which step it belongs."""
    found: list[Json] = line.ask("GET", f"records/{run.id}", wait=120.0)
    return found


def write_logs(records: Sequence[Json], folder: Path, run: Run) -> int:
    """Write what trails had and return the number of files."""
    entries = [
        Entry(datetime.fromisoformat(each["when"]), each["account"], each["region"], each["record"])
        for each in records
        if each["logged"]
    ]
    return write_files(entries, folder, run.words.mint)


def deliver(send: Send, token: str, folder: Path, run: Run) -> None:
    """Put the log files where the trail says that they go, as the service would have."""
    stage = Stage(send, token, run.words)
    bucket = run.words.fill(scenario("live", "life.yaml")["delivered"])
    builder = stage.builder(run.story["account"])
    for path in sorted(folder.rglob("*.gz")):
        put = {"Bucket": bucket, "Key": path.relative_to(folder).as_posix(), "Body": path.read_bytes()}
        perform(stage, builder, {"call": "s3 PutObject", "with": put}, run.story["region"], Moment(0, quiet=True))


def truth_of(run: Run, records: Sequence[Json]) -> Json:
    """Return what really happened: who, with which keys, in which steps, what was taken and left, what no log has."""
    theirs = _calls(each for each in records if each["step"] is not None)
    told = run.words.fill(run.story["truth"])
    return {
        "schema": "lab-truth/1",
        "scenario": run.name,
        "run": run.id,
        "title": run.story["title"],
        "begun": stamp(run.begun.replace(microsecond=0)),
        "principals": _distinct(theirs, "arn"),
        "keys": _distinct(theirs, "accessKeyId"),
        "addresses": sorted({each["record"]["sourceIPAddress"] for each in theirs}),
        "techniques": sorted({step["technique"] for step in run.story["steps"]}),
        "steps": [_step(step, theirs) for step in run.story["steps"]],
        "taken": told["taken"],
        "persistence": told["persistence"],
        "destroyed": told.get("destroyed", []),
        "not_logged": [_unlogged(each) for each in theirs if not each["logged"]],
        "events": {
            "attack": len(theirs),
            "attack_logged": sum(each["logged"] for each in theirs),
            "life": len(_calls(each for each in records if each["step"] is None)),
        },
    }


def _calls(records: Iterable[Json]) -> list[Json]:
    """Return one record of each call: of a call that two accounts have a record of, one that a trail had."""
    found: dict[str, Json] = {}
    for each in records:
        uid = each["record"]["requestID"]
        if uid not in found or each["logged"] > found[uid]["logged"]:
            found[uid] = each
    return list(found.values())


def _distinct(records: Sequence[Json], field: str) -> list[str]:
    found = {each["record"]["userIdentity"].get(field) for each in records}
    return sorted(value for value in found if value is not None)


def _step(step: Json, records: Sequence[Json]) -> Json:
    mine = [each for each in records if each["step"] == step["step"]]
    return {
        "step": step["step"],
        "technique": step["technique"],
        "first": min((each["when"] for each in mine), default=None),
        "events": [each["record"]["eventID"] for each in mine if each["logged"]],
        "unlogged": sum(not each["logged"] for each in mine),
    }


def _unlogged(each: Json) -> Json:
    record = each["record"]
    return {
        "step": each["step"],
        "when": each["when"],
        "account": each["account"],
        "region": record["awsRegion"],
        "call": f"{record['eventSource'].split('.')[0]}:{record['eventName']}",
    }
