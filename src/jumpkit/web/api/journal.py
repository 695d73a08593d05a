"""The journal of a case, and a stream of what is added to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from jumpkit.admit.refusals import LockedOut
from jumpkit.app.casework import journal_of
from jumpkit.app.following import entries_from, present
from jumpkit.kit.errors import JumpkitError
from jumpkit.web.answers import answers, part, sends
from jumpkit.web.failing import reply
from jumpkit.web.said import Reader
from jumpkit.web.seat import Seat, seat_anew

router = part("journal")
_PAUSE = 0.7  # seconds between two looks
_BEAT = 20  # looks after which a line says that the stream still stands
_MOST = 200  # streams at once


@router.get("/cases/{case}/journal", **answers("journal"))
def show(case: str, at: Reader, *, every: bool = False) -> Response:
    """Tell what was done and decided, by whom and when."""
    with at.reading() as desk:
        return reply(journal_of(desk, case, whole=every))


@router.get("/cases/{case}/stream", **sends("text/event-stream", "an event for each line that is added"))
async def follow(case: str, at: Reader, request: Request) -> Response:
    """Follow the journal: events are named `journal`, their id is the place to go on from; `over` is the last."""
    streams = request.app.state.figures.streams
    if request.app.state.streams >= _MOST:
        raise LockedOut("too many follow journals", target="server", hint="try again in a moment")
    begin = request.headers.get("last-event-id", "")
    start = int(begin) + 1 if begin.isdecimal() and len(begin) < 18 else None  # noqa: PLR2004 - digits of a place

    async def lines() -> AsyncIterator[str]:
        request.app.state.streams += 1
        streams.inc()
        try:
            async for line in _lines(case, at, request, start):
                yield line
        finally:
            request.app.state.streams -= 1
            streams.dec()

    return StreamingResponse(lines(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def _lines(case: str, at: Seat, request: Request, start: int | None) -> AsyncIterator[str]:
    place = start if start is not None else await run_in_threadpool(_present, at, case)
    yield f"retry: 2000\nid: {place - 1}\n\n"
    beat = 0
    while not at.house.stopping.is_set():
        try:
            found = await run_in_threadpool(_more, request, case, place)
        except JumpkitError as error:  # the session ended, the token ran out, or the case is not theirs any more
            yield f"event: over\ndata: {json.dumps({'because': error.kind})}\n\n"
            return
        for entry in found:
            place = entry["seq"] + 1
            yield f"id: {entry['seq']}\nevent: journal\ndata: {json.dumps(entry)}\n\n"
        beat = 0 if found else beat + 1
        if beat == _BEAT:
            beat = 0
            yield ": still here\n\n"
        await asyncio.sleep(_PAUSE)
    yield 'event: over\ndata: {"because": "stopping"}\n\n'


def _present(at: Seat, case: str) -> int:
    with at.reading() as desk:
        return present(desk, case)


def _more(request: Request, case: str, place: int) -> list[dict[str, Any]]:
    """Return what was added, if whoever follows may still know of it."""
    seat = seat_anew(request, "case.read", case)
    with seat.reading() as desk:
        return entries_from(desk, case, place)
