"""The states of a case and the ways between them; not for what a state demands of other rooms."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from jumpkit.kit.errors import BadUsage, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST = "new"
OPEN = ("new", "triage", "investigating", "contained", "eradicating", "recovering", "review")
HELD = "on_hold"
ENDED = ("closed", "false_positive", "duplicate", "benign")

# From a state to those that follow it. What is not here goes back, and going back needs a reason.
FORWARD: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "new": ("triage",),
        "triage": ("investigating", "false_positive", "duplicate", "benign"),
        "investigating": ("contained", "eradicating", "recovering", "review"),
        "contained": ("eradicating", "recovering", "review"),
        "eradicating": ("recovering", "review"),
        "recovering": ("review",),
        "review": ("closed",),
        "on_hold": OPEN[1:],
        "closed": (),
        "false_positive": (),
        "duplicate": (),
        "benign": (),
    }
)

# From a state to those that it may fall back to: to be wrong is no shame, to hide it would be.
BACK: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "contained": ("investigating",),
        "eradicating": ("investigating", "contained"),
        "recovering": ("investigating", "contained", "eradicating"),
        "review": ("investigating", "contained", "eradicating", "recovering"),
        "closed": ("investigating",),
        "false_positive": ("investigating",),
        "duplicate": ("investigating",),
        "benign": ("investigating",),
    }
)


def reachable(state: str) -> tuple[str, ...]:
    """Return the states that a case may go to from here, sorted."""
    held = (HELD,) if state in OPEN else ()
    return tuple(sorted({*FORWARD[state], *BACK.get(state, ()), *held}))


def check_move(state: str, to: str, reason: str | None) -> None:
    """Return if a case may go from `state` to `to`.

    Raises:
        BadUsage: there is no such state.
        Refused: there is no such way, or it needs a reason and none was given.

    """
    if to not in FORWARD:
        raise BadUsage(f"there is no state {to!r}", target=to, hint=f"states: {', '.join(FORWARD)}")
    if to not in reachable(state):
        raise Refused(
            f"a case in {state} does not go to {to}",
            target=to,
            hint=f"from {state} it goes to {', '.join(reachable(state)) or 'nowhere'}",
        )
    if (to in BACK.get(state, ()) or to == HELD) and not (reason or "").strip():
        raise Refused(f"going from {state} to {to} needs a reason", target=to, hint="say why it goes there")
