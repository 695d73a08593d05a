"""Triage made-up VPC flow records, as AWS delivers them: gzipped text of the default format, and some Parquet.

    .venv/bin/python bench/flows.py [--records 1000000] [--files 40] [--parquet] [--runs 3] [--work build/bench]

Same arguments, same records. Exits 1 where fewer than the promised records a second come through the whole of `triage`
(sealing, reading, mapping, rules, lake, ledger, report) on two cores, more memory is held, or a record is missing.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import sys
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from meter import measure

ROOT = Path(__file__).resolve().parents[1]
PROMISED = 100_000  # records a second
HELD = 450.0  # MB of all processes, for a million records
FURTHER = 40.0  # MB for each further million
CORES = 2
BEGIN = 1_767_225_600  # 2026-01-01T00:00:00Z
HEADING = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)
PORTS = np.array([22, 53, 80, 123, 443, 3306, 3389, 5432, 6379, 8080, 8443, 9200])


def records(number: int, count: int) -> list[str]:
    """Return the lines of one file: many addresses from outside, few inside, ports as they are met."""
    rng = np.random.default_rng(number)
    inner = rng.integers(0, 4000, count)
    outer = (rng.pareto(0.8, count) * 40).astype(np.int64) % 400_000
    low, high = rng.integers(1024, 65_536, count), PORTS[rng.integers(0, len(PORTS), count)]
    begin = BEGIN + number * 600 + rng.integers(0, 600, count)
    packets = rng.integers(1, 2000, count)
    inward = rng.integers(0, 2, count)
    refused = rng.integers(0, 100, count) < 12  # noqa: PLR2004 - percent
    empty = rng.integers(0, 1000, count) < 4  # noqa: PLR2004 - per mille
    lines = []
    for i in range(count):
        eni = f"eni-{int(inner[i]) * 2_654_435_761 % (1 << 68):017x}"
        head = f"2 {100_000_000_000 + int(inner[i]) % 7} {eni}"
        span = f"{begin[i]} {begin[i] + 60}"
        if empty[i]:
            lines.append(f"{head} - - - - - - - {span} - NODATA")
            continue
        here = f"10.{inner[i] // 256}.{inner[i] % 256}.{inner[i] % 200 + 4}"
        there = f"{outer[i] // 65_536 + 52}.{outer[i] // 256 % 256}.{outer[i] % 256}.{outer[i] % 253 + 1}"
        ends = f"{there} {here} {low[i]} {high[i]}" if inward[i] else f"{here} {there} {high[i]} {low[i]}"
        word = "REJECT" if refused[i] and inward[i] else "ACCEPT"
        lines.append(f"{head} {ends} 6 {packets[i]} {packets[i] * 417} {span} {word} OK")
    return lines


def write(folder: Path, args: argparse.Namespace) -> None:
    """Write the files, unless they are there."""
    if folder.is_dir():
        return
    draft = folder.with_name(folder.name + ".part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    each = args.records // args.files
    for number in range(args.files):
        lines = records(number, each)
        if args.parquet:
            _parquet(draft / f"{number:04d}.log.parquet", lines)
        else:
            text = "\n".join([HEADING, *lines, ""]).encode()
            (draft / f"{number:04d}.log.gz").write_bytes(gzip.compress(text, 6, mtime=0))
    draft.rename(folder)


def _parquet(path: Path, lines: list[str]) -> None:
    columns = list(zip(*(line.split() for line in lines), strict=True))
    numbers = {"version", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end"}
    made = {}
    for name, values in zip(HEADING.split(), columns, strict=True):
        kept = [None if value == "-" else int(value) if name in numbers else value for value in values]
        made[name.replace("-", "_")] = pa.array(kept, pa.int64() if name in numbers else pa.string())
    pq.write_table(pa.table(made), path)


def run(folder: Path, home: Path, wanted: int) -> tuple[float, float]:
    """Triage the folder into a fresh workspace; return records a second and MB held."""
    shutil.rmtree(home, ignore_errors=True)
    out = home.with_suffix(".json")
    command = [sys.executable, "-m", "jumpkit", "triage", str(folder), "--home", str(home), "--json"]
    reading = measure(command, out=out)
    events = json.loads(out.read_bytes())["events"]
    if reading.code or events["stored"] + events["duplicate"] != wanted:
        sys.exit(f"ended with {reading.code}, and {events} of {wanted} records")
    cost = f"{reading.wall:.2f} s   {reading.cpu:.2f} CPU s   {reading.peak:.0f} MB"
    print(f"  {wanted / reading.wall:>9,.0f} records/s   {cost}")
    return wanted / reading.wall, reading.peak


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--parquet", action="store_true")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    args = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    form = "parquet" if args.parquet else "text"
    folder = args.work / f"flows-{form}-{args.records}-{args.files}"
    write(folder, args)
    wanted = args.records // args.files * args.files
    print(f"{wanted:,} flow records as {form} in {args.files} files")
    found = [run(folder, args.work / "flows-home", wanted) for _ in range(args.runs)]
    speed, held = median(each[0] for each in found), max(each[1] for each in found)
    most = HELD + FURTHER * max(0, wanted - 1_000_000) / 1e6
    print(f"median {speed:,.0f} records/s (at least {PROMISED:,}); {held:.0f} MB (at most {most:.0f})")
    sys.exit(0 if speed >= PROMISED and held <= most else 1)


if __name__ == "__main__":
    main()
