"""What those ask who watch the server, without coming in: is it there, is it ready, how is it, what can it do."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from jumpkit import __version__
from jumpkit.web.answers import document
from jumpkit.web.failing import reply
from jumpkit.web.house import told

router = APIRouter()
OPEN = frozenset({"/healthz", "/readyz", "/metrics", "/api/v1/openapi.json"})  # the doors without a lock


@router.get("/healthz")
async def healthz() -> Response:
    """Tell that the server is there."""
    return reply({"status": "ok", "version": __version__})


@router.get("/readyz")
def readyz(request: Request) -> Response:
    """Tell whether the workspace answers."""
    house = request.app.state.house
    if house.stopping.is_set():
        return reply({"status": "stopping"}, 503)
    told(house)
    return reply({"status": "ready"})


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Give figures to Prometheus."""
    return Response(request.app.state.figures.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/api/v1/openapi.json", include_in_schema=False)
def openapi(request: Request) -> Response:
    """Describe the API."""
    return reply(document(request.app))
