"""Gathers evidence piece by piece; each is sealed as it comes, with what was expected and what was received."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.kit.errors import Denied, NotFound, ProviderError, Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from jumpkit.model.action import Action, Json, Mark, Target
    from jumpkit.respond.sending import Hands


@dataclass(slots=True)
class Gathered:
    """What lies on the shelf now, and what should lie there and does not."""

    items: list[Json] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    request_ids: list[str] = field(default_factory=list)


def gathered(hands: Hands, action: Action, target: Target, mark: Mark, effect: str) -> Gathered:
    """Gather and seal; an answer that is refused ends the gathering, and what came before it stays."""
    told = Gathered()
    assert action.gather is not None  # noqa: S101 - an action either changes or gathers: lint sees to it
    assert hands.shelve is not None  # noqa: S101 - whoever runs a plan hands it in
    try:
        for piece in action.gather(hands.cloud, target, mark):
            item = hands.shelve(piece, effect)
            told.items.append(item)
            told.request_ids += [each for each in (piece.about.get("request_ids") or []) if each]
            told.lacking += _short(piece.name, piece.about)
    except (Denied, NotFound, Unreachable, ProviderError) as caught:
        told.lacking.append(str(caught))
    if not told.items and not told.lacking:
        told.lacking.append("nothing came")
    return told


def _short(name: str, about: Mapping[str, Any]) -> list[str]:
    """Return what a piece lacks; an expectation that nobody has is no lack, and is told as null."""
    found = [f"{name}: {each}" for each in about.get("denied", ())]
    expected, received = about.get("expected"), about.get("received")
    if expected is not None and received is not None and received < expected:
        found.append(f"{name}: {received} of {expected} came")
    return found
