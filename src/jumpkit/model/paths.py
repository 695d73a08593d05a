"""The paths to a provider, in order, and what each of them needs; not for what came of them in a case."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from jumpkit.model.people import Name, Shape, Text

PathKind = Literal["portal", "api", "phone", "chat", "mail", "form", "person", "out_of_band"]


class Path(Shape, frozen=True, kw_only=True):
    """One path to a provider."""

    title: Text
    kind: PathKind
    reach: Annotated[str, Meta(min_length=1, max_length=1000)]  # the address, or what to do
    use_for: Text | None = None
    needs: tuple[Name, ...] = ()  # support_plan, account_ids, pin, sign_in, …
    plans: tuple[Name, ...] = ()  # support plans of which one is needed; none: any will do
    depends_on: tuple[Name, ...] | None = None
    only_when_needed: bool = False  # nobody tries it for practice
    answers_in: Text | None = None  # as the provider says
    note: Annotated[str, Meta(max_length=2000)] | None = None
    sources: tuple[str, ...] = ()
    checked: str | None = None
    unverified: str | None = None


class Provider(Shape, frozen=True, kw_only=True):
    """What a client has with a provider; secrets are never written here, only where they are kept."""

    title: Text | None = None
    plan: Name | None = None  # None: nobody said
    has: dict[Name, Text] = field(default_factory=dict)  # what is at hand: need → where it is kept, or what it is
    order: tuple[Name, ...] = ()  # of paths; those not named follow
    paths: dict[Name, Path] = field(default_factory=dict)
    without: tuple[Name, ...] = ()  # paths that are not ours to use
    try_every: Annotated[int, Meta(ge=1, le=3650)] = 365  # days
