"""Asks for the kinds in one place; what is refused is a gap by name, never an empty list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import Denied, JumpkitError, MissingExtra, NotFound, ProviderError
from jumpkit.kit.expressions import filled, opened, plain, value, values
from jumpkit.kit.text import shown
from jumpkit.model.action import Call

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jumpkit.model.action import Cloud, Json
    from jumpkit.respond.sweep.kinds import Ask, Kind

_LONG = 400  # characters of a refusal that are kept


@dataclass(slots=True)
class Place:
    """An account's region, or what it has in none, while it is asked; equal calls are sent once."""

    cloud: Cloud
    account: str
    region: str | None
    request_ids: list[str] = field(default_factory=list)
    asked: int = 0
    answered: int = 0  # the provider's word that there is none counts
    denied: int = 0
    _held: dict[str, list[Json] | JumpkitError] = field(default_factory=dict)

    def pages(self, ask: Ask, of: Mapping[str, Any]) -> list[Json]:
        """Return all pages of an answer.

        Raises:
            JumpkitError: the provider did not answer.

        """
        parameters = filled(dict(ask.parameters), of)
        key = f"{ask.service} {ask.operation} {sorted(parameters.items(), key=str)}"
        if key not in self._held:
            self._held[key] = self._sent(Call(ask.service, ask.operation, parameters, self.region))
        held = self._held[key]
        if isinstance(held, JumpkitError):
            raise held
        return held

    def _sent(self, call: Call) -> list[Json] | JumpkitError:
        self.asked += 1
        pages: list[Json] = []
        try:
            for reply in self.cloud.pages(call):
                self.request_ids += [reply.request_id] if reply.request_id else []
                pages.append(plain(reply.body))
        except MissingExtra:
            raise
        except JumpkitError as error:
            self.answered += isinstance(error, NotFound)
            self.denied += isinstance(error, Denied)
            return error
        self.answered += 1
        return pages


def sweep(place: Place, wanted: Iterable[Kind]) -> Json:
    """Return what each kind has here: rows as the provider gave them, and gaps for what it did not answer."""
    return {kind.kind: _one(place, kind) for kind in wanted}


def _one(place: Place, kind: Kind) -> Json:
    gaps: list[Json] = []
    here = {"_": {"account": place.account, "region": place.region}}
    over = _listed(place, kind.over, here, gaps) if kind.over else [{}]
    rows = [_own(parent) | row for parent in over for row in _listed(place, kind.ask, here | parent, gaps)]
    whole = []
    for row in rows:
        if kind.said["keep"] is None or value(kind.said["keep"], here | _opened(kind, row)):
            whole.append(row | _more(place, kind, here | row, gaps))  # noqa: PERF401 - gaps grow meanwhile
    return {"rows": whole, "gaps": gaps}


def _own(parent: Json) -> Json:
    return {name: each for name, each in parent.items() if name != "_"}


def _listed(place: Place, ask: Ask, of: Json, gaps: list[Json]) -> list[Json]:
    try:
        pages = place.pages(ask, of)
    except JumpkitError as error:
        if not _none(ask, error):
            gaps.append(_gap(ask, error))
        return []
    return [each for page in pages for each in values(ask.wanted, page)]


def _more(place: Place, kind: Kind, of: Json, gaps: list[Json]) -> Json:
    found: Json = {}
    for ask in kind.more:
        try:
            pages = [value(ask.wanted, page) if ask.wanted else page for page in place.pages(ask, of)]
        except JumpkitError as error:
            if not _none(ask, error):
                gaps.append(_gap(ask, error) | {"about": str(value(kind.said["id"], of))})
            continue
        lists = len(pages) > 1 and all(isinstance(each, list | None) for each in pages)
        found[ask.field] = [entry for each in pages for entry in each or ()] if lists else (pages or [None])[0]
    return found


def _none(ask: Ask, error: JumpkitError) -> bool:
    """Tell whether the refusal is the provider's way to say that there is none."""
    return isinstance(error, NotFound | ProviderError) and error.code in ask.absent


def _gap(ask: Ask, error: JumpkitError) -> Json:
    code = getattr(error, "code", None) or error.kind
    call = f"{ask.service}:{ask.operation}"
    return {"call": call, "code": code, "because": shown(error.message, _LONG), "denied": isinstance(error, Denied)}


def _opened(kind: Kind, row: Json) -> Json:
    for path in kind.json:
        row = opened(row, path)
    return row
