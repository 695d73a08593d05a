"""Puts the application together from what lies in the folders."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from jumpkit.web import assets, failing, ops
from jumpkit.web.bounds import Bounds
from jumpkit.web.folder import routers
from jumpkit.web.gate import Gate
from jumpkit.web.headers import Headers
from jumpkit.web.record import Figures, Recording

if TYPE_CHECKING:
    from jumpkit.web.house import House


def build(house: House) -> FastAPI:
    """Return the application over one workspace."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.house, app.state.figures, app.state.streams = house, Figures(), 0
    failing.install(app)
    pages = list(routers("jumpkit.web.pages"))
    app.state.nav = sorted(filter(None, (getattr(page, "nav", None) for page in pages)))
    for router in (ops.router, assets.router, *routers("jumpkit.web.api"), *pages):
        app.router.routes.extend(router.routes)  # flat, so that whoever looks for doors finds them all
    app.mount("/static", StaticFiles(directory=str(files("jumpkit.web") / "static")))
    app.add_middleware(Gate)
    app.add_middleware(Bounds)
    app.add_middleware(Headers)
    app.add_middleware(Recording, figures=app.state.figures)  # the last one added is the outermost
    return app
