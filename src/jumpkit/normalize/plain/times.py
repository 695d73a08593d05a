"""Moments as plain sources write them, whole columns at once: ISO, seconds, milliseconds, and the web server's way."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jumpkit.normalize.moments import NONE, moments

_SIZES = ((10**11, 1000), (10**14, 1))  # numbers below count seconds, milliseconds
_MICRO_END, _MICRO = 10**17, 1000
_NANO = 10**6
_WEB = (
    r"^(?P<day>\d{2})/(?P<month>[A-Z][a-z]{2})/(?P<rest>\d{4}:\d{2}:\d{2}:\d{2}) "
    r"(?P<sign>[+-])(?P<hh>\d{2})(?P<mm>\d{2})$"
)
_MINUTE = 60_000


def moments_of(texts: pa.Array) -> npt.NDArray[np.int64]:
    """Return the moment of each text in ms since 1970, NONE where there is none."""
    numbers = whole_numbers(texts)
    if numbers.null_count == texts.null_count:
        return _from_numbers(numbers)
    web = pc.extract_regex(texts, _WEB)
    if web.null_count < len(web):
        return _merged(texts, web)
    return moments(texts)


def whole_numbers(texts: pa.Array) -> pa.Array:
    """Return the 64-bit numbers that texts are, null where one is none."""
    try:
        return texts.cast(pa.int64())
    except pa.ArrowInvalid:
        fits = pc.match_substring_regex(texts, r"^-?[0-9]{1,18}$")
        return pc.if_else(fits, texts, None).cast(pa.int64())


def _from_numbers(numbers: pa.Array) -> npt.NDArray[np.int64]:
    """Return ms for counts whose size tells what they count."""
    values = np.asarray(numbers.fill_null(0), np.int64)
    size = np.abs(values)
    found = np.where(size < _MICRO_END, values // _MICRO, values // _NANO)
    for end, factor in reversed(_SIZES):
        found = np.where(size < end, values * factor, found)
    return np.where(np.asarray(numbers.is_null()), NONE, found)


def _merged(texts: pa.Array, web: pa.Array) -> npt.NDArray[np.int64]:
    """Return ms of texts of which some are written as web servers do."""
    fields = {name: pc.struct_field(web, name) for name in ("day", "month", "rest", "sign", "hh", "mm")}
    plain = pc.binary_join_element_wise(fields["day"], fields["month"], fields["rest"], " ")
    stamps = pc.strptime(plain, format="%d %b %Y:%H:%M:%S", unit="ms", error_is_null=True)
    ms = np.asarray(stamps.cast(pa.int64()).fill_null(int(NONE)), np.int64)
    away = pc.add(pc.multiply(fields["hh"].cast(pa.int64()), 60), fields["mm"].cast(pa.int64()))
    ahead = np.asarray(pc.fill_null(pc.equal(fields["sign"], "+"), fill_value=True))
    offset = np.where(ahead, -1, 1) * np.asarray(away.fill_null(0), np.int64) * _MINUTE
    others = np.asarray(web.is_null())
    found = np.where(ms == NONE, NONE, ms + offset)
    if others.any():
        found[others] = moments(texts.filter(pa.array(others)))
    return found
