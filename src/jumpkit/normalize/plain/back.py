"""From a plain record's own bytes back to the object that rules and `show` see."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import Unreadable
from jumpkit.normalize.pieces import SPACE
from jumpkit.normalize.plain.cut import typed
from jumpkit.normalize.plain.fields import line_row
from jumpkit.normalize.plain.lines import first_lines, told_by
from jumpkit.normalize.plain.peel import peeled
from jumpkit.normalize.source import list_sources, load_source

if TYPE_CHECKING:
    from jumpkit.normalize.plain.plan import Plan

_HINT = "look at its bytes in the sealed artifact"
_WIDE = {b"{\0": "utf-16-le", b"[\0": "utf-16-le", b"\0{": "utf-16-be", b"\0[": "utf-16-be"}


def plain_event(data: bytes, plan: Plan, head: bytes) -> dict[str, Any]:
    """Return the object in a record's bytes; a line has names only by the heading in `head`, its member's beginning.

    Raises Unreadable where there is none.
    """
    code = _WIDE.get(data[:2])
    if code:
        data = data.decode(code, "replace").encode("utf-8", "replace")
    if data.lstrip(SPACE)[:1] in (b"{", b'"'):
        return _of_json(data, plan)
    return _of_line(data, plan, head)


def _of_json(data: bytes, plan: Plan) -> dict[str, Any]:
    wrappers: dict[str, str] = {}
    for name in list_sources():
        wrappers |= load_source(name).wrappers
    for each in peeled(data, 0, wrappers, plan.fits):
        if isinstance(each.value, dict):
            return plan.named(each.value)
        if isinstance(each.value, str):
            return _of_line(each.text, plan, b"")
    raise Unreadable("the record holds no object", hint=_HINT)


def _of_line(data: bytes, plan: Plan, head: bytes) -> dict[str, Any]:
    row = line_row(plan, data, (head and _names(plan, head)) or plan.order)
    if row is None:
        raise Unreadable("the line has not the fields that this log has", hint=_HINT)
    return typed(row, plan.numbers)


@lru_cache(maxsize=64)
def _names(plan: Plan, head: bytes) -> tuple[str, ...] | None:
    """Return the names of the fields of a member that begins so."""
    return told_by(plan, first_lines(head)[0])
