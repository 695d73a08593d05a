"""The door: name, password and, where one was set up, a code; and the way out."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from jumpkit.admit.sessions import TERM, From
from jumpkit.app.coming import Shown, come_in, go
from jumpkit.app.signing_on import provider
from jumpkit.kit.errors import JumpkitError
from jumpkit.web.failing import status_of
from jumpkit.web.page import form_of
from jumpkit.web.paper import draw
from jumpkit.web.seat import check_csrf, check_origin, cookie_name, is_secure, seat_of

router = APIRouter()


@router.get("/login", include_in_schema=False)
def show(request: Request) -> Response:
    """Show the door."""
    return draw(
        request,
        None,
        "login",
        {"title": "Log in", "next": next_of(request.query_params.get("next")), "sso": _sso(request)},
    )


@router.post("/login", include_in_schema=False)
async def enter(request: Request) -> Response:
    """Let somebody in."""
    form = await form_of(request)
    return await run_in_threadpool(_entered, request, form)


@router.post("/logout", include_in_schema=False)
async def leave(request: Request) -> Response:
    """Let somebody go."""
    form = await form_of(request)
    return await run_in_threadpool(_left, request, form)


def _entered(request: Request, form: dict[str, str]) -> Response:
    house, figures = request.app.state.house, request.app.state.figures
    shown = Shown(form.get("name", ""), form.get("password", ""), form.get("code", ""))
    there = next_of(form.get("next"))
    try:
        check_origin(request)
        with house.checking():
            _, cookie = come_in(house.standing, shown, from_whom(request))
    except JumpkitError as error:
        figures.logins.labels(error.kind).inc()
        context = {
            "title": "Log in",
            "next": there,
            "failed": error,
            "said": {"name": form.get("name", "")},
            "sso": _sso(request),
        }
        return draw(request, None, "login", context, status=status_of(error))
    figures.logins.labels("in").inc()
    answer = RedirectResponse(there, 303)
    secure = is_secure(request)
    kept = int(TERM.total_seconds())
    answer.set_cookie(
        cookie_name(secure=secure), cookie, max_age=kept, path="/", secure=secure, httponly=True, samesite="strict"
    )
    return answer


def _left(request: Request, form: dict[str, str]) -> Response:
    request.scope["form"] = True
    answer = RedirectResponse("/login", 303)
    try:
        seat = seat_of(request)
        check_csrf(seat, form.get("csrf"))
    except JumpkitError:
        return answer  # whoever is not in, or did not ask for it themselves, stays as they are
    if seat.session is not None:
        go(seat.house.standing, seat.session["session"])
        answer.delete_cookie(cookie_name(secure=is_secure(request)), path="/")
    return answer


def _sso(request: Request) -> bool:
    return provider(request.app.state.house.standing) is not None


def from_whom(request: Request) -> From:
    """Return where somebody comes from."""
    return From(request.client.host if request.client else "unknown", request.headers.get("user-agent", ""))


def next_of(text: str | None) -> str:
    r"""Return where to go on: a path of ours, never another site.

    >>> next_of("/cases/C-1"), next_of("//evil.example"), next_of("https://evil.example"), next_of("/\\evil")
    ('/cases/C-1', '/', '/', '/')
    """
    parts = urlsplit(text or "/")
    fine = not parts.scheme and not parts.netloc and parts.path.startswith("/") and "\\" not in parts.path
    return parts.path if fine and not parts.path.startswith("//") else "/"
