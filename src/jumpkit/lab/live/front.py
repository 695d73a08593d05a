"""What stands before the emulator: it knows the callers, moves the clock for those who may, and notes each call."""

from __future__ import annotations

import hmac
import io
import json
from typing import TYPE_CHECKING, Any

from jumpkit.lab.live import callers, clock
from jumpkit.lab.live.control import ACCOUNT, CLOCK, PREFIX, TOKEN
from jumpkit.lab.live.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Environ = dict[str, Any]
_OURS = ("x-lab-", "x-moto-")  # headers that only the lab's own programs may send


class Front:
    """The WSGI application in front of the emulator's own."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], token: str) -> None:
        """Remember the emulator and the token of those who are believed."""
        self._inner = inner
        self._token = token
        self.when_told_to_stop: Callable[[], None] = lambda: None

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        trusted = hmac.compare_digest(_header(environ, TOKEN), self._token)
        path = str(environ.get("PATH_INFO", ""))
        if path.startswith((PREFIX, "/moto-api")) and not trusted:
            return _plain(start, "403 Forbidden", b"", "text/plain")
        if path.startswith(PREFIX):
            return _plain(
                start, "200 OK", json.dumps(self._told(path.removeprefix(PREFIX))).encode(), "application/json"
            )
        if not trusted:
            _strip(environ)
        with clock.moved(float(_header(environ, CLOCK) or 0)):
            return self._call(environ, start)

    def _told(self, what: str) -> Any:
        """Do what one of the lab's own programs asks."""
        if what == "stop":
            self.when_told_to_stop()
        return {"alive": True}

    def _call(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        """Hand a call to the emulator if its key is worth something, and give back what it says."""
        who = callers.signed(environ)
        _read_body(environ)
        if who is not None and not _header(environ, ACCOUNT):
            standing = callers.standing(who.key)
            if standing != "active":
                status, kind, body = refusal(
                    who.service, str(environ.get("CONTENT_TYPE", "")), expired=standing == "expired"
                )
                return _plain(start, status, body, kind)
        answer = _Answer()
        answer.take(self._inner(environ, answer.start))
        start(answer.status, answer.headers)
        return [answer.body]


class _Answer:
    """What the emulator says, held until it is noted."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self.body = b""

    def start(self, status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], None]:
        """Take status and headers."""
        self.status, self.headers = status, headers
        return self._more

    def take(self, pieces: Iterable[bytes]) -> None:
        """Take the body."""
        try:
            self.body += b"".join(pieces)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()

    def _more(self, piece: bytes) -> None:
        self.body += piece


def _header(environ: Environ, name: str) -> str:
    return str(environ.get("HTTP_" + name.upper().replace("-", "_"), ""))


def _strip(environ: Environ) -> None:
    """Forget the headers that a stranger has no right to send."""
    marks = tuple("HTTP_" + mark.upper().replace("-", "_") for mark in (*_OURS, "x-forwarded-for"))
    for name in [name for name in environ if name.startswith(marks)]:
        del environ[name]


def _read_body(environ: Environ) -> bytes:
    """Return the request's body and leave it there to be read again."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        body = bytes(stream.read())
    else:
        body = bytes(stream.read(int(environ.get("CONTENT_LENGTH") or 0)))
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    return body


def _plain(start: Callable[..., Any], status: str, body: bytes, kind: str) -> list[bytes]:
    start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
