"""Sets of addresses of which a part may be unknown: what surely is in, what may be, and why that is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.respond.reach.spans import NONE, Spans
from jumpkit.respond.truth import NO, YES, Truth, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Known:
    """`sure` is in; what is not in `maybe` is out; between them it is unknown, for the reasons in `why`."""

    sure: Spans
    maybe: Spans
    why: tuple[str, ...] = ()

    def __or__(self, other: Known) -> Known:
        """Return what is in either."""
        return _known(self.sure | other.sure, self.maybe | other.maybe, self.why + other.why)

    def __and__(self, other: Known) -> Known:
        """Return what is in both."""
        return _known(self.sure & other.sure, self.maybe & other.maybe, self.why + other.why)

    def without(self, other: Spans) -> Known:
        """Return it less addresses that are surely out."""
        return _known(self.sure - other, self.maybe - other, self.why)

    def some_of(self, asked: Spans) -> Truth:
        """Return whether some of the asked addresses are in."""
        if self.sure & asked:
            return YES
        return unknown(*self.why) if self.maybe & asked else NO


def _known(sure: Spans, maybe: Spans, why: Iterable[str]) -> Known:
    return Known(sure, maybe, () if sure == maybe else tuple(sorted(set(why))))


def exactly(spans: Spans) -> Known:
    """Return a set that is known."""
    return Known(spans, spans)


def perhaps(spans: Spans, why: str) -> Known:
    """Return a set of which nothing is sure."""
    return Known(NONE, spans, (why,)) if spans else NOBODY


def joined(parts: Iterable[Known]) -> Known:
    """Return what is in any of them."""
    found = NOBODY
    for each in parts:
        found = found | each
    return found


NOBODY = exactly(NONE)
