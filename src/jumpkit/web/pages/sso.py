"""The door for those for whom somebody else vouches: out to the provider, and back."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from jumpkit.admit.sessions import TERM
from jumpkit.app.signing_on import arrive, leave, provider
from jumpkit.kit.errors import JumpkitError, NotFound
from jumpkit.web.failing import status_of
from jumpkit.web.pages.login import from_whom, next_of
from jumpkit.web.paper import draw
from jumpkit.web.seat import cookie_name, is_secure

router = APIRouter()
_TRIP = "jumpkit-trip"
_PATH = "/login/oidc"
_MINUTES = 600


@router.get(_PATH, include_in_schema=False)
def out(request: Request) -> Response:
    """Send somebody to the provider."""
    standing = request.app.state.house.standing
    try:
        vouching = provider(standing)
        if vouching is None:
            raise NotFound("there is no single sign-on here", target="oidc", hint="docs/desk.md")
        address, sealed = leave(standing, vouching, next_of(request.query_params.get("next")))
    except JumpkitError as error:
        return _refused(request, error)
    answer = RedirectResponse(address, 303)
    secure = is_secure(request)  # lax, since it must come back from another site
    answer.set_cookie(_TRIP, sealed.decode(), _MINUTES, path=_PATH, secure=secure, httponly=True, samesite="lax")
    return answer


@router.get(f"{_PATH}/back", include_in_schema=False)
def back(request: Request) -> Response:
    """Let in who comes back. A page in between, since a strict cookie does not travel along a way from another site."""
    house = request.app.state.house
    try:
        vouching = provider(house.standing)
        if vouching is None:
            raise NotFound("there is no single sign-on here", target="oidc", hint="docs/desk.md")
        state = request.query_params.get("state", "")
        sealed = request.cookies.get(_TRIP, "")
        cookie, there = arrive(house.standing, vouching, sealed, (str(request.url), state), from_whom(request))
    except JumpkitError as error:
        request.app.state.figures.logins.labels(error.kind).inc()
        return _refused(request, error)
    request.app.state.figures.logins.labels("in").inc()
    secure = is_secure(request)
    answer = draw(request, None, "sso", {"title": "You are in", "there": there})
    kept = int(TERM.total_seconds())
    answer.set_cookie(
        cookie_name(secure=secure), cookie, kept, path="/", secure=secure, httponly=True, samesite="strict"
    )
    answer.delete_cookie(_TRIP, path=_PATH)
    return answer


def _refused(request: Request, error: JumpkitError) -> Response:
    context = {"title": "Log in", "next": "/", "failed": error, "sso": False}
    return draw(request, None, "login", context, status=status_of(error))
