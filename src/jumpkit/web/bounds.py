"""Bounds what a request may hold: everything but logs that are brought in is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.kit.errors import JumpkitError
from jumpkit.web.failing import as_object, reply

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MOST, _AT_THE_DOOR = 16 << 20, 64 << 10  # bytes; of those who are not in yet


class Bounds:
    """An ASGI layer that reads no more than that."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse what is too long before more of it is read."""
        if scope["type"] != "http" or scope["path"].endswith("/evidence"):
            await self.app(scope, receive, send)
            return
        most = _AT_THE_DOOR if scope["path"] in {"/login", "/logout"} else _MOST
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if not said.isdigit() or int(said) > most:
            await _too_long(most)(scope, receive, send)
            return
        held = 0

        async def bounded() -> Message:
            nonlocal held
            message = await receive()
            held += len(message.get("body", b""))
            if held > most:
                return {"type": "http.disconnect"}  # whoever goes on and on is not listened to
            return message

        await self.app(scope, bounded, send)


def _too_long(most: int) -> ASGIApp:
    error = JumpkitError(f"a request holds at most {most:,} bytes", target="request", hint="less at once")
    error.kind = "usage"
    return reply(as_object(error), 413)
