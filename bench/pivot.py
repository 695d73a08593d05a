"""Ask for everything about values of a case of 20 million made-up events, some of them rare, some everywhere.

    .venv/bin/python bench/pivot.py [--events 20000000] [--values 200] [--work build/bench]

Addresses, keys, users and buckets are drawn in turn, half of them evenly among all, half as events have them. The index
is made before, and its time and size are printed. Exits 1 where 95 of 100 questions take longer than promised on two
cores; CPU time is printed beside, since a busy machine measures its other work too.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from wide import ADDRESSES, BUCKETS, EVENTS, ROOT, SESSIONS, USERS, address, bucket, key, make, opening, user

from jumpkit.app.pivot import indexed, pivot
from jumpkit.app.workspace import reading

if TYPE_CHECKING:
    from collections.abc import Callable

VALUES = 200
PROMISED = 1.0  # seconds, 95 of 100
CORES = 2
KINDS: dict[str, tuple[Callable[[int], str], int]] = {
    "address": (address, ADDRESSES),
    "key": (key, SESSIONS),
    "user": (user, USERS),
    "bucket": (bucket, BUCKETS),
}


def drawn(count: int) -> list[tuple[str, str, str]]:
    """Return kind, how it was drawn, and value of each question."""
    rng = random.Random("pivot")  # noqa: S311 - a bench must be repeatable
    made = []
    for number in range(count):
        name, (maker, of) = list(KINDS.items())[number % len(KINDS)]
        busy = number // len(KINDS) % 2 == 1
        made.append(
            (name, "as events have them" if busy else "evenly", maker(int(of * rng.random() ** (3 if busy else 1))))
        )
    return made


def high(times: list[float]) -> float:
    """Return the time that 95 of 100 do not exceed."""
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]


def measure(work: Path, events: int, count: int) -> int:
    """Ask, print what it took, and return the exit code."""
    home, case = make(work, events)
    with reading(opening(home)) as desk:
        begun = time.perf_counter()
        size = sum(segment.index.stat().st_size for segment in indexed(desk, case))
        print(f"index: {size / 1e6:,.0f} MB, made in {time.perf_counter() - begun:.0f} s (0 where it was there)")
        took: dict[str, list[tuple[float, float]]] = {}
        absent = 0
        for name, how, value in drawn(count):
            begun, cpu = time.perf_counter(), time.process_time()
            found = pivot(desk, case, value)
            took.setdefault(f"{name}, {how}", []).append((time.perf_counter() - begun, time.process_time() - cpu))
            absent += not found["found"]
    for name, times in sorted(took.items()):
        walls = [wall for wall, _ in times]
        print(f"  {len(times):>4} {name:<28} p50 {sorted(walls)[len(walls) // 2]:.2f} s  p95 {high(walls):.2f} s")
    walls, cpus = ([pair[place] for times in took.values() for pair in times] for place in (0, 1))
    print(f"{events:,} events, {count} values, {absent} of them nowhere:")
    print(f"p95 {high(walls):.2f} s (at most {PROMISED:.1f} s), of CPU {high(cpus):.2f} s")
    return 0 if high(walls) <= PROMISED else 1


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--values", type=int, default=VALUES)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    asked = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    sys.exit(measure(asked.work, asked.events, asked.values))


if __name__ == "__main__":
    main()
