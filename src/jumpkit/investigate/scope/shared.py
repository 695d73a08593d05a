"""Who else holds a secret that the intruder read: what it opens is open to both, and no log tells them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.investigate.identity import KEY, listed
from jumpkit.investigate.provider import CALLS, provider
from jumpkit.investigate.scope.entries import Entry
from jumpkit.investigate.scope.hands import SUSPECTED, UNKNOWN, Step
from jumpkit.investigate.touched import Grip, touched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.investigate.scope.entries import Found
    from jumpkit.investigate.scope.hands import Hand
    from jumpkit.investigate.touched import Touch
    from jumpkit.store.lake.read import Lake

_KINDS = ("secret", "parameter")
_SERVICES = ("secretsmanager.amazonaws.com", "ssm.amazonaws.com")
_MOST = 1000  # credentials that are looked at, those with the most reads
_READERS = f"""
SELECT coalesce(principal.uid, 'unknown'), principal.session, {KEY}, count(*) AS reads FROM events
WHERE {CALLS} AND api.service.name IN ({{}}) AND api.operation IN ({{}}) AND status_code IS NULL
  AND principal.kind <> 'service' GROUP BY ALL ORDER BY reads DESC, 1, 2, 3 LIMIT {_MOST}
"""  # noqa: S608 - constants


def sharers(lake: Lake, found: Found) -> Iterator[Entry]:
    """Yield the principals outside the scope that read a secret which the intruder read or changed.

    Unknown: the secret opens for the intruder whatever it opens for them. Suspected: they read it after the intruder
    had changed it, and so got what the intruder put there.
    """
    taken: dict[str, list[tuple[Hand, Touch]]] = {}
    for hand, touch in found.reached.touches.values():
        if touch.kind in _KINDS and (touch.read or touch.changed):
            taken.setdefault(touch.uid, []).append((hand, touch))
    if not taken:
        return
    grips = [grip for grip in _readers(lake) if grip.id not in found.reached.hands.held]
    for other in touched(lake, grips):
        uid = grips[other.grip].id[0] or "unknown"
        if other.read and other.uid in taken and uid not in found.entries:
            yield _entry(found, grips[other.grip], other, taken[other.uid])


def _readers(lake: Lake) -> list[Grip]:
    """Return the credentials with which secrets were read."""
    operations = [name for service in _SERVICES for name in provider()["contents"][service]]
    rows = lake.query(_READERS.format(listed(_SERVICES), listed(operations)))
    return [Grip((uid, session, key)) for uid, session, key, _ in rows]


def _entry(found: Found, grip: Grip, other: Touch, taken: list[tuple[Hand, Touch]]) -> Entry:
    """Return one principal that holds the same secret."""
    identity = found.identities[grip.id]
    hand, touch = min(taken, key=lambda pair: (pair[1].first or 0, pair[0].uid))
    changed = [each for _, each in taken if each.changed and (other.last or 0) >= (each.first or 0)]
    what = f"{other.kind} {other.name}"
    if changed:
        state, why = SUSPECTED, f"it read {what} after the intruder had changed it, and works with what was put there"
    else:
        state = UNKNOWN
        why = f"it reads {what}, which the intruder read too: whatever that opens for it is open to the intruder"
    events = tuple(sorted(other.events))[:20]
    path = (
        *hand.step(touch.uid, "read" if touch.read else "changed", tuple(sorted(touch.events))[:20]),
        Step(touch.uid, identity.uid, "the same secret", events),
    )
    entry = Entry(identity.uid, identity.kind, identity.name, state, why, path, set(other.events), identity.account)
    entry.first, entry.last, entry.count = other.first, other.last, sum(other.done.values())
    return entry
