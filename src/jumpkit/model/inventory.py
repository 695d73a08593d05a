"""What an estate holds, as its provider told it, and what could not be asked; no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]
State = Literal["known", "partial", "unknown", "not_offered", "uncovered"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a kind of things is asked for; `region` is None for what an account has only once."""

    account: str
    region: str | None
    partition: str = "aws"


@dataclass(frozen=True, slots=True)
class Gap:
    """An answer that is missing: of a whole part where `field` is None, else one field of some of its items."""

    field: str | None
    call: str  # service:Operation
    code: str  # the provider's word, or ours where it said nothing
    because: str
    lacks: str | None  # the IAM action without which it was refused, None where rights are not the reason
    items: int = 1  # of how many items


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing of an estate, as it was at `seen_at` by the provider's clock."""

    kind: str
    place: Place
    region: str | None  # where it is; a bucket is asked for once an account and lies in a region
    uid: str  # the provider's own id or name, unique within kind, account and region
    arn: str | None
    name: str | None
    created: str | None
    tags: Mapping[str, str]
    body: Json  # the provider's members, secrets left out; a member that could not be read is absent and a gap
    gaps: tuple[Gap, ...]
    seen_at: str | None
    digest: str  # of what changes only when somebody changes it
    provider: str = "aws"


@dataclass(frozen=True, slots=True)
class Part:
    """One kind in one place: how far it was read."""

    place: Place
    kind: str
    state: State
    items: int
    gaps: tuple[Gap, ...] = ()
    seen_at: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A part with its items."""

    part: Part
    items: tuple[Item, ...] = field(default=())
