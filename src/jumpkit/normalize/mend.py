"""Takes in what is not as documented: wrapped, oddly typed, badly encoded records; what cannot be one gets a reason."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from jumpkit.normalize.moments import moment
from jumpkit.normalize.pieces import Pieces, Text, address
from jumpkit.normalize.salvage import array_start, salvage
from jumpkit.normalize.shapes import Fields, fields_of
from jumpkit.normalize.split import BROKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumpkit.normalize.source import Source

_DEEPEST = 4  # wrappers within wrappers
FEW_SIGNS = 3
_OPENINGS = {b"[": "list", b"{": "object", b'"': "text"}
_NULL = b"null"
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


@dataclass(slots=True)
class Mended:
    """One record that was looked at by itself: its row, or why there is none."""

    text: Text  # JSON of the event as rules see it
    start: int
    end: int
    row: Any = None
    reason: str = ""
    kin: bool = False  # it is a record of this source, if perhaps a broken one
    unknown: tuple[str, ...] = ()  # undocumented top-level fields


@dataclass(frozen=True)
class Mender:
    """Knows a source's fields and the present row type."""

    source: Source
    row: type[msgspec.Struct]
    fields: Mapping[str, tuple[str, Any]]  # vendor name → attribute, type

    def mend(self, text: Text, start: int, end: int, depth: int = 0) -> Iterator[Mended]:
        """Yield the events within one value, or the one reason why it is none.

        What lies within a repaired value is looked for in the bytes as they were; where it is not found there, it
        has that value's place.
        """
        sane, fields = _read(text)
        if fields is None:
            yield from self._no_object(sane, start, end, depth)
            return
        inner = None if self._named(fields) or depth >= _DEEPEST else self._wrapper(fields)
        if inner is None:
            yield self._event(sane, fields, start, end)
            return
        key, how = inner
        raws = _LIST.decode(fields[key]) if how == "list" else [fields[key]]
        if sane is text:
            for raw in raws:
                offset = start + address(raw) - address(sane)
                yield from self.mend(raw, offset, offset + len(memoryview(raw)), depth + 1)
        elif (found := _elements(bytes(text), start, len(raws))) is not None:
            for piece, begin, to in zip(found.texts, found.starts, found.ends, strict=True):
                yield from self.mend(piece, begin, to, depth + 1)
        else:
            for each in (each for raw in raws for each in self.mend(raw, start, end, depth + 1)):
                each.start, each.end = start, end
                yield each

    def _no_object(self, text: Text, start: int, end: int, depth: int) -> Iterator[Mended]:
        """Yield the event that a string holds as JSON, or the reason why this value is none."""
        try:
            value = msgspec.json.decode(text)
        except BROKEN:
            value = None
            reason = "no valid JSON, or nested too deeply"
        else:
            reason = f"no object but {type(value).__name__}"
        if not isinstance(value, str) or not value.lstrip().startswith("{") or depth >= _DEEPEST:
            yield Mended(text, start, end, reason=reason)
            return
        for each in self.mend(value.encode("utf-8", "replace"), start, end, _DEEPEST):
            each.start, each.end = start, end
            yield each

    def _named(self, fields: Fields) -> bool:
        """Say whether the fields that every event needs are here."""
        return all(name in fields for name in self.source.tables["names"])

    def _wrapper(self, fields: Fields) -> tuple[str, str] | None:
        """Return the key that holds records and what lies under it, where this object is a wrapper."""
        for key, how in self.source.wrappers.items():
            raw = fields.get(key)
            kind = _OPENINGS.get(bytes(raw)[:1]) if raw is not None else None
            if kind and (kind == how or (how == "any" and kind != "text")):
                return key, kind
        return None

    def _event(self, text: Text, fields: Fields, start: int, end: int) -> Mended:
        """Return the event, or why this object is none."""
        names: list[str] = self.source.tables["names"]
        kin = sum(sign in fields for sign in (*self.source.tables["signs"], *names)) >= FEW_SIGNS
        values, odd = self._typed(fields)
        reason = self._lacks(values, fields)
        if reason:
            return Mended(text, start, end, reason=reason, kin=kin)
        known = self.source.known
        unknown = tuple(key for key in fields if key not in self.fields)
        extra = ",".join([f"{msgspec.json.encode(key).decode()}:{_plain(fields[key])}" for key in (*odd, *unknown)])
        times: list[str] = self.source.tables["time"]
        when = next(values[name] for name in times if moment(values.get(name)) is not None)
        if values.get(times[0]) is None:
            text = with_time(bytes(text), times[0], when)
        values[times[0]] = when
        row = self.row(**{self.fields[key][0]: value for key, value in values.items()}, extra=extra.encode())
        return Mended(text, start, end, row=row, kin=True, unknown=tuple(key for key in unknown if key not in known))

    def _typed(self, fields: Fields) -> tuple[dict[str, Any], list[str]]:
        """Return the known fields' values, and the names of those whose type is not as documented."""
        values: dict[str, Any] = {}
        odd: list[str] = []
        for name, (_, kind) in self.fields.items():
            raw = fields.get(name)
            if raw is None:
                continue
            if kind is msgspec.Raw:
                values[name] = raw
                continue
            try:
                values[name] = msgspec.json.decode(raw, type=kind)
            except BROKEN:
                if name in self.source.fields["plain"] and not bytes(raw).startswith((b"{", b"[", b'"')):
                    values[name] = bytes(raw).decode("ascii", "replace")
                else:
                    odd.append(name)
        return values, odd

    def _lacks(self, values: Mapping[str, Any], fields: Fields) -> str:
        """Return what an event needs and this one lacks, or nothing."""
        if all(moment(values.get(name)) is None for name in self.source.tables["time"]):
            told = any(name in fields for name in self.source.tables["time"])
            return "no time that can be read" if told else "no eventTime"
        if str(values.get("eventSource") or "").startswith("aws:"):
            return "a notification from a service, no CloudTrail event"
        if "insightDetails" in fields:
            return ""
        lacking = [name for name in self.source.tables["names"] if not values.get(name)]
        return f"no {' and no '.join(lacking)}" if lacking else ""


