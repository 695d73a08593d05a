"""Why somebody is not let in; it never says which of what they showed was wrong."""

from __future__ import annotations

from jumpkit.kit.errors import Refused


class NotAdmitted(Refused):
    """Nobody known asks."""

    kind = "unauthenticated"


class LockedOut(Refused):
    """They tried too often, and may try again later."""

    kind = "too_many"
