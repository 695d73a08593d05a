"""Hold jumpkit's triage against rsigma and its own promises; exit 1 outside a target, 2 where the rival is missing.

    .venv/bin/python bench/triage_vs_rsigma.py [--runs 3] [--only speed|memory|small|start] [--work build/bench]

rsigma: `cargo install rsigma --version 0.23.0 --locked`. It reads uncompressed lines and only detects; jumpkit reads
the .gz and writes everything. Both look for the same rules in the same events, in turn.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus import EVENTS, ROOT, data_folder, make
from meter import Reading, measure, middle
from pack import RULES, make_pack, sigma_folder

_BIN = ROOT / ".venv" / "bin"
_HEAVY = frozenset(
    [
        "alembic",
        "boto3",
        "botocore",
        "cryptography",
        "deflate",
        "duckdb",
        "isal",
        "jinja2",
        "msgspec",
        "numpy",
        "pyarrow",
        "re2",
        "rich",
        "sigma",
        "sqlalchemy",
        "sqlglot",
        "yaml",
    ]
)
_PLAIN = """
import gzip, json, sys, pathlib
keep = []
for file in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    records = json.loads(gzip.decompress(file.read_bytes()))["Records"]
    if sys.argv[2] == "held":
        keep += records
"""


@dataclass(slots=True)
class Bench:
    """Where things lie, how often each is run, and which promises were not kept."""

    work: Path
    rsigma: str
    runs: int
    failed: list[str] = field(default_factory=list)

    def promise(self, what: str, value: float, limit: float, *, least: bool = False) -> None:
        """Print a figure beside its target and remember a promise that was not kept."""
        kept = value >= limit if least else value <= limit
        print(f"  {'ok  ' if kept else 'FAIL'} {what}: {value:.2f} ({'at least' if least else 'at most'} {limit:g})")
        if not kept:
            self.failed.append(what)


def _show(who: str, reading: Reading, events: int) -> None:
    rate = events / reading.wall / 1000
    print(
        f"  {who:<22} {reading.wall:7.2f} s wall {reading.cpu:7.2f} s CPU {reading.peak:7.0f} MB"
        f" {rate:7.0f} k events/s {reading.cpu / events * 1e6:6.2f} µs CPU/event"
    )


def triage(bench: Bench, logs: Path, rules: Path | None, *, out: Path | None = None, memory: bool = False) -> Reading:
    """Run jumpkit's triage into a fresh workspace, removed afterwards; a run that fails ends the bench.

    Looking at the memory of all processes slows them, so a run is either timed or watched.
    """
    home = Path(tempfile.mkdtemp(prefix="home-", dir=bench.work))
    command = [str(_BIN / "jumpkit"), "triage", "--home", str(home), str(logs), "--json"]
    if rules:
        command += ["--no-own-rules", "--rules", str(rules)]
    said = out or bench.work / "said.json"
    reading = measure(command, out=said, memory=memory)
    shutil.rmtree(home)
    if reading.code not in {0, 1}:
        sys.exit(f"jumpkit triage ended with {reading.code}: {said.read_text('utf-8')[:500]}")
    return reading


def rival(bench: Bench, lines: Path, rules: Path, *, out: Path | None = None) -> Reading:
    """Run rsigma over the uncompressed lines."""
    fixed = ["engine", "eval", "--input-format", "json", "--output-format", "ndjson"]
    return measure([bench.rsigma, *fixed, "-r", str(rules), "-e", f"@{lines}"], out=out, memory=False)


def _hits_of_rsigma(bench: Bench, lines: Path, rules: Path) -> Counter[str]:
    out = bench.work / "rsigma.ndjson"
    rival(bench, lines, rules, out=out)
    with out.open("rb") as found:
        hits = Counter(str(json.loads(line)["rule_id"]) for line in found if line.startswith(b"{"))
    out.unlink()
    return hits


def _answer(bench: Bench, logs: Path, rules: Path) -> dict[str, Any]:
    out = bench.work / "triage.json"
    triage(bench, logs, rules, out=out)
    answer: dict[str, Any] = json.loads(out.read_text("utf-8"))
    out.unlink()
    return answer


def same_hits(bench: Bench, corpus: Path, rules: Path) -> None:
    """Compare what both found, rule by rule."""
    theirs = _hits_of_rsigma(bench, corpus / "lines.jsonl", rules)
    answer = _answer(bench, corpus / "logs", rules)
    ours: Counter[str] = Counter()
    for finding in answer["findings"]:
        ours[finding["rule"]] += finding["events"]
    events = answer["events"]
    rest = events["in"] - events["stored"] - events["duplicate"] - events["conflict"] - events["rejected"]
    print(f"  {events['in']} events in, {events['stored']} stored; hits {ours.total()}, rsigma {theirs.total()}")
    print(f"  rules {answer['rules']['live']} live of {answer['rules']['loaded']}")
    differing = sorted(rule for rule in ours | theirs if ours[rule] != theirs[rule])
    for rule in differing[:20]:
        print(f"       {rule}: jumpkit {ours[rule]}, rsigma {theirs[rule]}")
    bench.promise("rules whose hits differ", len(differing), 0)
    bench.promise("events unaccounted for", rest, 0)


def speed(bench: Bench) -> None:
    """Compare speed, CPU and peak memory at SigmaHQ's 57 rules and at the large pack."""
    corpus = make(bench.work)
    plain = {
        how: middle(
            measure([sys.executable, "-c", _PLAIN, str(corpus / "logs"), how], memory=False) for _ in range(turns)
        )
        for how, turns in (("streamed", bench.runs), ("held", 1))
    }
    print("stdlib gunzip + json.loads of the same files")
    for how, reading in plain.items():
        _show(f"records {how}", reading, EVENTS)
    for rules, factor in ((sigma_folder(), 1.8), (make_pack(bench.work), 3.0)):
        count = len(list(rules.glob("*.yml")))
        print(f"{EVENTS} events, {count} rules, {bench.runs} runs in turn")
        ours, theirs = [], []
        for _ in range(bench.runs):
            theirs.append(rival(bench, corpus / "lines.jsonl", rules))
            ours.append(triage(bench, corpus / "logs", rules))
        mine, other = middle(ours), middle(theirs)
        watched = triage(bench, corpus / "logs", rules, memory=True)
        _show("jumpkit triage", mine, EVENTS)
        _show("rsigma", other, EVENTS)
        bench.promise(f"times rsigma's speed at {count} rules", other.wall / mine.wall, factor, least=True)
        bench.promise("CPU against stdlib, records streamed", mine.cpu / plain["streamed"].cpu, 0.75)
        print(f"       CPU against stdlib, records held: {mine.cpu / plain['held'].cpu:.2f}")
        bench.promise("peak memory, MB, of a run of its own", watched.peak, 400)
        same_hits(bench, corpus, rules)


