"""A process that has loaded the product and forks for each command: commands in tests begin without their imports.

Run as a program it takes requests on a socket: with each come a file that holds argv, environment and folder as JSON,
the files for stdout and stderr, and a pipe on which the exit code is told. Nothing is shared between two commands but
what importing leaves. Two such processes take turns, so that two runs of a command differ in their hash seeds.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from itertools import cycle
from pathlib import Path
from typing import Any, BinaryIO

import jumpkit
from jumpkit.cli.main import main  # first of all: it sets what Arrow reads when it is loaded

_PARTS = 4  # request, stdout, stderr, report
# What the interpreter reads when it starts is not to be had from one that runs already.
_AT_START = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC", "ARROW_", "OPENBLAS_", "OMP_", "MOTO_")
_LATER = ("jumpkit.cloud", "jumpkit.lab", "jumpkit.web", "jumpkit.store.book.migrations")  # heavy, and seldom needed


def can_take(more: dict[str, str]) -> bool:
    """Tell whether a command with such settings may be forked."""
    return hasattr(os, "fork") and sys.platform == "linux" and not any(name.startswith(_AT_START) for name in more)


class Nursery:
    """The processes, started when the first command is asked for."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._lock = threading.Lock()
        self._turns: Any = None
        self._kept: list[Any] = []

    def run(self, argv: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
        """Run one command to its end; a signal that ended it is told as a negative code."""
        with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            request = {"argv": argv, "env": env, "cwd": str(Path.cwd())}
            asked.write(json.dumps(request).encode())
            asked.flush()
            told, report = os.pipe()
            with os.fdopen(told) as answer:
                try:
                    socket.send_fds(self._next(), [b"x"], [asked.fileno(), out.fileno(), err.fileno(), report])
                finally:
                    os.close(report)
                code = answer.read()
            assert code, f"no process took {argv}"
            return subprocess.CompletedProcess(argv, int(code), _whole(out), _whole(err))

    def _next(self) -> socket.socket:
        with self._lock:
            if self._turns is None:
                self._kept = [_started(), _started()]
                self._turns = cycle([ours for ours, _ in self._kept])
            found: socket.socket = next(self._turns)
            return found


def _whole(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _started() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        words = [sys.executable, "-P", __file__, str(theirs.fileno())]
        return ours, subprocess.Popen(words, pass_fds=[theirs.fileno()])


def _load() -> None:
    for found in pkgutil.walk_packages(jumpkit.__path__, "jumpkit."):
        if not found.name.startswith(_LATER) and not found.name.endswith("__main__"):
            importlib.import_module(found.name)


def serve(requests: socket.socket) -> None:
    """Fork for each request until the other side is gone."""
    _load()
    assert threading.active_count() == 1, "a process with threads must not fork; Arrow's own sees to itself"
    gc.collect()
    gc.freeze()  # what is shared stays shared: nobody counts it again
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever keeps a command is nobody's to wait for
    while True:
        message, handles, _, _ = socket.recv_fds(requests, 1, _PARTS)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            requests.close()
            _keep(*handles)
        for handle in handles:
            os.close(handle)


def _keep(asked: int, out: int, err: int, report: int) -> None:
    """Fork the command, wait for its end, and tell its code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        os.close(report)
        _become(asked, out, err)
    _, status = os.waitpid(child, 0)
    os.write(report, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become(asked: int, out: int, err: int) -> None:
    with os.fdopen(asked, "rb") as file:
        file.seek(0)
        body = json.load(file)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(out)
    os.close(err)
    os.environ.clear()
    os.environ.update(body["env"])
    time.tzset()
    os.chdir(body["cwd"])
    sys.argv = body["argv"]
    try:
        main()
    except SystemExit as ended:
        # What an end does, without taking the whole product apart (0.3 s).
        threading._shutdown()  # noqa: SLF001 - as above
        atexit._run_exitfuncs()  # noqa: SLF001 - as above
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended.code if isinstance(ended.code, int) else int(ended.code is not None))


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
