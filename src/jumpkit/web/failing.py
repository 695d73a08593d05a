"""Turns what went wrong into an answer, once: the same object as on the command line, with a status."""

from __future__ import annotations

import json
import logging
import secrets
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from jumpkit.admit.refusals import LockedOut, NotAdmitted
from jumpkit.kit import errors

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

_LOG = logging.getLogger("jumpkit.desk")
_RETRY = 3  # seconds
_SHOWN = 8  # faults of a request that are told


class Forbidden(errors.Refused):
    """Their role may not do that."""

    kind = "forbidden"


class Changed(errors.Refused):
    """It is no longer what they had before them."""

    kind = "changed"


class Unusable(errors.BadUsage):
    """It can be read, and not used."""

    kind = "unusable"


# The first that fits counts.
_STATUS: tuple[tuple[type[errors.JumpkitError], int], ...] = (
    (NotAdmitted, 401),
    (Forbidden, 403),
    (LockedOut, 429),
    (Changed, 412),
    (Unusable, 422),
    (errors.NotFound, 404),
    (errors.MissingExtra, 501),
    (errors.BadUsage, 400),
    (errors.Busy, 503),
    (errors.NoSpace, 507),
    (errors.Refused, 409),
    (errors.Unreadable, 422),
    (errors.FellShort, 409),
    (errors.ProviderError, 502),
)


def status_of(error: errors.JumpkitError) -> int:
    """Return the status that tells what happened."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def as_object(error: errors.JumpkitError) -> dict[str, Any]:
    """Return an error as every door of jumpkit tells it."""
    told = {"kind": error.kind, "message": error.message, "target": error.target, "hint": error.hint}
    return {"error": told}


def reply(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return an object as JSON that every reader can take, lone surrogates and all."""
    return Response(json.dumps(body, ensure_ascii=True).encode(), status, headers, "application/json")


def refusal(error: errors.JumpkitError) -> Response:
    """Return an error as an answer to a program."""
    status = status_of(error)
    headers = {"retry-after": str(_RETRY)} if status in {429, 503} else {}
    headers |= {"www-authenticate": 'Bearer realm="jumpkit"'} if status == 401 else {}  # noqa: PLR2004 - HTTP's own
    return reply(as_object(error), status, headers)


def fault(error: BaseException) -> errors.JumpkitError:
    """Note a fault of ours under a number, without any value of a variable, and return what is told of it."""
    number = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    told = [f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames]
    _LOG.error("fault", extra={"told": {"report": number, "error": type(error).__name__, "frames": told}})
    found = errors.JumpkitError(
        f"a fault of ours, noted as {number}; nothing that was committed is lost",
        target=number,
        hint="send what the server's log says of that number; it holds no data",
    )
    found.kind = "fault"
    return found


def install(app: FastAPI) -> None:
    """Let the application answer errors so."""
    app.add_exception_handler(errors.JumpkitError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _ours)


async def _known(_request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.JumpkitError)  # noqa: S101 - Starlette calls it with nothing else
    return refusal(error if status_of(error) != 500 else fault(error))  # noqa: PLR2004 - HTTP's own


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    said = [f"{'.'.join(map(str, each['loc'][1:])) or 'body'}: {each['msg']}" for each in error.errors()[:_SHOWN]]
    return refusal(Unusable("; ".join(said)[:2000], target="request", hint="see /api/v1/openapi.json"))


async def _of_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    told = errors.JumpkitError(str(error.detail), target=None, hint="see /api/v1/openapi.json")
    told.kind = {404: "not_found", 405: "usage"}.get(error.status_code, "usage")
    return reply(as_object(told), error.status_code, dict(error.headers or {}))


async def _ours(_request: Request, error: Exception) -> Response:
    return refusal(fault(error))
