"""One request and its answer, as the server's interface hands them over."""

from __future__ import annotations

import io
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jumpkit.lab.live.hearing import Answered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Environ = dict[str, Any]
_LONG = "content-length"
_OURS = ("x-lab-", "x-moto-", "x-forwarded-for")  # headers that only the lab's own programs may send


def header(environ: Environ, name: str) -> str:
    """Return a header of the request, empty where there is none."""
    return str(environ.get("HTTP_" + name.upper().replace("-", "_"), ""))


def strip(environ: Environ) -> None:
    """Forget the headers that a stranger has no right to send."""
    marks = tuple("HTTP_" + mark.upper().replace("-", "_") for mark in _OURS)
    for name in [name for name in environ if name.startswith(marks)]:
        del environ[name]


def read_body(environ: Environ) -> bytes:
    """Return the request's body and leave it there to be read again."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        body = bytes(stream.read())
    else:
        body = bytes(stream.read(int(environ.get("CONTENT_LENGTH") or 0)))
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    return body


def ask(inner: Callable[..., Iterable[bytes]], environ: Environ) -> Answered:
    """Return the whole answer of another application."""
    said: list[tuple[str, list[tuple[str, str]]]] = []
    pieces: list[bytes] = []

    def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], None]:
        said[:] = [(status, headers)]
        return pieces.append

    answer = inner(environ, start)
    try:
        pieces.extend(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()
    status, headers = said[0]
    return Answered(int(status.split()[0]), {name.lower(): value for name, value in headers}, b"".join(pieces))


def give(start: Callable[..., Any], method: str, answered: Answered) -> list[bytes]:
    """Hand an answer to the server, with the length that its body has; of a HEAD the length is what it was."""
    headers = [(name, value) for name, value in answered.headers.items() if name != _LONG]
    length = answered.headers.get(_LONG, "0") if method == "HEAD" else str(len(answered.body))
    if answered.status != HTTPStatus.NO_CONTENT:
        headers.append((_LONG, length))
    start(f"{answered.status} {HTTPStatus(answered.status).phrase}", headers)
    return [answered.body]
