"""Links of correlations: their rules found, cycles refused, and what each rule has to bring along for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from jumpkit.detect.ordered import too_many

if TYPE_CHECKING:
    from jumpkit.detect.draft import Draft
    from jumpkit.detect.tree import Correlation


def connect(draft: Draft) -> None:
    """Resolve all correlations of a draft in place."""
    places = [place for place, body in enumerate(draft.bodies) if body.correlation is not None]
    for place in places:
        _resolve(draft, place)
    for place in _inwards(draft, places):
        _inherit(draft, place)
    _mark_findings(draft, places)
    _ask(draft, places)


def _resolve(draft: Draft, place: int) -> None:
    body = draft.bodies[place]
    correlation = body.correlation
    if correlation is None:
        return
    bases = [_called(draft, name) for name in correlation.rules]
    gone = [name for name, base in zip(correlation.rules, bases, strict=True) if base is None]
    if gone:
        draft.fail(place, f"correlates {gone[0]}, which is not loaded")
    problem = _undefined(correlation)
    if problem is not None:
        draft.fail(place, problem)
    draft.bodies[place] = replace(
        body,
        bases=tuple(base for base in bases if base is not None),
        correlation=msgspec.structs.replace(correlation, aliases=_aliases(draft, correlation)),
    )


def _called(draft: Draft, name: str) -> int | None:
    return draft.called.get(name, draft.called.get(name.lower()))


def _aliases(draft: Draft, correlation: Correlation) -> dict[str, dict[str, str]]:
    """Return the aliases with each rule under the name by which the correlation lists it."""
    listed = {_called(draft, name): name for name in correlation.rules}
    return {
        alias: {listed.get(_called(draft, name), name): path for name, path in mapping.items()}
        for alias, mapping in correlation.aliases.items()
    }


def _undefined(correlation: Correlation) -> str | None:
    taken = () if correlation.threshold is None else correlation.threshold.fields
    if len(taken) > 1 and correlation.kind != "value_count":
        return f"a {correlation.kind} of several fields is not defined"
    if correlation.kind != "temporal_ordered":
        return None
    if correlation.condition is not None:
        return "its condition has too many alternatives" if too_many(correlation.condition) else None
    threshold = correlation.threshold
    if threshold is not None and (threshold.op, threshold.count) != ("gte", len(correlation.rules)):
        return "an order of some of the rules only is not defined"
    return None


def _inwards(draft: Draft, places: list[int]) -> list[int]:
    """Return the correlations, each after those that it correlates; those in or above a circle fail and come last."""
    done: dict[int, None] = {}
    waiting = dict.fromkeys(places)
    while True:
        ready = [place for place in waiting if not any(base in waiting for base in draft.bodies[place].bases)]
        if not ready:
            break
        for place in ready:
            del waiting[place]
        done.update(dict.fromkeys(ready))
    for place in waiting:
        draft.fail(place, "correlates itself, or one that does")
    return [*done, *waiting]


def _inherit(draft: Draft, place: int) -> None:
    bases = [draft.infos[base] for base in draft.bodies[place].bases]
    for base in bases:
        if not base.live:
            draft.fail(place, f"correlates {base.rule}, which is not runnable: {base.reason}"[:400])
    sources = tuple(sorted({source for base in bases for source in base.sources}))
    draft.infos[place] = replace(draft.infos[place], sources=sources)


def _mark_findings(draft: Draft, places: list[int]) -> None:
    own: dict[int, bool] = {}
    for place in places:
        correlation = draft.bodies[place].correlation
        for base in draft.bodies[place].bases:
            own[base] = own.get(base, False) or (correlation is not None and correlation.generate)
    for base, findings in own.items():
        draft.infos[base] = replace(draft.infos[base], findings=findings)


def own_fields(correlation: Correlation) -> tuple[str, ...]:
    """Return the fields that a correlation groups by or takes, under its own names."""
    taken = () if correlation.threshold is None else correlation.threshold.fields
    return tuple(dict.fromkeys((*correlation.group_by, *taken)))


def field_of(correlation: Correlation, number: int, name: str) -> str:
    """Return what a correlation's field is called in the events of its rule of that number."""
    return correlation.aliases.get(name, {}).get(correlation.rules[number], name)


def _ask(draft: Draft, places: list[int]) -> None:
    """Have every rule under a correlation bring along the fields that are wanted of it."""
    open_ = [
        (place, name)
        for place in places
        for correlation in [draft.bodies[place].correlation]
        if draft.infos[place].live and correlation is not None
        for name in own_fields(correlation)
    ]
    seen = set(open_)
    while open_:
        place, name = open_.pop()
        body = draft.bodies[place]
        if body.correlation is None:
            draft.bodies[place] = replace(body, fields=tuple(sorted({*body.fields, name})))
            continue
        for number, base in enumerate(body.bases):
            asked = (base, field_of(body.correlation, number, name))
            if asked not in seen:
                seen.add(asked)
                open_.append(asked)
