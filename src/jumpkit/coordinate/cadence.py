"""How often those who lead are told, where one case wants it otherwise than its severity says; every row stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.deed import Deed, Row, Who, entered, next_id, said, still_open
from jumpkit.coordinate.moments import said_of
from jumpkit.kit.errors import BadUsage, Refused

if TYPE_CHECKING:
    from jumpkit.store.book import Tx

STATUS = "internal-status"  # the clock of the next status report
_UNITS = {"m": 1, "h": 60, "d": 24 * 60}
_SAID = re.compile(r"([1-9]\d{0,4})([mhd])", re.ASCII)
_LONGEST = 90 * 24 * 60  # minutes; what comes more rarely than that is no cadence


def set_cadence(tx: Tx, who: Who, row: Row, every: str | None, reason: str | None) -> Deed:
    """Enter how often a case is reported on, or with None that its severity says so again.

    Raises:
        BadUsage: it is no such length, or no reason is given.
        Refused: the case has ended, or it is to go back to what holds already.

    """
    case, why = still_open(row), said(reason, "the reason")
    minutes = None if every is None else minutes_of(every)
    if minutes is None and cadence_of(tx, case) is None:
        raise Refused("its severity says so already", target=case, hint=f"jumpkit clocks {case}")
    new: dict[str, Any] = {"case": case, "cadence": next_id(tx, case, "cadence", "K"), "clock": STATUS}
    new |= {"minutes": minutes, "reason": why, **who.stamps()}
    told = f"{new['cadence']}: a status " + (f"every {every}" if every else "as often as the severity says")
    return Deed(case, "cadence.set", f"{told}: {why}", said_of(new), {"cadence": [new]})


def cadence_of(tx: Tx, case: str) -> dict[str, Any] | None:
    """Return what the case wants otherwise, None where its severity decides."""
    rows = entered(tx, case, "cadence")
    return rows[-1] if rows and rows[-1]["minutes"] is not None else None


def minutes_of(every: str) -> int:
    """Return a length in minutes.

    Raises:
        BadUsage: it is none, or longer than a quarter of a year.

    >>> minutes_of("90m"), minutes_of("2h"), minutes_of("1d")
    (90, 120, 1440)

    """
    found = _SAID.fullmatch(every.strip())
    minutes = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < minutes <= _LONGEST:
        raise BadUsage(f"{every!r} is no cadence", target=every, hint="30m, 2h or 1d; 90d at the most")
    return minutes
