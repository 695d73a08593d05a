"""Notes each request: a line of JSON on stderr and figures for whoever watches; never a query, a body or a secret."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOG = logging.getLogger("jumpkit.desk")
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30, 60)
_LONGEST = 200


class Figures:
    """What is counted; a server has its own, so that two in one process do not add up."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.registry = CollectorRegistry()
        names = ["method", "route"]
        self.requests = Counter("jumpkit_requests", "Requests answered.", [*names, "status"], registry=self.registry)
        self.seconds = Histogram(
            "jumpkit_request_seconds", "Seconds to an answer.", names, buckets=_BUCKETS, registry=self.registry
        )
        self.under_way = Gauge("jumpkit_requests_under_way", "Requests being answered.", registry=self.registry)
        self.streams = Gauge("jumpkit_streams", "Journals being followed.", registry=self.registry)
        self.logins = Counter("jumpkit_logins", "Attempts to come in.", ["outcome"], registry=self.registry)
        self.jobs = Gauge("jumpkit_jobs", "Work in the background.", ["state"], registry=self.registry)

    def text(self) -> bytes:
        """Return all as Prometheus reads it."""
        return generate_latest(self.registry)


class Recording:
    """An ASGI layer around all others."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        """Wrap an application."""
        self.app = app
        self.figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and note it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self.figures.under_way.inc()
        try:
            await self.app(scope, receive, noted)
        finally:
            self.figures.under_way.dec()
            self._note(scope, status, perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", None) or scope.get("state", {}).get(
            "route", "none"
        )  # the pattern: paths hold names of cases
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self.figures.requests.labels(method, route, str(status)).inc()
        self.figures.seconds.labels(method, route).observe(seconds)
        client = scope.get("client")
        told = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        told |= {"from": client[0] if client else None, "who": scope.get("state", {}).get("who")}
        _LOG.info("request", extra={"told": told})


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Lines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        body: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "what": record.getMessage()[:_LONGEST]}
        body |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[0]:
            body["error"] = record.exc_info[0].__name__  # its message may hold what was sent
        return json.dumps(body, ensure_ascii=True)


def log_as_lines(level: int) -> None:
    """Let our log, and the server's own, go to stderr as lines of JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    for name in ("jumpkit.desk", "uvicorn.error"):
        log = logging.getLogger(name)
        log.handlers, log.propagate = [handler], False
        log.setLevel(level)
