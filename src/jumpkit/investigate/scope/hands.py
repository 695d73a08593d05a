"""The credentials in an intruder's hands, followed from the seeds over keys that were issued, made and held."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.investigate.touched import Grip

if TYPE_CHECKING:
    from jumpkit.investigate.identity import IdentityKey

CONFIRMED, SUSPECTED, CLEARED, UNKNOWN = "confirmed", "suspected", "cleared", "unknown"
ORDER = {CONFIRMED: 0, SUSPECTED: 1, UNKNOWN: 2, CLEARED: 3}
_LONGEST = 12  # steps of a path that are kept


@dataclass(frozen=True, slots=True)
class Step:
    """One edge on the way from a seed: what led to what, in a word how, and the events that say so."""

    start: str
    end: str
    why: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hand:
    """A credential that the intruder used, or may have used, and from which addresses its calls are the intruder's."""

    id: IdentityKey
    uid: str  # of the key, or of the sign-in where there is no key
    state: str
    why: str
    path: tuple[Step, ...]
    ips: frozenset[str] | None = None  # None: all of its calls
    events: tuple[str, ...] = ()

    @property
    def grip(self) -> Grip:
        """Return what its calls are found by."""
        return Grip(self.id, self.ips)

    def step(self, end: str, why: str, events: tuple[str, ...]) -> tuple[Step, ...]:
        """Return the path that leads over this credential to `end`."""
        return (*self.path, Step(self.uid, end, why, events))[-_LONGEST:]


@dataclass(slots=True)
class Hands:
    """All credentials that were reached so far."""

    held: dict[IdentityKey, Hand] = field(default_factory=dict)

    def add(self, hand: Hand) -> bool:
        """Take in a credential unless it is held as firmly and as widely already; return whether it was news."""
        known = self.held.get(hand.id)
        if known is not None and not _more(hand, known):
            return False
        if known is not None and hand.state == known.state and known.ips is not None and hand.ips is not None:
            hand = Hand(hand.id, hand.uid, known.state, known.why, known.path, known.ips | hand.ips, known.events)
        self.held[hand.id] = hand
        return True

    def of(self, state: str) -> list[Hand]:
        """Return the credentials of a state, sorted."""
        return sorted((hand for hand in self.held.values() if hand.state == state), key=lambda hand: place_of(hand.id))


def place_of(identity: IdentityKey) -> tuple[str, str, str]:
    """Return what credentials are sorted by."""
    return identity[0] or "", identity[1] or "", identity[2] or ""


def _more(hand: Hand, known: Hand) -> bool:
    """Return whether `hand` says more than what is known of the same credential."""
    if hand.state != known.state:
        return ORDER[hand.state] < ORDER[known.state]
    if known.ips is None:
        return False
    return hand.ips is None or bool(hand.ips - known.ips)
