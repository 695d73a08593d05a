"""Each read of content by principal, store and object, and changes of sharing: the list behind the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.investigate.items import at
from jumpkit.investigate.loss.reads import each_read
from jumpkit.investigate.loss.steps import steps
from jumpkit.investigate.loss.table import stores
from jumpkit.investigate.origins import chains
from jumpkit.investigate.responsible import own_accounts, responsible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.investigate.loss.answer import Asked
    from jumpkit.investigate.loss.steps import Taken
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import Picture
    from jumpkit.store.lake.read import Lake


def readings(lake: Lake, picture: Picture, estate: Estate, asked: Asked) -> Iterator[dict[str, Any]]:
    """Yield a row a principal, store and object that was read, then one a change of sharing; both in order of time.

    Rows of everyone are told; `counts` says whose are in the figures of `loss`. With `by` only theirs are.
    """
    table = stores()
    held = responsible(chains(lake), picture.findings, asked.by, everyone=asked.everyone)
    for row in each_read(lake, table, held):
        if row["held"] or not asked.by:
            yield _read(row)
    for step in steps(lake, table, held, own_accounts(lake, estate)):
        if step.call.held or not asked.by:
            yield _shared(step)


def _read(row: dict[str, Any]) -> dict[str, Any]:
    """Return what one principal read of one object."""
    return {
        "does": "read",
        "kind": row["kind"],
        "account": row["account"],
        "store": row["store"],
        "object": row["object"],
        "principal": {"uid": row["principal"], "name": row["name"]},
        "reads": row["reads"],
        "bytes": row["bytes"],
        "first": at(row["first"]),
        "last": at(row["last"]),
        "counts": row["held"],
        "event": row["event"],
    }


def _shared(step: Taken) -> dict[str, Any]:
    """Return one call that let others in, or handed content out."""
    return {
        "does": step.does,
        "kind": step.kind.kind,
        "account": step.call.account,
        "store": step.store,
        "object": None,
        "principal": {"uid": step.call.principal, "name": step.call.name},
        "operation": step.call.operation,
        "to": list(step.to),
        "first": at(step.call.time),
        "last": at(step.call.time),
        "taken_back": None if step.back is None else {"event": step.back[0], "time": at(step.back[1])},
        "counts": step.call.held,
        "event": step.call.event,
    }
