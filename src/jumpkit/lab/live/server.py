"""The lab's process: the emulator behind its front, on one port of this machine, until it is told to stop."""

from __future__ import annotations

import fcntl
import json
import os
import sys
import threading
from typing import Any


def main() -> int:
    """Read on stdin where to listen, say on stdout where it listens, and serve."""
    asked = json.loads(sys.stdin.readline())
    lock = os.open(asked["lock"], os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _say({"error": "another lab came first"}, 1)
    from jumpkit.lab.live import clock  # noqa: PLC0415 - the emulator is loaded only by who holds the lock

    clock.install()
    code = _serve(asked)
    os.close(lock)  # the port is free; that this process takes apart what the emulator held concerns nobody
    return code


def _serve(asked: dict[str, Any]) -> int:
    from moto.moto_server.werkzeug_app import (  # noqa: PLC0415 - after the clock was handed in
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server  # noqa: PLC0415 - as above

    from jumpkit.lab.live import likeness  # noqa: PLC0415 - as above
    from jumpkit.lab.live.dispatch import Dispatch  # noqa: PLC0415 - as above
    from jumpkit.lab.live.front import Front  # noqa: PLC0415 - as above

    likeness.install()

    class Handler(MotoRequestHandler):
        """Serves without a line of log for each call, and keeps connections open between calls."""

        protocol_version = "HTTP/1.1"

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing: the front keeps the record."""

    front = Front(Dispatch(create_backend_app), asked["token"])
    try:
        server = make_server("127.0.0.1", asked["port"], front, threaded=True, request_handler=Handler)
    except (OSError, SystemExit, OverflowError) as error:
        return _say({"error": f"cannot listen on port {asked['port']}: {error}"}, 1)
    front.when_told_to_stop = lambda: threading.Thread(target=server.shutdown).start()
    _say({"port": server.port}, 0)
    server.serve_forever(poll_interval=0.05)
    server.server_close()
    return 0


def _say(what: dict[str, Any], code: int) -> int:
    """Write the one line that the starter waits for, and let go of its pipe."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    return code


if __name__ == "__main__":
    sys.exit(main())
