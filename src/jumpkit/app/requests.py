"""Requests that are carried out once, however often they are sent: the deed and the note of it are one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.deed import Deed
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, Drifted, JumpkitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jumpkit.coordinate.deed import Row, Who
    from jumpkit.store.book import Tx

_LONGEST = 200  # characters of what the key of a request is told to have made


@dataclass(frozen=True, slots=True)
class Request:
    """One request: what tells it from others, what it asked, and what its sender had before them."""

    key: str | None = None  # SHA-256, None where it was sent without a key
    body: str = ""  # SHA-256
    tag: str | None = None  # the case as the sender knew it: `C-2026-0001.17`


ONLY = Request()  # sent without a key, and whatever was there before


class Again(JumpkitError):
    """It was carried out before."""

    def __init__(self, entered: list[dict[str, Any]], case: str) -> None:
        """Say what it did then."""
        super().__init__("it was carried out before")
        self.entered = entered
        self.case = case


def once(
    request: Request, make: Callable[[Tx, Who, Row], Deed | Iterable[Deed]]
) -> Callable[[Tx, Who, Row], Iterable[Deed]]:
    """Return a deed that is done only where its request was not carried out, and its case is as the sender knew it.

    The deed raises:
        Again: the same request was carried out.
        BadUsage: another one was, with the same key.
        Drifted: the case changed since.

    """

    def made(tx: Tx, who: Who, row: Row) -> Iterable[Deed]:
        case = str(row["case"])
        refuse_known(tx, request)
        if request.tag is not None and request.tag != tag_of(tx, case):
            raise Drifted(f"{case} changed since", target=case, hint="read it again, then decide")
        done = make(tx, who, row)
        deeds = iter([done] if isinstance(done, Deed) else done)
        first = next(deeds)
        yield noted(request, first, who)
        yield from deeds

    return made


def noted(request: Request, deed: Deed, who: Who) -> Deed:
    """Return the deed with a row that says by which request it was done."""
    if request.key is None:
        return deed
    told = [{"case": deed.case, "kind": deed.kind, "told": deed.told[:_LONGEST]}]
    row = {"case": deed.case, "request": request.key, "body": request.body, "made": json.dumps(told)}
    return replace(deed, rows={**deed.rows, "request": [{**row, **who.stamps()}]})


def refuse_known(tx: Tx, request: Request) -> None:
    """Refuse a request that was carried out.

    Raises:
        Again: it was.
        BadUsage: another one was, with the same key.

    """
    if request.key is None:
        return
    row = tx.one("request", request=request.key)
    if row is None:
        return
    if row["body"] != request.body:
        raise BadUsage(
            "this key was sent with another request", target="Idempotency-Key", hint="a key for each request"
        )
    raise Again(json.loads(row["made"]), str(row["case"]))


def tag_of(tx: Tx, case: str) -> str:
    """Return what names a case as it is now: it changes with every line of its ledger."""
    return f"{case}.{tx.length(case)}"


def begun(
    request: Request, case: str, who: Who, made: tuple[str, str] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Return the row that says by which request a case was opened, or the kind and id of what was made in it."""
    if request.key is None:
        return {}
    kind, name = made or ("case.open", case)
    told = [{"case": case, "kind": kind, "told": name}]
    row = {"case": case, "request": request.key, "body": request.body, "made": json.dumps(told)}
    return {"request": [{**row, "recorded": stamp(who.clock()), "author": who.actor}]}
