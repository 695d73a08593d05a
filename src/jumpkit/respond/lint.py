"""What an action must say of itself; what is missing is said by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jumpkit.model.action import DANGERS
from jumpkit.respond.gates import GATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.model.action import Action

_RIGHT = re.compile(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+")
_D3FEND = re.compile(r"D3-[A-Z0-9]+")
_ATTACK = re.compile(r"T\d{4}(\.\d{3})?")
_IRREVERSIBLE = ("collect", "eradicate", "recover")


def problems(action: Action) -> Iterator[str]:
    """Yield what an action fails to say, or says wrongly."""
    spec = action.spec
    for name in ("title", "effect", "loses", "target"):
        if not str(getattr(spec, name)).strip():
            yield f"{name} is empty"
    if not spec.proof:
        yield "it says nothing of what is proven"
    if spec.danger not in DANGERS:
        yield f"there is no danger {spec.danger!r}"
    yield from _rights(action)
    yield from _way_back(action)
    for gate in sorted(set(spec.needs_first) - set(GATES)):
        yield f"there is no gate {gate!r}"
    yield from (f"{each!r} is no D3FEND id" for each in spec.d3fend if not _D3FEND.fullmatch(each))
    yield from (f"{each!r} is no ATT&CK id" for each in spec.attack if not _ATTACK.fullmatch(each))


def _rights(action: Action) -> Iterator[str]:
    for each in (*action.spec.reads, *action.spec.writes):
        if not _RIGHT.fullmatch(each):
            yield f"{each!r} is no IAM action"
    if not action.spec.reads:
        yield "it looks at nothing"
    if (action.apply is None) == bool(action.spec.writes):
        yield "it changes something without saying so, or says so without changing anything"


def _way_back(action: Action) -> Iterator[str]:
    spec = action.spec
    if (action.apply is None) == (action.gather is None):
        yield "it must either change or gather"
    if (spec.undo is None) != (action.undo is None):
        yield "undo is told and not done, or done and not told"
    if action.undo is None and action.apply is not None and spec.verb not in _IRREVERSIBLE:
        yield f"an action to {spec.verb} must be taken back"
