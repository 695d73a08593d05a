"""What an archive hands out: its members one after the other, each with its content or why it has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.collect.names import display_bytes, escapes

if TYPE_CHECKING:
    from jumpkit.collect.streams import Peeked


@dataclass(frozen=True, slots=True)
class Member:
    """One member; `content` is to be read before the next member is asked for."""

    name: str
    content: Peeked | None
    kind: str = ""  # of the rejection, where there is no content
    reason: str = ""


class Naming:
    """Shown names of one archive's members, told apart where two have the same."""

    def __init__(self) -> None:
        """Start with no name taken."""
        self._taken: dict[str, int] = {}

    def shown(self, raw: bytes) -> str:
        """Return a name that no other member has; the second `a` is called `a#2`."""
        name = display_bytes(raw) or "(no name)"
        count = self._taken.get(name, 0)
        self._taken[name] = count + 1
        return name if not count else self.shown(b"%s#%d" % (raw or b"(no name)", count + 1))


def climbs(raw: bytes) -> tuple[str, str] | None:
    """Return the rejection of a member whose name leads out of its archive; None for any other."""
    if escapes(raw.decode("utf-8", "surrogateescape")):
        return "escapes", "its name leads out of the archive: it was not read"
    return None
