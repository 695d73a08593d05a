"""Moments as logs write them, as milliseconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_STAMP = pa.timestamp("ms", tz="UTC")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"-?\d{1,19}(\.\d{1,9})?(e\d\d?)?", re.IGNORECASE)
_CONSOLE = re.compile(
    r"(?P<when>[A-Z][a-z]{2,8} \d\d?, \d{4},? (?:at )?\d\d?:\d\d:\d\d(?: [AP]M)?)"
    r"(?: \(?UTC(?:(?P<sign>[+-])(?P<hour>\d\d?):(?P<minute>\d\d))?\)?)?"
)
_LONGEST = 64  # characters of a date
_FEW = 128  # strings; below, a loop costs less than arrays
_MILLION = 1_000_000
_SECONDS_END = 100_000_000_000  # larger numbers count milliseconds (this second lies in the year 5138)
_MILLIS_END = _SECONDS_END * 1000
_MICROS_END = _MILLIS_END * 1000
NONE = np.iinfo(np.int64).min  # stands for no moment


def moment(text: str | None) -> int | None:
    """Return the moment in ms, or None where `text` is none; without an offset it is taken for UTC.

    >>> moment("2023-07-10T12:11:15Z"), moment("2023-07-10T14:11:15.5+02:00"), moment("1688991075"), moment("soon")
    (1688991075000, 1688991075500, 1688991075000, None)
    """
    if not text or len(text) > _LONGEST:
        return None
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return _from_number(float(text))
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return _from_console(text)
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return _ms(when)


def _ms(when: datetime) -> int:
    """Return whole milliseconds, rounded down."""
    return (when - _EPOCH) // timedelta(milliseconds=1)


def _from_number(number: float) -> int | None:
    """Return ms for a count of seconds, milliseconds, microseconds or nanoseconds, told apart by its size."""
    size = abs(number)
    if size < _SECONDS_END:
        return int(number * 1000)
    if size < _MILLIS_END:
        return int(number)
    if size < _MICROS_END:
        return int(number / 1000)
    return int(number / _MILLION) if size < _MICROS_END * 1000 else None


def _from_console(text: str) -> int | None:
    """Return ms for the way in which the console writes a moment: July 10, 2023, 14:11:15 (UTC+02:00)."""
    found = _CONSOLE.fullmatch(text)
    if not found:
        return None
    words = found["when"].replace(",", "").replace(" at ", " ")
    clock = "%I:%M:%S %p" if words.endswith("M") else "%H:%M:%S"
    for month in ("%B", "%b"):
        try:
            naive = datetime.strptime(words, f"{month} %d %Y {clock}")  # noqa: DTZ007 (the offset stands beside it)
        except ValueError:
            continue
        offset = timedelta(hours=int(found["hour"] or 0), minutes=int(found["minute"] or 0))
        if offset >= timedelta(hours=24):
            return None
        return _ms(naive.replace(tzinfo=timezone(-offset if found["sign"] == "-" else offset)))
    return None


def moments(texts: pa.Array) -> npt.NDArray[np.int64]:
    """Return the moment of each string, NONE where there is none; all at once where all are written as usual."""
    whole = _cast(texts)
    if whole is None:
        return np.fromiter(map(_either, texts.to_pylist()), np.int64, len(texts))
    return np.asarray(whole.fill_null(int(NONE)) if whole.null_count else whole, dtype=np.int64)


def looked_through(texts: list[str]) -> tuple[list[int], npt.NDArray[np.int64] | None]:
    """Return the places of the strings that are no moment, and all moments where finding that out took them."""
    if len(texts) <= _FEW and all(len(text) <= _LONGEST for text in texts):
        try:
            list(map(datetime.fromisoformat, texts))
        except ValueError:
            return [place for place, text in enumerate(texts) if _either(text) == NONE], None
        return [], None
    found = moments(pa.array(texts, pa.string()))
    return np.flatnonzero(found == NONE).tolist(), found


def _cast(texts: pa.Array) -> pa.Array | None:
    """Return ms as Arrow reads them, None where it cannot read one of them."""
    try:
        return texts.cast(_STAMP).cast(pa.int64())
    except pa.ArrowInvalid:
        return None


def _either(text: str | None) -> int:
    """Return ms, NONE for no moment; what Arrow alone can read counts, since whole columns are read by it."""
    ms = moment(text)
    if ms is None and text:
        alone = _cast(pa.array([text], pa.string()))
        ms = None if alone is None else alone[0].as_py()
    return int(NONE) if ms is None else ms
