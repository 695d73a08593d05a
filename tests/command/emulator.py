"""An emulator of Amazon's services on a free port of this machine, empty whatever ran before in this process."""

from __future__ import annotations

import os
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

from moto.server import ThreadedMotoServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def emulator(*, managed: bool = False) -> Iterator[str]:
    """Start it, return where it answers, and end it with the block; `managed`: with the provider's own policies."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    with patch.dict(os.environ, {"MOTO_IAM_LOAD_MANAGED_POLICIES": str(managed).lower()}):
        server.start()
        try:
            host, port = server.get_host_and_port()
            _empty(f"http://{host}:{port}")
            yield f"http://{host}:{port}"
        finally:
            server.stop()


def _empty(url: str) -> None:
    """Empty every account: moto keeps its state in the process, and reads its settings when that is made."""
    asked = urllib.request.Request(f"{url}/moto-api/reset", method="POST")  # noqa: S310 - our own server
    urllib.request.urlopen(asked).close()  # noqa: S310 - as above
