"""Reads one kind in one place; a call that was refused leaves a gap by name, never an empty list."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from jumpkit.kit.digest import canonical, sha256_hex
from jumpkit.kit.errors import Denied, JumpkitError, MissingExtra, NotFound, ProviderError
from jumpkit.kit.expressions import filled, opened, plain, value, values
from jumpkit.kit.masking import mask
from jumpkit.kit.text import shown
from jumpkit.model.action import Call
from jumpkit.model.inventory import Gap, Item, Part, Place, Reading
from jumpkit.prepare.inventory.words import blanked, form, tags_of, without

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumpkit.model.action import Cloud
    from jumpkit.model.inventory import State
    from jumpkit.prepare.inventory.kinds import Ask, Kind

_BESIDE = 4  # threads that ask further about the items of one part
_LONG = 600  # characters of a refusal that are kept

Json = dict[str, Any]
Row = tuple[Json, str | None]  # as listed, and when by the provider's clock


@dataclass(frozen=True, slots=True)
class Narrow:
    """What is read instead of all: by other calls, with what they may refer to."""

    ask: Ask | None = None
    over: Ask | None = None
    of: Mapping[str, Any] | None = None
    parent: Json | None = None  # what it is listed for is known, and not listed first
    uid: str | None = None  # only the thing of this id, ARN or name; a list that is refused raises


def read(cloud: Cloud, kind: Kind, place: Place, narrow: Narrow | None = None) -> Reading:
    """Return what a kind has in a place: known, partial (items or fields of items lack), or unknown, with each gap."""
    found, lost = _listed(cloud, kind, place, narrow or Narrow())
    items = tuple(sorted(_detailed(cloud, kind, place, found), key=lambda item: (item.region or "", item.uid)))
    gaps = (*_merged(lost), *_merged([gap for item in items for gap in item.gaps]))
    seen = max((item.seen_at for item in items if item.seen_at), default=None)
    state: State = "known" if not gaps else "unknown" if lost and not items else "partial"
    return Reading(Part(place, kind.kind, state, len(items), gaps, seen), items)


def one(cloud: Cloud, kind: Kind, place: Place, narrow: Narrow) -> list[Item]:
    """Return the things of the id, ARN or name that `narrow` says.

    Raises:
        Denied, Unreachable, ProviderError: a list was refused, so that nothing is known.

    """
    found, _ = _listed(cloud, kind, place, narrow)
    early = [row for row in found if narrow.uid in _names(kind, place, row[0])]
    items = _detailed(cloud, kind, place, early or found)
    return [item for item in items if narrow.uid in (item.uid, item.arn, item.name)]


def _names(kind: Kind, place: Place, raw: Json) -> tuple[str | None, ...]:
    """Return by which names a thing goes, as far as the list says."""
    of = _context(raw, place)
    uid, name = value(kind.id, of), value(kind.name, of) if kind.name else tags_of(value(kind.tags, of)).get("Name")
    return uid, name, _arn(kind, of, of["_"] | {"id": uid, "name": name})


def _listed(cloud: Cloud, kind: Kind, place: Place, narrow: Narrow) -> tuple[list[Row], list[Gap]]:
    """Return each thing as listed, with the provider's time of the page, and the lists that could not be read."""
    of = {**(narrow.of or {}), "_": asdict(place)}
    ask, first, strict = narrow.ask or kind.ask, narrow.over or kind.over, narrow.uid is not None
    if first is None:
        return _asked(cloud, ask, place, of, strict=strict)
    if narrow.parent is None:
        parents, gaps = _asked(cloud, first, place, of, strict=strict)
    else:
        parents, gaps = [(narrow.parent, None)], []
    found: list[Row] = []
    for parent, _ in parents:
        rows, more = _asked(cloud, ask, place, of | parent, strict=strict)
        found += [({"_over": parent} | row, date) for row, date in rows]
        gaps += more
    return found, gaps


def _asked(cloud: Cloud, ask: Ask, place: Place, of: Mapping[str, Any], *, strict: bool) -> tuple[list[Row], list[Gap]]:
    """Return what a list has, and the gap that it ends with where a page was refused; `strict` raises instead."""
    found: list[Row] = []
    try:
        for page in cloud.pages(Call(ask.service, ask.operation, filled(ask.parameters, of), region=place.region)):
            found += [(each, page.date) for each in values(ask.wanted, plain(page.body))]
    except JumpkitError as error:
        if strict:
            raise
        return found, [] if _says_none(ask, error) else [_gap(ask, error, None)]
    return found, []


