"""Alerts: handed in, listed, judged, made into cases; what was answered is kept, and kept once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from jumpkit.app.alertbook import alert_of, alerts_of, escalate, judge, take_alerts
from jumpkit.app.knowing import known_cases
from jumpkit.web.answers import answers, part
from jumpkit.web.failing import reply
from jumpkit.web.said import Said
from jumpkit.web.seat import Seat, needs

router = part("alerts")
Reader = Annotated[Seat, Depends(needs("alert.read"))]
Judge = Annotated[Seat, Depends(needs("alert.judge"))]


class Verdict(Said):
    """What it is, and why; what is hushed is so until a time."""

    verdict: str
    reason: str
    until: str | None = None


@router.post("/alerts", **answers("alerts-taken", 201, "kept"))
async def take(request: Request, at: Annotated[Seat, Depends(needs("alert.add"))]) -> Response:
    """Hand in one alert as JSON, or a list; one that is known is not kept again, so that asking again does no harm."""
    data = await request.body()
    return reply(await run_in_threadpool(take_alerts, at.opening, data), 201)


@router.get("/alerts", **answers("alerts"))
def list_alerts(
    at: Reader, state: str | None = None, after: int = Query(0, ge=0, le=10**9), limit: int = Query(100, ge=1, le=500)
) -> Response:
    """List alerts, the newest first."""
    with at.reading() as desk:
        found = alerts_of(desk, _known(at, desk), state)
    more = after + limit < len(found)
    body = {"schema": "alerts/1", "alerts": found[after : after + limit], "total": len(found)}
    return reply(body | {"next": after + limit if more else None})


@router.get("/alerts/{alert}", **answers("alert"))
def show_alert(alert: str, at: Reader) -> Response:
    """Show an alert with the text that came."""
    with at.reading() as desk:
        return reply(alert_of(desk, _known(at, desk), alert))


@router.post("/alerts/{alert}/judge", **answers("alert", 200, "judged"))
def judge_alert(alert: str, said: Verdict, at: Judge) -> Response:
    """Say that an alert is valid, false, or hushed until a time."""
    judge(at.opening, alert, said.verdict, said.reason, said.until)
    return show_alert(alert, at)


@router.post("/alerts/{alert}/escalate", **answers("alert", 200, "in a case"))
def escalate_alert(alert: str, at: Judge) -> Response:
    """Open a case for a valid alert; asked again, it is the same case."""
    escalate(at.opening, alert)
    return show_alert(alert, at)


def _known(at: Seat, desk: object) -> set[str]:
    return {str(each["case"]) for each in known_cases(desk, at.name)}  # type: ignore[arg-type]  # a desk, opened here
