"""Answers that may be unknown: yes, no, or not known and why; never a guess between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Truth:
    """Yes (True), no (False) or unknown (None), and of what is unknown the reasons, sorted."""

    value: bool | None
    why: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Return whether it is yes or no."""
        return self.value is not None


YES = Truth(value=True)
NO = Truth(value=False)


def unknown(*why: str) -> Truth:
    """Return the answer that is not known, for these reasons."""
    return Truth(None, tuple(sorted(set(why))))


def truth(value: bool) -> Truth:  # noqa: FBT001 - the one thing it is about
    """Return yes or no."""
    return YES if value else NO


def opposite(one: Truth) -> Truth:
    """Return no for yes, yes for no, and unknown for unknown.

    >>> opposite(YES) == NO, opposite(unknown("x"))
    (True, Truth(value=None, why=('x',)))
    """
    return one if one.value is None else truth(not one.value)


def every(truths: Iterable[Truth]) -> Truth:
    """Return no where one is no, else unknown where one is unknown, else yes.

    >>> every([YES, unknown("x"), NO]) == NO, every([YES, unknown("x")]).value, every([]) == YES
    (True, None, True)
    """
    return _joined(truths, deciding=False)


def some(truths: Iterable[Truth]) -> Truth:
    """Return yes where one is yes, else unknown where one is unknown, else no.

    >>> some([NO, unknown("x"), YES]) == YES, some([NO, unknown("x")]).value, some([]) == NO
    (True, None, True)
    """
    return _joined(truths, deciding=True)


def _joined(truths: Iterable[Truth], *, deciding: bool) -> Truth:
    why: set[str] = set()
    doubt = False
    for one in truths:
        if one.value is deciding:
            return truth(deciding)
        if one.value is None:
            doubt = True
            why.update(one.why)
    return unknown(*why) if doubt else truth(not deciding)


def at_best_unknown(one: Truth, why: str) -> Truth:
    """Return `one`, its no weakened to unknown: something that was not looked at could still make it a yes."""
    return unknown(why) if one.value is False else one


def at_most_unknown(one: Truth, why: str) -> Truth:
    """Return `one`, its yes weakened to unknown: it holds only if something else does that is not known."""
    return unknown(why) if one.value else one
