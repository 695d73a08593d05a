"""Escalation as a client writes it down: who is told when nobody answers; not for what a case has told already."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - msgspec reads annotations when it runs
from typing import Annotated, Literal

from msgspec import Meta

from jumpkit.model.people import Name, Shape, Text

Severity = Literal["informational", "low", "medium", "high", "critical"]


class Approval(Shape, frozen=True, kw_only=True):
    """Who said beforehand that these messages may go to our own people."""

    by: Text
    on: date


class Step(Shape, frozen=True, kw_only=True):
    """Whom to tell so many minutes after the start: a contact, who is on call, or a provider by one of its paths."""

    after: Annotated[int, Meta(ge=0, le=100_000)]
    contact: Name | None = None
    rota: Name | None = None
    path: Name | None = None  # of the policy's provider
    by: Name | None = None  # kind of channel; the first that is known where none is named


class Policy(Shape, frozen=True, kw_only=True):
    """A chain of steps that runs from a moment until another."""

    steps: tuple[Step, ...] = ()
    title: Text | None = None
    severities: tuple[Severity, ...] = ()
    starts: tuple[Name, ...] = ("detected", "reported")  # kinds of moments; the first that stands counts
    stops: Name = "acknowledged"
    provider: Name | None = None
    repeat: Annotated[int, Meta(ge=1, le=100_000)] | None = None  # minutes after which the last step comes again
    then: Name | None = None  # the policy that goes on where this one ends
    then_after: Annotated[int, Meta(ge=0, le=100_000)] | None = None  # minutes after the last step
    pre_approved: Approval | None = None
