"""Hands each call to the emulator's service, and says plainly which services and calls the emulator lacks."""

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
                return _lacking(by.service, environ, start_response)
            return self._called(by.service, environ, start_response)
        answered: Iterable[bytes] = super().__call__(environ, start_response)
        return answered

    def _called(self, service: str, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a call of a service that is there; one that it lacks breaks it, and is refused for good."""
        begun: list[tuple[Any, ...]] = []
        answered: Iterable[bytes] = super().__call__(environ, lambda *told: begun.append(told))
        status, headers = begun[0][:2] if begun else ("", [])
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        if status.startswith("500") and kind.startswith("text/html"):
            return _lacking(service, environ, start_response)
        for told in begun:
            start_response(*told)
        return answered


def _lacking(service: str, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    answer = refusal(service, str(environ.get("CONTENT_TYPE", "")), "absent", str(uuid4()))
    return give(start_response, str(environ.get("REQUEST_METHOD", "")), answer)
