"""Measure a command: wall time, CPU of all its processes, and the peak of what they hold in memory together."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_EVERY = 0.05  # seconds between two looks at the memory


@dataclass(frozen=True, slots=True)
class Reading:
    """What one run cost."""

    wall: float  # seconds
    cpu: float  # seconds, user and system, of the process and all that it waited for
    peak: float  # MB, proportional set size summed over the process tree
    code: int


def _held(process: psutil.Process) -> float:
    """Return the MB that a process tree holds now; what processes share is counted once."""
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied, ProcessLookupError):
            continue  # it ended between two looks
    return total / 1e6


def _watch(process: psutil.Process, stop: threading.Event, seen: list[float]) -> None:
    while not stop.wait(_EVERY):
        try:
            seen.append(_held(process))
        except psutil.NoSuchProcess:
            return


def measure(command: Sequence[str], *, out: Path | None = None, memory: bool = True) -> Reading:
    """Run a command to its end; its stdout goes to `out` or nowhere, its stderr is shown if it fails hard."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seen = [0.0]
    stop = threading.Event()
    with out.open("wb") if out else open(os.devnull, "wb") as sink:  # noqa: PTH123 - the null device is no path of ours
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=sink, stderr=subprocess.PIPE)
        watcher = threading.Thread(target=_watch, args=(psutil.Process(process.pid), stop, seen))
        if memory:
            watcher.start()
        said = process.stderr.read() if process.stderr else b""
        code = process.wait()
        wall = time.perf_counter() - begun
    stop.set()
    if memory:
        watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if code not in {0, 1}:
        print(said.decode("utf-8", "replace")[-2000:])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Reading(wall, cpu, max(seen), code)


def middle(readings: Iterable[Reading]) -> Reading:
    """Return the medians of some readings, and the highest peak."""
    all_of = list(readings)
    return Reading(
        median(one.wall for one in all_of),
        median(one.cpu for one in all_of),
        max(one.peak for one in all_of),
        max(one.code for one in all_of),
    )
