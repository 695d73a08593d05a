"""Decodes records into typed rows: all at once where they are as documented, one by one where they are not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from operator import attrgetter
from secrets import token_hex
from types import GenericAlias
from typing import TYPE_CHECKING, Any

import msgspec

from jumpkit.normalize.mend import FEW_SIGNS, Mended, Mender
from jumpkit.normalize.pieces import Cuts
from jumpkit.normalize.split import BROKEN, is_utf8
from jumpkit.normalize.whole import CLOSING, OPENING, spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jumpkit.normalize.pieces import Pieces, Text, Wide
    from jumpkit.normalize.source import Source

NULL = msgspec.Raw(b"null")

_LEARNED = 32  # undocumented top-level fields that get a place of their own; later ones cost time, never content
_AT_ONCE = 8 << 20  # bytes of a document whose records are all held as typed rows
_LOOK = 1 << 16  # bytes of a broken stretch that are looked at
_NAME = re.compile(r"[A-Za-z@_][A-Za-z0-9@_.:-]{0,63}")


@dataclass(frozen=True)
class Layout:
    """The typed row of one source, with whatever undocumented fields were met so far."""

    row: type[msgspec.Struct]
    fields: dict[str, tuple[str, Any]]  # vendor name → attribute, type
    rest: type[msgspec.Struct]  # the JSON fields that go to unmapped, by attribute, absent ones left out when encoded


def layout(source: Source, learned: tuple[str, ...] = ()) -> Layout:
    """Return the typed row for a source; attributes are named f0, f1, … in the vendor's own order."""
    text, flag = str | None, bool | str | None
    kinds: dict[str, tuple[Any, Any]] = {
        "code": (text, None),
        "flag": (flag, None),
        "own": (text, None),
        "plain": (text, None),
        "object": (msgspec.Raw, NULL),
        "json": (msgspec.Raw, NULL),
        "rest": (msgspec.Raw, NULL),
    }
    how = {name: kind for kind, names in source.fields.items() for name in names} | dict.fromkeys(learned, "rest")
    ordered = [*source.tables["order"], *(name for name in how if name not in source.tables["order"])]
    fields = {name: (f"f{place}", kinds[how[name]][0]) for place, name in enumerate(ordered)}
    names = {attribute: name for name, (attribute, _) in fields.items()}
    row = msgspec.defstruct(
        "Row",
        [(fields[name][0], *kinds[how[name]]) for name in ordered] + [("extra", bytes, b"")],
        rename=names | {"extra": f"extra {token_hex(16)}"},  # no log can know it
        gc=False,
        forbid_unknown_fields=True,
    )
    rest = [(fields[name][0], *kinds["rest"]) for name in (*source.fields["rest"], *learned)]
    return Layout(row, fields, msgspec.defstruct("Rest", rest, rename=names, omit_defaults=True, gc=False))


@dataclass(slots=True)
class Decoded:
    """Rows and refusals of one run of pieces, in the order of the member."""

    rows: list[Any] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    places: list[int] | None = None  # of each row among all that was seen; None where nothing was refused
    refused: list[tuple[int, int, int, str]] = field(default_factory=list)  # place, start, end, reason
    seen: int = 0
    kin: bool = True  # at least one of them was a record of this source, if perhaps a broken one
    cuts: Cuts | None = None  # in place of `texts`, where the rows' texts are cut only when they are asked for

    def said(self) -> Sequence[Text]:
        """Return the rows' texts."""
        return self.texts if self.cuts is None else self.cuts

    def widen(self, wide: Wide) -> None:
        """Turn all places into those in the member's UTF-16."""
        narrow = [*self.starts, *self.ends, *(place for _, start, end, _ in self.refused for place in (start, end))]
        places = wide.places(narrow)
        self.starts = [places[start] for start in self.starts]
        self.ends = [places[end] for end in self.ends]
        self.refused = [(place, places[start], places[end], why) for place, start, end, why in self.refused]


