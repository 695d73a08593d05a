"""Calls by which data goes without being read: handed to other accounts, exported, or brought within reach."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.identity import listed
from jumpkit.investigate.paths import parsed, texts_at, values_at
from jumpkit.investigate.policies import EVERYONE, let_in
from jumpkit.investigate.responsible import HELD, HELD_BY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jumpkit.investigate.loss.table import Kind, Step, Stores
    from jumpkit.investigate.responsible import Held
    from jumpkit.store.lake.read import Lake

_PUBLIC = re.compile(r"AllUsers|AuthenticatedUsers|public-read")
_CALLS = f"""
WITH {HELD}
SELECT e.time, e.metadata.uid, e.cloud.account.uid, e.cloud.region, e.api.service.name, e.api.operation,
       e.api.request.data, e.unmapped, e.principal.uid, e.principal.name, h.uid IS NOT NULL
FROM events e {HELD_BY}
WHERE e.api.operation IN (CALLS) AND e.status_code IS NULL AND e.metadata.log_name = 'aws/cloudtrail'
ORDER BY e.time, e.metadata.uid
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the lake has it, its texts read."""

    time: int
    event: str
    account: str | None
    region: str | None
    service: str | None
    operation: str
    request: dict[str, Any]
    rest: dict[str, Any]
    principal: str | None
    name: str | None
    held: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """One such call on one store, and the call that took it back, if any."""

    kind: Kind
    does: str
    store: str | None
    call: Call
    to: tuple[str, ...]
    answered: bool
    back: tuple[str, int, str] | None = None  # event, time, operation


def steps(lake: Lake, table: Stores, held: Held, own: frozenset[str]) -> list[Taken]:
    """Return the calls of the table's steps that succeeded, in order of time.

    What only accounts of one's `own` were let into has not left: it was brought within reach.
    """
    every = [(kind, step) for kind in table.kinds for step in kind.steps]
    operations = sorted({call for _, step in every for call in (*step.calls, *step.back)})
    calls = [
        Call(time, event, account, region, service, operation, parsed(request), parsed(rest), uid, name, own)
        for time, event, account, region, service, operation, request, rest, uid, name, own in lake.query(
            _CALLS.replace("CALLS", listed(operations)), held.columns
        )
    ]
    found = [_within(each, own) for kind, step in every for each in _of(kind, step, calls)]
    given = {(each.kind.kind, each.store) for each in found if each.does == "control" and not each.answered}
    kept = [each for each in found if not each.answered or (each.kind.kind, each.store) in given]
    return sorted(kept, key=lambda each: (each.call.time, each.call.event, each.kind.kind, each.store or ""))


def _within(taken: Taken, own: frozenset[str]) -> Taken:
    """Return a step that gave something to another account as no more than an exposure, where that is one's own."""
    if taken.does == "control" and taken.to and set(taken.to) <= own:
        return replace(taken, does="exposed")
    return taken


def _of(kind: Kind, step: Step, calls: Sequence[Call]) -> Iterator[Taken]:
    """Yield what one kind of step did, a store each."""
    for place, call in enumerate(calls):
        if call.operation not in step.calls or call.service != step.service or not _did(step, call):
            continue
        for store in _stores(step, call):
            back = _back(step, store, calls[place + 1 :])
            yield Taken(kind, step.does, store, call, _to(step, call), step.answered, back)


def _stores(step: Step, call: Call) -> list[str | None]:
    """Return the stores that a call is about, bare of their ARNs."""
    said = call.rest if step.unmapped else call.request
    found = [text for path in step.store for text in texts_at(said, path) if text]
    bare = [re.split("[:/]", text)[-1] if text.startswith("arn:") else text for text in found]
    return list(dict.fromkeys(bare)) or [None]


def _did(step: Step, call: Call) -> bool:
    """Return whether the call let anyone in, or gave anything away."""
    if step.only and not any(values_at(call.request, step.only)):
        return False
    if step.policy:
        return bool(_to(step, call))
    return not step.public or any(_PUBLIC.search(_said(call.request, path)) for path in step.public)


def _said(request: dict[str, Any], path: str) -> str:
    return json.dumps(values_at(request, path))


def _to(step: Step, call: Call) -> tuple[str, ...]:
    """Return to whom."""
    if step.policy:
        return tuple(who for document in values_at(call.request, step.policy) for who in let_in(document, call.account))
    if step.public:
        return (EVERYONE,)
    found = dict.fromkeys(text for path in step.to for text in texts_at(call.request, path))
    return tuple(EVERYONE if text == "all" else text for text in found)


def _back(step: Step, store: str | None, later: Sequence[Call]) -> tuple[str, int, str] | None:
    """Return the first later call that took it back; setting the same again does so where it lets nobody in."""
    for call in later:
        if call.operation not in step.back or store not in _stores(step, call):
            continue
        again = call.operation in step.calls
        takes = bool(any(values_at(call.request, step.back_only))) if step.back_only else not _did(step, call)
        if takes or not again:
            return call.event, call.time, call.operation
    return None
