"""Stands before all of the API: who is not known is told so before anything that they sent is read."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from jumpkit.kit.errors import JumpkitError
from jumpkit.web.failing import fault, refusal, status_of
from jumpkit.web.ops import OPEN
from jumpkit.web.seat import seat_of


class Gate:
    """An ASGI layer around the doors."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through who is known, and whatever is no part of the API."""
        path = scope.get("path", "")
        if scope["type"] == "http" and path.startswith("/api") and path not in OPEN:
            request = Request(scope, receive)
            try:
                await run_in_threadpool(seat_of, request)
            except JumpkitError as error:
                told = error if status_of(error) != 500 else fault(error)  # noqa: PLR2004 - HTTP's own
                await refusal(told)(scope, receive, send)
                return
        await self.app(scope, receive, send)