def _says_none(ask: Ask, error: JumpkitError) -> bool:
    """Tell whether the refusal is the provider's way to say that there is none."""
    if isinstance(error, MissingExtra):
        raise error
    return isinstance(error, NotFound | ProviderError) and error.code in ask.absent


def _gap(ask: Ask, error: JumpkitError, field: str | None) -> Gap:
    code = getattr(error, "code", None) or error.kind
    lacks = ask.actions[0] if isinstance(error, Denied) else None
    return Gap(field, ask.label, code, shown(error.message, _LONG), lacks)


def _detailed(cloud: Cloud, kind: Kind, place: Place, found: list[Row]) -> Iterator[Item]:
    """Yield items with what further calls say of them."""

    def whole(row: Row) -> Item:
        return _item(kind, place, _further(cloud, kind, place, row[0]), row[1])

    if not kind.more:
        yield from map(whole, found)
        return
    with ThreadPoolExecutor(_BESIDE) as pool:
        yield from pool.map(whole, found)


def _further(cloud: Cloud, kind: Kind, place: Place, raw: Json) -> tuple[Json, tuple[Gap, ...]]:
    gaps: list[Gap] = []
    for more in kind.more:
        of = _context(raw, place)
        if more.when is not None and not value(more.when, of):
            continue
        try:
            raw = raw | {more.field: _answer(cloud, more.ask, place, of)}
        except JumpkitError as error:
            if _says_none(more.ask, error):
                raw = raw | {more.field: None}
            else:
                gaps.append(_gap(more.ask, error, more.field))
    return raw, tuple(gaps)


def _answer(cloud: Cloud, ask: Ask, place: Place, of: Mapping[str, Any]) -> Any:
    """Return what is wanted of all pages: lists joined, else what the first page says."""
    call = Call(ask.service, ask.operation, filled(ask.parameters, of), region=place.region)
    pages = [plain(page.body) for page in cloud.pages(call)]
    wanted = [value(ask.wanted, page) if ask.wanted else page for page in pages]
    if len(wanted) > 1 and all(isinstance(each, list | None) for each in wanted):
        return [entry for each in wanted for entry in each or ()]
    return wanted[0] if wanted else None


def _context(raw: Json, place: Place) -> Json:
    """Return what expressions may speak of: a thing's members, those of what it was listed for, and its place as _."""
    return {**raw.get("_over", {}), **raw, "_": asdict(place)}


def _item(kind: Kind, place: Place, told: tuple[Json, tuple[Gap, ...]], date: str | None) -> Item:
    raw, gaps = told
    for path in kind.json:
        raw = opened(raw, path)
    of = _context(raw, place)
    uid = value(kind.id, of)
    tags = tags_of(value(kind.tags, of))
    region = value(kind.region, of) if kind.region else place.region
    name = value(kind.name, of) if kind.name else tags.get("Name")
    body = _clean(kind, {key: each for key, each in of.items() if key not in ("_", "_over")})
    return Item(
        kind=kind.kind,
        place=place,
        region=region,
        uid=str(uid),
        arn=_arn(kind, of, of["_"] | {"region": region, "id": uid, "name": name}),
        name=None if name is None else str(name),
        created=value(kind.created, of),
        tags=mask(tags),
        body=body,
        gaps=gaps,
        seen_at=date,
        digest=sha256_hex(canonical([without(body, kind.volatile), tags])),
    )


def _clean(kind: Kind, body: Json) -> Json:
    for path in kind.drop:
        body = blanked(body, path)
    return dict(mask(body))


def _arn(kind: Kind, raw: Json, names: Mapping[str, Any]) -> str | None:
    if kind.arn is None:
        return None
    found = form(kind.arn, names) if kind.arn.startswith("arn:") else value(kind.arn, raw)
    return None if found is None else str(found)


def _merged(gaps: list[Gap]) -> list[Gap]:
    """Return equal refusals as one that counts them; the first one's sentence stands for all."""
    found: dict[tuple[str | None, str, str], Gap] = {}
    for gap in gaps:
        key = (gap.field, gap.call, gap.code)
        held = found.get(key)
        found[key] = gap if held is None else replace(held, items=held.items + gap.items)
    return list(found.values())
