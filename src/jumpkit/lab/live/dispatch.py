"""Hands each call to the emulator's service, and says plainly which services the emulator lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from jumpkit.lab.live.callers import signed
from jumpkit.lab.live.exchange import give
from jumpkit.lab.live.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_NOT_CALLS = ("/moto-api", "/latest/")


class Dispatch(DomainDispatcherApplication):
    """The emulator; a service that it lacks is refused for good, where it would fail in a way that asks for a retry."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one call."""
        by, path = signed(environ), str(environ.get("PATH_INFO", ""))
        if by is not None and not path.startswith(_NOT_CALLS):
            host = self.infer_service_region_host(environ, path)
            if host is not None and self.get_backend_for_host(host) is None:
                kind = str(environ.get("CONTENT_TYPE", ""))
                answer = refusal(by.service, kind, "absent", str(uuid4()))
                return give(start_response, str(environ.get("REQUEST_METHOD", "")), answer)
        answered: Iterable[bytes] = super().__call__(environ, start_response)
        return answered
