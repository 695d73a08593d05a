"""A trigger: what would destroy a machine or its evidence, who says so, and what takes it out of the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from jumpkit.kit.errors import NotFound, ProviderError
from jumpkit.kit.masking import mask_text
from jumpkit.kit.text import shown

if TYPE_CHECKING:
    from jumpkit.model.action import Call, Cloud, Json, Target
    from jumpkit.respond.plans import Wanted

Item = dict[str, Any]
State = Literal["armed", "suspected", "unknown"]
STOP, TERMINATE = "aws/stop_instance", "aws/terminate_instance"
BOTH = frozenset({STOP, TERMINATE})
NO_WRITE = "nothing is switched off by a guess: read what was refused, or go on with a reason"
_LONG = 200  # characters of what somebody else wrote that are shown


@dataclass(frozen=True, slots=True)
class Trigger:
    """One thing that would destroy something; `holds`: the actions that wait until it is out of the way."""

    kind: str
    state: State
    says: str  # what was read, or why nothing was
    read: str  # the call that says so: ec2:DescribeInstances
    destroys: str
    cure: Wanted | None = None  # the step that takes it out of the way
    none: str | None = None  # why there is no such step
    holds: frozenset[str] = BOTH

    def told(self) -> Json:
        """Return it as the promised object."""
        cure = self.cure
        target = {"kind": cure.target.kind, "uid": cure.target.uid} if cure else None
        return {
            "trigger": self.kind,
            "state": self.state,
            "says": self.says,
            "read": self.read,
            "destroys": self.destroys,
            "neutralize": {"action": cure.action, "target": target} if cure else None,
            "none": self.none,
            "holds": sorted(self.holds),
        }


@dataclass(slots=True)
class Look:
    """One look at one instance: the answers that came, and what was found."""

    cloud: Cloud
    target: Target
    found: list[Trigger] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)

    def ask(self, kind: str, destroys: str, call: Call, holds: frozenset[str] = BOTH) -> list[Item] | None:
        """Return all pages; what is not answered is an unknown trigger by its name, and None."""
        try:
            return [dict(page.body) for page in self.cloud.pages(call)]
        except (NotFound, ProviderError) as caught:
            self.unknown(kind, destroys, read_of(call), f"not read: {quoted(str(caught))}", holds)
            return None

    def unknown(self, kind: str, destroys: str, read: str, says: str, holds: frozenset[str] = BOTH) -> None:
        """Enter that nobody can tell."""
        self.found.append(Trigger(kind, "unknown", says, read, destroys, none=NO_WRITE, holds=holds))


def read_of(call: Call) -> str:
    """Return how a read is named: service and operation."""
    return f"{call.service}:{call.operation}"


def quoted(text: str, most: int = _LONG) -> str:
    """Return what somebody else wrote: secrets masked, escaped, bounded."""
    return shown(mask_text(text), most)


def whole(pages: list[Item], path: str) -> list[Item]:
    """Return the items of all pages."""
    return [each for page in pages for each in page.get(path) or ()]