class Decoder:
    """Holds the layout that was learned so far and decodes by it."""

    def __init__(self, source: Source) -> None:
        """Begin with the documented fields."""
        self._source = source
        self._learned: tuple[str, ...] = ()
        self._set(layout(source))

    def _set(self, new: Layout) -> None:
        """Use a layout from now on."""
        self.layout = new
        self._decode = msgspec.json.Decoder(new.row).decode
        held: Any = dict[str, GenericAlias(list, (new.row,))]  # type: ignore[misc]  # the class was made a moment ago
        self._decode_whole: Callable[[bytes], dict[str, list[Any]]] = msgspec.json.Decoder(held).decode
        self._mender = Mender(self._source, new.row, new.fields)
        named = self._source.tables["names"] + [self._source.tables["time"][0]]
        self._needed = [attrgetter(new.fields[name][0]) for name in named]

    def decode(self, pieces: Pieces) -> Decoded:
        """Return rows of the present layout; it may have grown by fields that the pieces brought."""
        if not pieces.bad and not pieces.suspect:
            rows = self._plain(pieces.texts)
            if rows is not None:
                return Decoded(rows, pieces.texts, pieces.starts, pieces.ends, seen=len(rows))
        return self._one_by_one(pieces)

    def whole(self, data: bytes) -> Decoded | None:
        """Return the rows of a document that is a bare list of events as documented, None for any other."""
        if len(data) > _AT_ONCE or not data.startswith(OPENING) or not data.endswith(CLOSING) or not is_utf8(data):
            return None
        try:
            held = self._decode_whole(data)
        except BROKEN:
            return None
        rows = held.pop("Records")
        if held or not all(all(map(needed, rows)) for needed in self._needed):
            return None
        first, second = self._source.tables["order"][:2]
        found = spans(data, list(map(attrgetter(self.layout.fields[second][0]), rows)), first, second)
        if found is None:
            return None
        starts, ends = found
        cuts = Cuts(data, starts, ends)
        return Decoded(rows, [], starts.tolist(), ends.tolist(), seen=len(rows), cuts=cuts)

    def _plain(self, texts: list[Text]) -> list[Any] | None:
        """Return the rows where every text is an event as documented, else None."""
        try:
            rows = list(map(self._decode, texts))
        except BROKEN:
            return None
        return rows if all(all(map(needed, rows)) for needed in self._needed) else None

    def _one_by_one(self, pieces: Pieces) -> Decoded:
        """Decode each piece by itself, again from the start where an undocumented field got its place."""
        while True:
            before = self._learned
            decoded = self._each(pieces)
            if self._learned == before:
                return decoded

    def _each(self, pieces: Pieces) -> Decoded:
        """Decode each piece by itself; those that are not as documented are mended or refused."""
        out = Decoded(places=[], kin=False)
        for place, text in enumerate(pieces.texts):
            start, end = pieces.starts[place], pieces.ends[place]
            reason = pieces.bad.get(place)
            if reason is not None:
                out.kin = out.kin or self._resembles(bytes(text)[:_LOOK])
                out.refused.append((out.seen, start, end, reason))
                out.seen += 1
                continue
            for each in self._tried(text, start, end, suspect=pieces.suspect):
                self._take(out, each)
        return out

    def _resembles(self, text: bytes) -> bool:
        """Say whether broken text names enough of what a record of this source has."""
        signs = (*self._source.tables["signs"], *self._source.tables["names"])
        return sum(sign.encode() in text for sign in signs) >= FEW_SIGNS

    def _take(self, out: Decoded, each: Mended) -> None:
        """File one result under rows or refusals."""
        out.kin = out.kin or each.kin
        if each.row is None:
            out.refused.append((out.seen, each.start, each.end, each.reason))
        else:
            out.rows.append(each.row)
            out.texts.append(each.text)
            out.starts.append(each.start)
            out.ends.append(each.end)
            if out.places is not None:
                out.places.append(out.seen)
            self._learn(each.unknown)
        out.seen += 1

    def _tried(self, text: Text, start: int, end: int, *, suspect: bool) -> Iterator[Mended]:
        """Yield what one piece holds: mostly one event."""
        if not suspect:
            rows = self._plain([text])
            if rows is not None:
                yield Mended(text, start, end, row=rows[0], kin=True)
                return
        yield from self._mender.mend(text, start, end)

    def _learn(self, unknown: tuple[str, ...]) -> None:
        """Give undocumented fields a place, while there is room."""
        fresh = [name for name in unknown if name not in self._learned and _NAME.fullmatch(name)]
        fresh = fresh[: _LEARNED - len(self._learned)]
        if fresh:
            self._learned += tuple(fresh)
            self._set(layout(self._source, self._learned))
