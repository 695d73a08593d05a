"""Deadlines as an iCalendar feed (RFC 5545): escaped, folded, one event a clock with an alarm before it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.clocks.standing import SETTLED
from jumpkit.kit.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_OCTETS = 75
_SPECIAL = re.compile(r"[\\;,]")


def feed(case: Mapping[str, Any], clocks: Iterable[Mapping[str, Any]], now: datetime) -> str:
    """Return the calendar of one case's clocks that have a deadline; what is settled is shown as cancelled."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//jumpkit//clocks//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{escaped(case['case'] + ': ' + str(case['title']))}")
    for clock in clocks:
        if clock["due"] is not None:
            lines += _event(str(case["case"]), clock, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    r"""Return text as a property's value may hold it: special signs escaped, lines joined, nothing unseen left.

    >>> escaped("a; b, c" + chr(10) + "d")
    'a\\; b\\, c\\nd'
    """
    lines = (_SPECIAL.sub(r"\\\g<0>", printable(line)) for line in text.splitlines())
    return "\\n".join(lines)


def folded(line: str) -> str:
    """Return a content line cut into pieces of at most 75 octets, never within a character."""
    pieces, piece, size = [], "", 0
    for char in line:
        width = len(char.encode("utf-8", "replace"))
        if size + width > _OCTETS:
            pieces.append(piece)
            piece, size = "", 1  # the space that begins a continued line counts
        piece += char
        size += width
    return "\r\n ".join([*pieces, piece])


def _event(case: str, clock: Mapping[str, Any], now: datetime) -> list[str]:
    due = datetime.fromisoformat(clock["due"])
    verified = f"checked {clock['checked']}" if clock["checked"] else f"unverified: {clock['unverified']}"
    told = [f"{clock['title']}. To: {clock['to']}. Basis: {clock['basis']} ({verified})."]
    told += [f"Another reading ({each['reading']}): {each['due']}." for each in clock["readings"]]
    status = "CANCELLED" if clock["state"] in SETTLED else "CONFIRMED"
    lines = ["BEGIN:VEVENT", f"UID:{clock['clock']}.{case}@jumpkit", f"DTSTAMP:{_utc(now)}", f"DTSTART:{_utc(due)}"]
    lines += [f"SUMMARY:{escaped(case + ' ' + clock['clock'] + ' (' + clock['state'] + ')')}"]
    lines += [f"DESCRIPTION:{escaped(chr(10).join(told))}", f"STATUS:{status}", "TRANSP:TRANSPARENT"]
    if clock["warns"] and status == "CONFIRMED":
        before = max(0, int((due - datetime.fromisoformat(clock["warns"])).total_seconds()) // 60)
        lines += ["BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-PT{before}M"]
        lines += [f"DESCRIPTION:{escaped(clock['title'])}", "END:VALARM"]
    return [*lines, "END:VEVENT"]


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
