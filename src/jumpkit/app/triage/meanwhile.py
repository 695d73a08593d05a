"""Loads what the end of a run needs while its workers still read; not for anything that could fail the run."""

from __future__ import annotations

from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING

from jumpkit.app.reporting import ALWAYS
from jumpkit.report import prepare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jumpkit.app.triage.worker import Outcome

_LATER = ("jumpkit.store.lake.read",)  # DuckDB


def meanwhile(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """Yield the outcomes; with the first, when every worker has been forked, begin to load beside them."""
    begun = False
    for outcome in outcomes:
        if not begun:
            Thread(target=_load, daemon=True).start()
            begun = True
        yield outcome


def _load() -> None:
    for name in _LATER:
        import_module(name)
    for fmt in ALWAYS:
        prepare(fmt)
