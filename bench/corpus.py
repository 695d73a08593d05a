"""Make corpus A: real CloudTrail events repeated until there are N, with whatever names a thing made new each time.

    .venv/bin/python bench/corpus.py [--events 670000] [--small] [--no-lines] [--work build/bench]

Same arguments, same bytes. Prints where it lies; a corpus that is already whole is left as it is.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
EVENTS = 670_000
PER_FILE = 1_000
SMALL_FILES = 4_000
BEGIN = 1_704_067_200  # 2024-01-01T00:00:00Z
SPREAD = 30 * 86_400

_SLOT = re.compile(
    r'(?P<time>"eventTime":"[^"]*")'
    r'|(?P<id>"(?:eventID|requestID)":"[^"]*")'
    r'|(?P<created>"creationDate":"\d{4}-[^"]*")'
    r'|(?P<ip>"sourceIPAddress":"\d+\.\d+\.\d+\.\d+")'
    r'|(?P<agent>"userAgent":"[^"]*/[^"]*")'
    r"|(?P<uuid>\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b)"
    r"|(?P<key>\bA[KS]IA[A-Z0-9]{12,20}\b)"
    r'|(?P<session>(?:\bAROA[A-Z0-9]+:|:assumed-role/[\w+=,.@-]+/)[\w+=,.@-]+(?="))'
    r"|(?P<thing>\b(?:i|ami|vol|snap|sg|sgr|eni|vpc|subnet|rtb|igw|fl|lt|key)-[0-9a-f]{8,17}\b)"
    r'|(?P<name>"(?:bucketName|key|functionName|roleName|policyName|secretId|instanceId|dBInstanceIdentifier|keyName'
    r'|groupName|stackName|logGroupName|prefix)":"[^"]+(?="))'
)


@dataclass(frozen=True, slots=True)
class Template:
    """A real event cut at each place where a copy is to differ: literal, slot, literal, slot, literal."""

    literals: list[str]
    slots: list[tuple[str, str]]  # kind, the text that was there


@dataclass(slots=True)
class Copy:
    """What the slots of one copied event are filled from."""

    rng: random.Random
    number: int  # of the event in the corpus
    file: int
    at: int  # seconds since 1970


def data_folder() -> Path:
    """Return the folder of real logs, or leave with a word."""
    folder = Path(os.environ.get("JUMPKIT_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        sys.exit(f"the real logs are not at {folder} (JUMPKIT_TEST_DATA names their folder)")
    return folder


def real_events(data: Path) -> Iterator[dict[str, Any]]:
    """Yield the real events that a corpus is made of, in a stated order."""
    for file in sorted((data / "invictus-aws" / "CloudTrail").glob("*.json")):
        yield from json.loads(file.read_text("utf-8"))["Records"]
    for file in sorted((data / "stratus" / "logs").glob("*.json")):
        yield from json.loads(file.read_text("utf-8"))
    for file in sorted((data / "traildiscover" / "events").rglob("*.cloudtrail")):
        held = json.loads(file.read_text("utf-8"))
        yield from held if isinstance(held, list) else [held]
    for file in sorted((data / "otrf-cloud" / "aws").glob("*.json")):
        yield from (json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip())


def template(event: dict[str, Any]) -> Template:
    """Return the event as a template; one without a time or an id is given the place for it."""
    absent = {"eventTime": "", "eventID": "00000000-0000-4000-8000-000000000000"}
    whole = event | {name: value for name, value in absent.items() if name not in event}
    text = json.dumps(whole, separators=(",", ":"), ensure_ascii=False)
    literals, slots, end = [], [], 0
    for found in _SLOT.finditer(text):
        literals.append(text[end : found.start()])
        slots.append((str(found.lastgroup), found[0]))
        end = found.end()
    literals.append(text[end:])
    return Template(literals, slots)


@lru_cache(maxsize=4096)
def _clock(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _uuid(copy: Copy, _: str) -> str:
    digits = f"{copy.rng.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _id(copy: Copy, was: str) -> str:
    return f'{was.partition(":")[0]}:"{_uuid(copy, was)}"'


def _address(copy: Copy, _: str) -> str:
    bits = copy.rng.getrandbits(16)
    return f'"sourceIPAddress":"10.{bits % 7 + 20}.{bits >> 8}.{bits & 255}"'


def _key(copy: Copy, was: str) -> str:
    return f"{was[:4]}{_tail(was, copy.file)}"


@lru_cache(maxsize=8192)
def _tail(was: str, file: int) -> str:
    return "".join(random.Random(f"{was}{file}").choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))  # noqa: S311 - a bench must be repeatable


FILL: dict[str, Callable[[Copy, str], str]] = {
    "time": lambda copy, _: f'"eventTime":"{_clock(copy.at)}"',
    "created": lambda copy, _: f'"creationDate":"{_clock(copy.at - copy.at % 3600)}"',
    "ip": _address,
    "agent": lambda copy, was: f'{was[:-1]} run/{copy.rng.getrandbits(11)}"',
    "uuid": _uuid,
    "id": _id,
    "key": _key,
    "session": lambda copy, was: f"{was}-{copy.file}",
    "thing": lambda copy, was: f"{was.split('-')[0]}-0{copy.rng.getrandbits(64):016x}",
    "name": lambda copy, was: f"{was}-{copy.number}",
}


def copies(templates: list[Template], file: int, events: int) -> list[str]:
    """Return the events of the corpus's file number `file` as compact JSON."""
    rng = random.Random(f"corpus|{file}")  # noqa: S311 - a bench must be repeatable
    made = []
    for number in range(file * PER_FILE, min(events, (file + 1) * PER_FILE)):
        copy = Copy(rng, number, file, BEGIN + number * SPREAD // events)
        model = templates[number % len(templates)]
        parts = [model.literals[0]]
        for (kind, was), literal in zip(model.slots, model.literals[1:], strict=True):
            parts.append(FILL[kind](copy, was))
            parts.append(literal)
        made.append("".join(parts))
    return made


def _pack(texts: list[str]) -> bytes:
    return gzip.compress(('{"Records":[' + ",".join(texts) + "]}").encode("utf-8"), 6, mtime=0)


def _batch(files: range, folder: Path, events: int, *, lines: bool, small: bool) -> int:
    """Write a range of files (and their part of the lines), return the bytes of JSON."""
    templates = [template(event) for event in real_events(data_folder())]
    raw = 0
    per_small = -(-events // SMALL_FILES)
    with (folder / f"part-{files.start:06d}.jsonl").open("w", encoding="utf-8") as out:
        for file in files:
            made = copies(templates, file, events)
            raw += sum(map(len, made))
            step = per_small if small else PER_FILE
            for begin in range(0, len(made), step):
                name = f"corpus-{file:05d}-{begin:04d}.json.gz"
                (folder / "logs" / name).write_bytes(_pack(made[begin : begin + step]))
            if lines:
                out.write("\n".join(made) + "\n")
    return raw


def make(work: Path, events: int = EVENTS, *, lines: bool = True, small: bool = False) -> Path:
    """Return the folder of a corpus, made if it is not there: `logs/` and, if asked, `lines.jsonl`."""
    folder = work / f"corpus-{events}{'-small' if small else ''}"
    if (folder / "done.json").exists() and (not lines or (folder / "lines.jsonl").exists()):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "logs").mkdir(parents=True)
    begun = time.perf_counter()
    files = -(-events // PER_FILE)
    ranges = [range(begin, min(files, begin + 20)) for begin in range(0, files, 20)]
    with ProcessPoolExecutor() as pool:
        raw = sum(pool.map(partial(_batch, folder=folder, events=events, lines=lines, small=small), ranges))
    parts = sorted(folder.glob("part-*.jsonl"))
    if lines:
        with (folder / "lines.jsonl").open("wb") as whole:
            for part in parts:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, whole, 1 << 20)
    for part in parts:
        part.unlink()
    packed = [file.stat().st_size for file in (folder / "logs").iterdir()]
    facts = {"events": events, "raw_bytes": raw, "gz_bytes": sum(packed), "files": len(packed)}
    (folder / "done.json").write_text(json.dumps(facts) + "\n", "utf-8")
    print(f"{folder}: {facts} in {time.perf_counter() - begun:.0f} s")
    return folder


def main() -> None:
    """Make the corpus that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--small", action="store_true", help=f"the same events in some {SMALL_FILES} small files")
    parser.add_argument("--no-lines", action="store_true", help="leave out the uncompressed lines")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    asked = parser.parse_args()
    print(make(asked.work, asked.events, lines=not asked.no_lines, small=asked.small))


if __name__ == "__main__":
    main()