def memory(bench: Bench) -> None:
    """See how memory grows with the events."""
    print("memory by events, 57 rules")
    triple = 3 * EVENTS
    once = triage(bench, make(bench.work) / "logs", sigma_folder(), memory=True)
    thrice = triage(bench, make(bench.work, triple, lines=False) / "logs", sigma_folder(), memory=True)
    _show(f"{EVENTS} events", once, EVENTS)
    _show(f"{triple} events", thrice, triple)
    bench.promise("MB for each further million", (thrice.peak - once.peak) / ((triple - EVENTS) / 1e6), 40)


def small(bench: Bench) -> None:
    """Compare the same events in many small files."""
    large_files, small_files = make(bench.work) / "logs", make(bench.work, lines=False, small=True) / "logs"
    large, many = [], []
    for _ in range(bench.runs):
        large.append(triage(bench, large_files, sigma_folder()))
        many.append(triage(bench, small_files, sigma_folder()))
    print(f"the same events in {len(list(small_files.iterdir()))} files")
    _show("large files", middle(large), EVENTS)
    _show("small files", middle(many), EVENTS)
    bench.promise("small files against large, wall", middle(many).wall / middle(large).wall, 1.5)


def start(bench: Bench) -> None:
    """See how long a first answer takes: a real hour of logs in a fresh workspace, and --help."""
    print("starting")
    cold = middle(triage(bench, data_folder() / "invictus-aws", None) for _ in range(bench.runs))
    bench.promise("invictus-aws into a fresh workspace, own rules, s", cold.wall, 5)
    helped = middle(measure([str(_BIN / "jumpkit"), "--help"], memory=False) for _ in range(10))
    bench.promise("--help, s", helped.wall, 0.2)
    traced = subprocess.run(
        [str(_BIN / "python"), "-X", "importtime", "-m", "jumpkit", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in traced.stderr.splitlines()}
    heavy = sorted(loaded & _HEAVY)
    print(f"       loaded by --help: {', '.join(heavy) or 'nothing heavy'}")
    bench.promise("heavy libraries loaded by --help", len(heavy), 0)


def _rival() -> str:
    found = shutil.which("rsigma") or shutil.which("rsigma", path=str(Path.home() / ".cargo" / "bin"))
    if not found:
        print("rsigma is not on this machine: cargo install rsigma --version 0.23.0 --locked")
        sys.exit(2)
    return found


def main() -> None:
    """Run the benches asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = {"speed": speed, "memory": memory, "small": small, "start": start}
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=sorted(parts), action="append")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    bench = Bench(asked.work, _rival(), asked.runs)
    print(f"corpus of {EVENTS} events, large pack of {RULES} rules")
    for name in asked.only or parts:
        parts[name](bench)
    if bench.failed:
        print(f"outside the target: {'; '.join(bench.failed)}")
        sys.exit(1)
    print("all within their targets")


if __name__ == "__main__":
    main()
