"""Statements answered beside the caller, one after the other; not for what users write."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

Answer = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Beside:
    """A thread with a cursor of its own, and the answers that wait to be taken."""

    cursor: duckdb.DuckDBPyConnection
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    begun: dict[tuple[str, str], Future[Answer]] = field(default_factory=dict)

    def begin(self, sql: str, params: Sequence[object]) -> None:
        """Queue a statement."""
        self.begun[_key(sql, params)] = self.thread.submit(self._answer, sql, list(params))

    def taken(self, sql: str, params: Sequence[object]) -> Future[Answer] | None:
        """Return the answer to a statement that was begun; each is handed out once."""
        return self.begun.pop(_key(sql, params), None)

    def close(self) -> None:
        """Stop what is not answered yet."""
        self.cursor.interrupt()
        self.thread.shutdown(cancel_futures=True)
        self.cursor.close()

    def _answer(self, sql: str, params: list[object]) -> Answer:
        return self.cursor.execute(sql, params).fetchall()


def _key(sql: str, params: Sequence[object]) -> tuple[str, str]:
    return sql, repr(list(params))
