"""Runs the server until it is told to stop; what is under way is ended, streams are closed."""

from __future__ import annotations

import logging
import signal
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from jumpkit.app.triage.inputs import UPLOADS
from jumpkit.kit.errors import BadUsage, Refused
from jumpkit.web.build import build
from jumpkit.web.house import house
from jumpkit.web.record import log_as_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

    from jumpkit.app.workspace import Opening
    from jumpkit.web.house import House

_GRACE = 10  # seconds


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server listens, and what stands before it."""

    host: str = "127.0.0.1"
    port: int = 8400
    cert: Path | None = None
    key: Path | None = None
    behind_https: bool = False
    quiet: bool = False


class _Server(uvicorn.Server):
    """Says when it stops, so that streams end, and when it listens, with the port that it got."""

    def __init__(self, config: uvicorn.Config, house: House, listening: Callable[[str], None]) -> None:
        super().__init__(config)
        self.house = house
        self.listening = listening

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]  # sockets: uvicorn's own
        await super().startup(sockets)  # type: ignore[arg-type]  # as above
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            self.listening(f"{'https' if self.config.is_ssl else 'http'}://{shown}:{port}")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        del frame
        self.house.stopping.set()
        self.force_exit = self.should_exit and sig == signal.SIGINT  # a second Ctrl-C waits for nobody
        self.should_exit = True  # uvicorn's own way would die of the signal once all is ended


def serve(opening: Opening, place: Place, listening: Callable[[str], None]) -> None:
    """Serve a workspace until somebody stops it; `listening` hears the address.

    Raises:
        BadUsage: a certificate comes without its key.
        Refused: the port is taken.

    """
    if (place.cert is None) != (place.key is None):
        raise BadUsage("a certificate needs its key", target="serve", hint="--tls-cert FILE --tls-key FILE")
    here = house(opening, secure=place.behind_https or place.cert is not None)
    uploads = opening.home / UPLOADS
    uploads.mkdir(parents=True, exist_ok=True, mode=0o700)
    tempfile.tempdir = str(uploads)  # what is being brought in never lies outside of the workspace
    log_as_lines(logging.WARNING if place.quiet else logging.INFO)
    config = uvicorn.Config(
        build(here),
        host=place.host,
        port=place.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=place.behind_https,
        timeout_graceful_shutdown=_GRACE,
        ssl_certfile=place.cert,
        ssl_keyfile=place.key,
    )
    server = _Server(config, here, listening)
    try:
        server.run()
    except SystemExit as caught:
        raise Refused(
            f"cannot listen on {place.host}:{place.port}", target="serve", hint="another --port, or more rights"
        ) from caught
    finally:
        here.standing.close()
