"""Cuts the inputs into tasks of even weight, and runs them in as many processes as the work is worth."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING

import pyarrow as pa

from jumpkit.app.triage.worker import Outcome, Task, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from jumpkit.app.triage.request import Request
    from jumpkit.detect import RuleSet
    from jumpkit.model.artifact import Candidate

_PACKED = (".gz", ".zip", ".tgz", ".bz2", ".xz", ".zst")
_RATIO = 10  # what compressed logs inflate to, roughly; it only shapes tasks
_ALONE = 60 << 20  # inflated bytes below which a second process costs more than it brings
_TASK = 80 << 20  # inflated bytes of one task, at the most where files allow it
_ROUNDS = 6  # tasks a process, so that none waits long for the last


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a worker needs to know; processes inherit it."""

    request: Request
    home: Path
    staging: Path
    rules: RuleSet
    known: frozenset[str]


def inflated(candidate: Candidate) -> int:
    """Return a guess of how many bytes an input inflates to, never 0."""
    return max(candidate.size, 1) * (_RATIO if candidate.name.endswith(_PACKED) else 1)


def cut(candidates: Sequence[Candidate], workers: int, name: Callable[[int], str]) -> list[Task]:
    """Return tasks in the order of the inputs; `name` gives the segment of a task's number."""
    total = sum(map(inflated, candidates))
    share = min(_TASK, max(total // (workers * _ROUNDS), 1)) if processes(candidates, workers) > 1 else _TASK
    tasks: list[Task] = []
    load: list[Candidate] = []
    weight = 0
    for candidate in candidates:
        load.append(candidate)
        weight += inflated(candidate)
        if weight >= share:
            tasks.append(Task(len(tasks), tuple(load), name(len(tasks))))
            load, weight = [], 0
    if load:
        tasks.append(Task(len(tasks), tuple(load), name(len(tasks))))
    return tasks


def processes(candidates: Sequence[Candidate], workers: int) -> int:
    """Return how many processes these inputs are worth."""
    return workers if sum(map(inflated, candidates)) > _ALONE and len(candidates) > 1 else 1


def outcomes(plan: Plan, tasks: Sequence[Task], count: int, tick: Callable[[int], None]) -> Iterator[Outcome]:
    """Yield each task's outcome, in the order of the tasks."""
    if count == 1:
        worker = _worker(plan)
        for task in tasks:
            yield worker.run(task, tick)
        return
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(plan,)) as pool:
        try:
            yield from _in_order(pool, tasks, count, tick)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in multiprocessing.active_children():
                child.terminate()  # a task takes seconds, and its outcome is not wanted any more
            raise


def _in_order(
    pool: ProcessPoolExecutor, tasks: Sequence[Task], count: int, tick: Callable[[int], None]
) -> Iterator[Outcome]:
    waiting: list[Future[Outcome]] = []
    ahead = iter(tasks)
    for task in ahead:
        waiting.append(pool.submit(_do, task))
        if len(waiting) > 2 * count:
            break
    while waiting:
        outcome = waiting.pop(0).result()
        tick(outcome.events.rows if outcome.events else 0)
        following = next(ahead, None)
        if following is not None:
            waiting.append(pool.submit(_do, following))
        yield outcome


_mine: list[Worker] = []  # the one worker of this process, made when the process begins


def _worker(plan: Plan) -> Worker:
    return Worker(plan.request, plan.home, plan.staging, plan.rules, plan.known)


def _begin(plan: Plan) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal tells all processes; the parent stops its workers
    Thread(target=_end_with_parent, daemon=True).start()
    pa.set_cpu_count(1)
    _mine[:] = [_worker(plan)]
    gc.collect()
    gc.freeze()  # what lives for the whole run is not walked again


def _end_with_parent() -> None:
    """Wait until the parent is gone, then go too: a worker without one would hold the workspace's lock for good."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(task: Task) -> Outcome:
    return _mine[0].run(task)
