"""A page of the desk: one pair of files, `x.py` and `x.html`. See docs/add/page.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from jumpkit.admit.refusals import NotAdmitted
from jumpkit.kit.errors import JumpkitError
from jumpkit.web.failing import fault, status_of
from jumpkit.web.paper import draw
from jumpkit.web.seat import Seat, allowed, check_csrf, seat_of

_LONGEST = 5 << 20  # bytes of one field of a form: a note of a million letters
_FIELDS = 100
_FILES = 1000


@dataclass(frozen=True, slots=True)
class Ask:
    """What a browser asks: the parts of the path, the query, and what a form holds."""

    request: Request
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[UploadFile] = ()

    @property
    def case(self) -> str:
        """Return the case that the path names."""
        return self.path["case"]


Show = Callable[[Seat, Ask], dict[str, Any]]
Deed = Callable[[Seat, Ask], str | Response | None]
Sheet = Callable[[Seat, Ask], Response]


class Page:
    """A page: what it shows, parts of it that come later, and what its forms do."""

    def __init__(self, module: str, path: str, needs: str, title: str, nav: int | None = None) -> None:
        """Name the page's module, its path, the right that it takes, its title, and its place among the links."""
        self.name = module.rpartition(".")[2]
        self.path, self.needs, self.title = path, needs, title
        self.router = APIRouter()
        self.router.nav = None if nav is None else (nav, path, title)  # type: ignore[attr-defined]  # `build` reads it
        self._show: Show | None = None

    def show(self, function: Show) -> Show:
        """Take the function that returns what the template shows."""
        self._show = function

        def answer(request: Request) -> Response:
            seat, ask = self._admitted(request, self.needs), _ask(request)
            shown = {"title": self.title, **function(seat, ask)}
            return draw(request, seat, self.name, shown, status=shown.get("status", 200))

        self._add(self.path, "GET", self.needs, answer)
        return function

    def part(self, name: str, needs: str | None = None) -> Callable[[Show], Show]:
        """Take a function whose values the block of that name of the template shows, at `path/name`."""
        right = needs or self.needs

        def taken(function: Show) -> Show:
            def answer(request: Request) -> Response:
                seat, ask = self._admitted(request, right), _ask(request)
                return draw(request, seat, self.name, {"title": self.title, **function(seat, ask)}, block=name)

            self._add(self._below(name), "GET", right, answer)
            return function

        return taken

    def sheet(self, name: str) -> Callable[[Sheet], Sheet]:
        """Take a function whose answer stands for itself, with headers of its own, at `path/name`."""

        def taken(function: Sheet) -> Sheet:
            def answer(request: Request) -> Response:
                return function(self._admitted(request, self.needs), _ask(request))

            self._add(self._below(name), "GET", self.needs, answer)
            return function

        return taken

    def deed(self, name: str, needs: str, *, files: bool = False) -> Callable[[Deed], Deed]:
        """Take a function that does what a form asks, at `path/name`; it returns where to go on, or a file, or None."""

        def taken(function: Deed) -> Deed:
            self._add(self._below(name), "POST", needs, self._doing(name, needs, function), _FILES if files else 0)
            return function

        return taken

    def _doing(self, name: str, needs: str, function: Deed) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            seat = self._admitted(request, needs)
            ask = _ask(request, request.state.form, request.state.files)
            back = request.url.path.removesuffix(f"/{name}") or "/"
            try:
                if seat.session is not None:
                    check_csrf(seat, ask.form.get("csrf"))
                done = function(seat, ask)
                return done if isinstance(done, Response) else RedirectResponse(done or back, 303)
            except JumpkitError as error:
                return self._again(request, seat, ask, error)

        return answer

    def _again(self, request: Request, seat: Seat, ask: Ask, error: JumpkitError) -> Response:
        """Show the page again with what went wrong, and what was typed still in its form."""
        status = status_of(error)
        told = fault(error) if status == 500 else error  # noqa: PLR2004 - HTTP's own
        assert self._show is not None  # noqa: S101 - a page without one is our own fault
        shown = self._show(allowed(seat, self.needs, ask.path.get("case")), ask)
        context = {"title": self.title, **shown, "failed": told, "said": ask.form}
        return draw(request, seat, self.name, context, status=status)

    def _admitted(self, request: Request, right: str) -> Seat:
        request.scope["form"] = True  # the secret of the session stands in the form, not in a header
        return allowed(seat_of(request), right, request.path_params.get("case"))

    def _below(self, name: str) -> str:
        return f"{self.path.rstrip('/')}/{name}"

    def _add(self, path: str, method: str, right: str, answer: Callable[[Request], Response], files: int = 0) -> None:
        async def endpoint(request: Request) -> Response:
            request.state.route = path
            if method == "POST":
                request.state.form, request.state.files = await form_and_files(request, files)
            return await run_in_threadpool(_told, request, answer)

        endpoint.right = right  # type: ignore[attr-defined]  # what the test over all doors reads
        self.router.add_route(path, endpoint, methods=[method], include_in_schema=False)


async def form_of(request: Request) -> dict[str, str]:
    """Return the fields of a form that hold text."""
    return (await form_and_files(request, 0))[0]


async def form_and_files(request: Request, most: int) -> tuple[dict[str, str], list[UploadFile]]:
    """Return the fields of a form that hold text, and its files, of which it may hold so many."""
    form = await request.form(max_files=most, max_fields=_FIELDS, max_part_size=_LONGEST)
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile) and value.filename]
    return {name: value for name, value in form.items() if not isinstance(value, UploadFile)}, files


def _ask(request: Request, form: Mapping[str, str] | None = None, files: Sequence[UploadFile] = ()) -> Ask:
    return Ask(request, request.path_params, request.query_params, form or {}, files)


def _told(request: Request, answer: Callable[[Request], Response]) -> Response:
    """Answer, with a page of its own for what went wrong."""
    try:
        return answer(request)
    except NotAdmitted:
        return RedirectResponse(f"/login?next={request.url.path}", 303)
    except JumpkitError as error:
        status = status_of(error)
        told = fault(error) if status == 500 else error  # noqa: PLR2004 - HTTP's own
        return draw(request, None, "failed", {"title": "That did not work", "failed": told}, status=status)