def _elements(data: bytes, base: int, count: int) -> Pieces | None:
    """Return the records in the array of a value that had to be repaired, as they were; None unless all are found."""
    begin = array_start(data)
    if not begin:
        return None
    found = salvage(data, begin, base, array=True)
    return found.pieces if len(found.pieces.texts) == count and not found.pieces.bad else None


def with_time(text: bytes, name: str, value: str) -> bytes:
    """Return an event's JSON with its time set under the vendor's own name, in front of all else."""
    member = msgspec.json.encode(name) + b":" + msgspec.json.encode(value)
    body = text.lstrip()[1:]
    return b"{" + member + (b"," if body.lstrip()[:1] != b"}" else b"") + body


def _plain(raw: msgspec.Raw) -> str:
    """Return a value's JSON text."""
    return bytes(raw).decode("utf-8", "replace")


def _read(text: Text) -> tuple[Text, Fields | None]:
    """Return the value's members, and its text: the same, or repaired where its encoding or numbers are broken."""
    data = bytes(text)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        fields = fields_of(text)
        if fields is not None and _sound(text):
            return text, fields
    try:
        value = json.loads(data.decode("utf-8", "replace"), strict=False, parse_constant=str, parse_float=_finite)
        sane = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        return text, None
    return sane, fields_of(sane)


def _sound(text: Text) -> bool:
    """Say whether every string in it can be decoded."""
    try:
        msgspec.json.decode(text)
    except BROKEN:
        return False
    return True


def _finite(text: str) -> float | str:
    """Return a number, or its text where it is too large for one."""
    number = float(text)
    return number if math.isfinite(number) else text
