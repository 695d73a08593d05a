"""Events of a case, a page at a time in the order of time: the next page begins where the last one ended."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

from jumpkit.app.hunt import SHOWN, as_match
from jumpkit.app.lakes import open_case
from jumpkit.kit.errors import BadUsage
from jumpkit.kit.masking import mask
from jumpkit.kit.text import sql_text
from jumpkit.store.lake.userquery import user_where

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk

_PLACE = re.compile(r"(-?\d{1,19}):([0-9A-Za-z:._-]{1,128})")


def events_of(desk: Desk, case: str, where: str | None, after: str | None, limit: int) -> dict[str, Any]:
    """Return events/1: those that meet a condition, `next` null on the last page.

    Raises:
        BadUsage: the condition cannot be understood, or `after` is no `next` of ours.
        Refused: it holds what users may not ask, or takes too long.

    """
    columns = (*SHOWN, "time AS ms")
    if where:
        user_where(where)  # it must be a condition by itself, before it becomes a part of one
    parts = [f"({where})"] if where else []
    parts += [_after(after)] if after else []
    asked = user_where(" AND ".join(parts) or "true", limit=limit + 1, columns=columns)
    with open_case(desk, case) as lake:
        rows = list(lake.rows(asked, seconds=desk.setting("timeout")))
    page = rows[:limit]
    last = page[-1] if len(rows) > limit else None
    items = [dict(mask({name: value for name, value in as_match(row).items() if name != "rule"})) for row in page]
    return {"schema": "events/1", "case": case, "items": items, "next": _place(last) if last else None}


def _after(after: str) -> str:
    try:
        said = base64.urlsafe_b64decode(after.encode() + b"==").decode()
    except ValueError as caught:
        raise _no_place(after) from caught
    found = _PLACE.fullmatch(said)
    if found is None:
        raise _no_place(after)
    time, uid = found.groups()
    return f"(time > {time} OR (time = {time} AND metadata.uid > {sql_text(uid)}))"


def _place(row: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(f"{row['ms']}:{row['event']}".encode()).decode().rstrip("=")


def _no_place(after: str) -> BadUsage:
    return BadUsage("that is no place to go on from", target=after[:60], hint="`next` of the page before")
