"""Sigma filters: conditions that a site adds to rules it did not write."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jumpkit.detect.sources import covers
from jumpkit.detect.tree import And, Document, LogSource, Named

if TYPE_CHECKING:
    from jumpkit.detect.draft import Draft


def narrowed(draft: Draft, filtering: Document) -> str | None:
    """Add a filter to the rules that it names; return what it could not be added to, None where nothing is missing."""
    if filtering.filter is None or filtering.logsource is None:
        return "holds no filter"
    if filtering.filter.rules is None:
        places = [place for place in range(len(draft.infos)) if _fits(draft, place, filtering.logsource)]
        problems = [] if places else ["no rule has its log source"]
    else:
        places, problems = _named(draft, filtering.filter.rules, filtering.logsource)
    for place in places:
        _narrow(draft, place, filtering)
    return "; ".join(problems) or None


def _named(draft: Draft, names: tuple[str, ...], source: LogSource) -> tuple[list[int], list[str]]:
    places, problems = [], []
    for name in names:
        place = draft.called.get(name, draft.called.get(name.lower()))
        if place is None:
            problems.append(f"names the rule {name}, which is not loaded")
        elif not _fits(draft, place, source):
            problems.append(f"names the rule {name}, which has another log source")
        else:
            places.append(place)
    return places, problems


def _fits(draft: Draft, place: int, source: LogSource) -> bool:
    document = draft.documents[place]
    return document.kind == "rule" and document.logsource is not None and covers(source, document.logsource)


def _narrow(draft: Draft, place: int, filtering: Document) -> None:
    body = draft.bodies[place]
    if body.node is None or filtering.node is None:
        return
    added = Named(f"filter {filtering.title}".strip(), filtering.node)
    draft.bodies[place] = replace(body, node=And((body.node, added)), filters=(*body.filters, filtering.digest))
