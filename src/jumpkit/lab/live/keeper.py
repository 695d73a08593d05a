"""The lab's process: started apart from the shell, known by the lock that it holds, stopped on request."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import IO, TYPE_CHECKING, Any

from jumpkit.kit.errors import Busy, MissingExtra, NotFound, Refused, Unreachable
from jumpkit.lab.live.control import Line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOCK = "running.lock"  # held by the server as long as it lives: a pid may be another's by now, a lock may not
_STATE = "state.json"
_STOPPING = 5.0  # seconds until a server that does not stop is told so more firmly


@dataclass(frozen=True, slots=True)
class Lab:
    """A lab that runs."""

    folder: Path
    pid: int
    line: Line
    told: dict[str, Any]  # what was kept about its estate


def open_folder(folder: Path) -> None:
    """Make the lab's folder, for its owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one `up` or `down` at a time work on the folder.

    Raises:
        Busy: another one does.

    """
    with _opened(folder / "starting.lock") as file:
        if not _take(file):
            raise Busy("another command starts or stops this lab", target=str(folder), hint="wait for it")
        yield


def launch(folder: Path, port: int) -> Lab:
    """Start the server and wait until it listens; it is not told about an estate yet.

    Raises:
        Busy: a lab runs here. Refused: it could not listen there. MissingExtra: moto is not installed.

    """
    if find_spec("moto") is None or find_spec("flask") is None:
        raise MissingExtra("a lab needs the extra `lab`", target="moto", hint="pip install 'jumpkit[lab]'")
    if is_running(folder):
        hint = "`jumpkit lab status` shows it, `jumpkit lab down` ends it; or name another --home"
        raise Busy("a lab runs in this workspace already", target=str(folder), hint=hint)
    token = secrets.token_hex(24)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
    with _private(folder / "server.log") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "jumpkit.lab.live.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            env=environment | {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true"},
            cwd=folder,
        )
    asked = {"port": port, "token": token, "lock": str(folder / _LOCK)}
    said = _handshake(child, asked)
    if "port" not in said:
        child.wait()
        raise Refused(f"the lab did not start: {said.get('error', 'see its log')}", target=str(folder / "server.log"))
    return Lab(folder, child.pid, Line(said["port"], token), {})


def _handshake(child: subprocess.Popen[bytes], asked: dict[str, Any]) -> dict[str, Any]:
    """Hand the server what it is to do and return the line with which it answers, empty where it died."""
    assert child.stdin is not None  # noqa: S101 - both were asked for as pipes
    assert child.stdout is not None  # noqa: S101 - as above
    with suppress(BrokenPipeError), child.stdin:
        child.stdin.write(json.dumps(asked).encode() + b"\n")
    with child.stdout:
        line = child.stdout.readline()
    return dict(json.loads(line)) if line else {}


def keep(lab: Lab, told: dict[str, Any]) -> Lab:
    """Write down how the lab is reached and what its estate holds; only its owner may read it."""
    state = {"pid": lab.pid, "port": lab.line.port, "token": lab.line.token, "told": told}
    fresh = lab.folder / f"{_STATE}.new"
    with _private(fresh) as file:
        file.write(json.dumps(state).encode())
    fresh.replace(lab.folder / _STATE)
    return Lab(lab.folder, lab.pid, lab.line, told)


def found(folder: Path) -> Lab:
    """Return the lab that runs here.

    Raises:
        NotFound: none does.

    """
    path = folder / _STATE
    if not is_running(folder) or not path.is_file():
        raise NotFound("no lab runs in this workspace", target=str(folder), hint="jumpkit lab up")
    state = json.loads(path.read_text("utf-8"))
    return Lab(folder, state["pid"], Line(state["port"], state["token"]), state["told"])


def is_running(folder: Path) -> bool:
    """Return whether a server holds the folder; a killed one never does, whoever has its pid now."""
    if not (folder / _LOCK).is_file():
        return False
    with _opened(folder / _LOCK) as file:
        return not _take(file)


def stop(lab: Lab) -> None:
    """End the server: by asking, then by signals; the lock that it holds says that the pid is still its own.

    Raises:
        Unreachable: it lives on.

    """
    try:
        lab.line.ask("POST", "stop", wait=3.0)
        steps: tuple[int | None, ...] = (None, signal.SIGTERM, signal.SIGKILL)
    except Unreachable:  # nobody listens to words
        steps = (signal.SIGTERM, signal.SIGKILL)
    for number in steps:
        if number is not None and is_running(lab.folder):
            os.kill(lab.pid, number)
        until = time.monotonic() + _STOPPING
        while time.monotonic() < until:
            if not is_running(lab.folder):
                (lab.folder / _STATE).unlink(missing_ok=True)
                return
            time.sleep(0.05)
    raise Unreachable("the lab's process does not end", target=str(lab.pid))


def _take(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b") as file:
        yield file


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
        yield file
