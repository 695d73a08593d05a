"""What follows from the events of a case: scope, loss, persistence, principals, network, timeline, story, coverage."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from jumpkit.app.coverage import coverage
from jumpkit.app.knowing import known_cases
from jumpkit.app.limits import limits
from jumpkit.app.loss import loss
from jumpkit.app.network import network
from jumpkit.app.persistence import persistence
from jumpkit.app.principals import principals
from jumpkit.app.scope import scope
from jumpkit.app.story import story
from jumpkit.app.timeline import timeline
from jumpkit.app.workspace import Desk
from jumpkit.investigate.axis import KINDS
from jumpkit.investigate.axis import Asked as Stretch
from jumpkit.investigate.loss import Asked
from jumpkit.kit.errors import BadUsage
from jumpkit.kit.masking import mask
from jumpkit.web.answers import answers, part
from jumpkit.web.failing import reply
from jumpkit.web.said import Asker, Said
from jumpkit.web.seat import Seat

router = part("investigation")


@router.get("/cases/{case}/scope", **answers("scope"))
def show_scope(case: str, at: Asker, seed: Annotated[list[str] | None, Query()] = None) -> Response:
    """Tell how far it went: confirmed, suspected, cleared, unknown."""
    with at.asking() as desk:
        return reply(mask(scope(desk, case, seeds=seed or [])))


@router.get("/cases/{case}/loss", **answers("loss"))
def show_loss(
    case: str, at: Asker, by: Annotated[list[str] | None, Query()] = None, *, everyone: bool = False
) -> Response:
    """Tell what left, for certain or possibly."""
    with at.asking() as desk:
        return reply(loss(desk, case, Asked(tuple(by or ()), everyone)))


@router.get("/cases/{case}/persistence", **answers("persistence"))
def show_persistence(case: str, at: Asker) -> Response:
    """Tell what was left behind."""
    with at.asking() as desk:
        return reply(persistence(desk, case))


@router.get("/cases/{case}/principals", **answers("principals"))
def show_principals(case: str, at: Asker, asset: str | None = None) -> Response:
    """Tell whose hands, and who stands behind them."""
    with at.asking() as desk:
        return reply(mask(principals(desk, case, asset=asset)))


@router.get("/cases/{case}/network", **answers("network"))
def show_network(case: str, at: Asker) -> Response:
    """Tell who spoke with whom."""
    with at.asking() as desk:
        return reply(network(desk, case))


@router.get("/cases/{case}/story", **answers("story"))
def show_story(case: str, at: Asker) -> Response:
    """Tell which attacks the findings tell, in their order."""
    with at.asking() as desk:
        return reply(story(desk, case))


class Window(Said):
    """Which part of the axis is wanted."""

    since: str | None = None
    until: str | None = None
    principal: str | None = None
    resource: str | None = None
    ip: str | None = None
    kind: list[str] = Field(default_factory=list)
    every: bool = False
    limit: int = Field(default=2000, ge=1, le=20_000)


@router.get("/cases/{case}/timeline", **answers("timeline"))
def show_timeline(case: str, at: Asker, asked: Annotated[Window, Query()]) -> Response:
    """Tell when everything happened: all sources on one axis."""
    strange = sorted(set(asked.kind) - set(KINDS))
    if strange:
        raise BadUsage(f"there is no kind {strange[0]}", target="kind", hint=", ".join(KINDS))
    span = (_ms(asked.since), _ms(asked.until))
    about = (asked.principal, asked.resource, asked.ip)
    stretch = Stretch(*span, *about, tuple(asked.kind), asked.every, asked.limit)
    with at.asking() as desk:
        return reply(timeline(desk, case, stretch))


@router.get("/cases/{case}/coverage", **answers("coverage"))
def show_coverage(case: str, at: Asker, *, now: bool = False) -> Response:
    """Tell what is logged and what is not, by account, region and source."""
    with at.asking() as desk:
        return reply(coverage(desk, case, now=now, known=_known(desk, at)))


@router.get("/limits", **answers("limits"))
def show_limits(at: Asker, *, open_only: bool = False) -> Response:
    """Tell what is not logged, over all cases that are there for you."""
    with at.reading() as desk:
        return reply(limits(desk, open_only=open_only, known=_known(desk, at)))


def _known(desk: Desk, at: Seat) -> set[str]:
    return {str(each["case"]) for each in known_cases(desk, at.name)}


def _ms(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as caught:
        raise BadUsage(f"{text!r} is no time", target="since", hint="such as 2026-03-28T23:30:00Z") from caught
    if at.tzinfo is None:
        raise BadUsage(f"{text} does not say in which zone", target="since", hint=f"{text}Z for UTC")
    return round(at.timestamp() * 1000)
