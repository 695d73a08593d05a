"""An event's address leads to its bytes in the sealed file, without any help of the product's."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from command.evidence import record_of, sealed
from command.logs import quiet
from command.run import Json, hunt, show, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def packed(data_dir: Path, tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> tuple[Path, Json]:
    """Triage the hour of attacks as users have it: plain, gzipped, zipped, and in a tar."""
    folder = tmp_path_factory.mktemp("packed")
    logs = folder / "logs"
    logs.mkdir()
    files = sorted((data_dir / "invictus-aws" / "CloudTrail").glob("*.json"))
    for path in files[:15]:
        shutil.copy(path, logs)
    for path in files[15:30]:
        (logs / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    with zipfile.ZipFile(logs / "some.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files[30:40]:
            archive.write(path, f"in/{path.name}")
        archive.writestr("in/deeper.json.gz", gzip.compress(files[40].read_bytes()))
    with tarfile.open(logs / "others.tar.gz", "w:gz") as tar:
        for path in files[41:]:
            tar.add(path, f"others/{path.name}")
    home = warm(folder / "home")
    return home, triage(home, logs)


def test_packed_logs_say_the_same(packed: tuple[Path, Json], invictus: tuple[Path, Json]) -> None:
    answer, plain = packed[1], invictus[1]
    assert answer["events"] == plain["events"]

    def said(body: Json) -> list[tuple[str, str, int, str]]:
        return sorted((f["rule"], f["origin"]["uid"], f["events"], f["severity"]) for f in body["findings"])

    assert said(answer) == said(plain)


def test_bytes_of_fifty_events_parse_to_those_events(packed: tuple[Path, Json]) -> None:
    home = packed[0]
    found = hunt(home, "--where", "true")
    assert len(found) == 2900
    chosen = random.Random(20260302).sample(found, 50)  # noqa: S311 - seeded, so that it repeats
    chosen += [next(item for item in found if item["record"]["member"] and "deeper" in item["record"]["member"])]
    for line in chosen:
        record = record_of(home, line["record"])
        assert record["eventID"] == line["event"]
        assert record["eventTime"] == line["time"]
        assert record["eventName"] == line["operation"]
    assert {(line["record"]["member"] or "plain")[:3] for line in chosen} >= {"pla", "in/", "oth"}


def test_show_says_what_the_bytes_say(packed: tuple[Path, Json]) -> None:
    home = packed[0]
    for line in random.Random(7).sample(hunt(home, "--where", "api.operation <> 'AssumeRole'"), 4):  # noqa: S311 - seeded, so that it repeats
        told = show(home, line["event"], "--unmask")
        assert told["raw"] == record_of(home, line["record"])
        assert told["record"] == line["record"]
        assert told["ocsf"]["api"]["operation"] == told["raw"]["eventName"]


BROKEN = [*quiet(4), quiet(5)[4] | {"userAgent": "half a pair: \ud83d"}, *quiet(9)[5:]]
SHAPES = {
    "records": json.dumps({"Records": BROKEN}),
    "list": json.dumps(BROKEN),
    "lines": "\n".join(map(json.dumps, BROKEN)),
    "lines, the broken one last": "\n".join(map(json.dumps, [*BROKEN[5:], *BROKEN[:5]])),
    "two documents": json.dumps({"Records": BROKEN[:6]}) + "\n" + json.dumps({"Records": BROKEN[6:]}),
    "spaced out": json.dumps({"Records": BROKEN}, indent=3),
    "not UTF-8": json.dumps({"Records": BROKEN}).replace("asha", "as\xe4a"),
    "no number": json.dumps({"Records": BROKEN}).replace("null", "NaN"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_an_intruder_cannot_blur_the_addresses(tmp_path: Path, warm: Callable[[Path], Path], shape: str) -> None:
    """One broken letter in one record leaves every record where it is."""
    home = warm(tmp_path / "home")
    (tmp_path / "a.json").write_bytes(SHAPES[shape].encode("latin-1"))
    answer = triage(home, tmp_path / "a.json")
    assert answer["events"]["stored"] == len(BROKEN)
    found = hunt(home, "--where", "true")
    for line in found:
        address = line["record"]
        data = sealed(home, address["sha256"])[address["start"] : address["end"]]
        assert json.loads(data.decode("latin-1"))["eventID"] == line["event"]
    assert show(home, found[4]["event"])["raw"]["eventID"] == found[4]["event"]
