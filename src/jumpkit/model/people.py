"""People and the ways to reach them, as a client writes them down; not for who did what in a case."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - msgspec reads annotations when it runs
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Time = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Text = Annotated[str, Meta(min_length=1, max_length=500)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Kind = Literal[
    "internal",
    "csp",
    "saas",
    "regulator",
    "law_enforcement",
    "insurer",
    "counsel",
    "retainer",
    "pr",
    "customer",
    "partner",
    "other",
]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Shape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client's file may say; a word that is not known is an error, never left out in silence."""


class Way(Shape, frozen=True, kw_only=True):
    """One way to reach somebody."""

    kind: Name  # phone, mail, signal, pager, …
    address: Text
    depends_on: tuple[Name, ...] | None = None  # services; None: nobody said, which is not nothing
    out_of_band: bool = False
    via: str | None = None  # the channel of config.toml that carries messages to it
    verified: date | None = None


class Hours(Shape, frozen=True, kw_only=True):
    """Hours of the day, over midnight where they end before they begin."""

    start: Time = field(name="from")
    end: Time = field(name="to")
    days: tuple[Day, ...] = DAYS


class Contact(Shape, frozen=True, kw_only=True):
    """A person, or an office that many people staff."""

    name: Text
    kind: Kind
    organization: Text | None = None
    title: Text | None = None
    roles: tuple[Name, ...] = ()  # what they may be in an incident
    deputy: Name | None = None
    office: bool = False  # staffed by many: it needs no deputy
    zone: str | None = None
    hours: Hours | Literal["always"] | None = None
    channels: tuple[Way, ...] = ()
    verified: date | None = None  # of all channels that give no day of their own
    verify_every: Annotated[int, Meta(ge=1, le=3650)] = 180  # days
    authenticate: Text | None = None  # where the words or keys lie by which both sides know each other
    note: Annotated[str, Meta(max_length=4000)] | None = None


class Layer(Shape, frozen=True, kw_only=True):
    """People who take turns, at all hours or at some."""

    people: Annotated[tuple[Name, ...], Meta(min_length=1)]
    starts: date
    handover: Time = "09:00"
    every_days: Annotated[int, Meta(ge=1, le=366)] = 7
    hours: Hours | None = None
    zone: str | None = None  # the rota's, where none is named
    until: date | None = None  # the day of the last handover


class Shift(Shape, frozen=True, kw_only=True):
    """One person from one moment to another, in the rota's zone where no offset is written."""

    person: Name
    start: Text = field(name="from")
    end: Text = field(name="to")


class Rota(Shape, frozen=True, kw_only=True):
    """Who is on call when: turns, single shifts, and swaps that stand before both."""

    zone: str
    title: Text | None = None
    layers: tuple[Layer, ...] = ()
    shifts: tuple[Shift, ...] = ()
    swaps: tuple[Shift, ...] = ()
    covers: Hours | None = None  # None: every hour


class Service(Shape, frozen=True, kw_only=True):
    """What ways depend on: an identity provider, a mail system, a tenant, a carrier."""

    on: tuple[Name, ...]  # what it depends on itself; an empty list says: on nothing
    title: Text | None = None
    provider: Text | None = None


class Needs(Shape, frozen=True, kw_only=True):
    """The roles that an incident needs somebody for."""

    roles: tuple[Name, ...]
