"""A PostgreSQL server of the tests' own: started from what the system installed, as a user without privileges."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = "65534"


def programs() -> Path | None:
    """Return the folder of the newest server's programs, None where none is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    named = shutil.which("postgres")
    return Path(named).resolve().parent if named else None


def as_plain_user(folder: Path) -> list[str]:
    """Return the words before a command that give up root's rights, which PostgreSQL refuses to run with."""
    if os.geteuid() != 0:
        return []
    mapped = ["unshare", "-U", "--map-user=1000", "--map-group=1000"]
    if shutil.which("unshare") and subprocess.run([*mapped, "true"], capture_output=True, check=False).returncode == 0:
        return mapped
    os.chown(folder, int(NOBODY), int(NOBODY))
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server(folder: Path, bin_: Path) -> Iterator[str]:
    """Start a server with its data in `folder`, yield its URL without a database, and stop it."""
    prefix, data, port = as_plain_user(folder), folder / "data", free_port()
    made = [bin_ / "initdb", "-D", data, "-U", "jumpkit", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run([*prefix, *map(str, made)], check=True, capture_output=True, cwd=folder)
    settings = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off")
    started = [bin_ / "postgres", "-D", data, "-p", str(port), *(word for each in settings for word in ("-c", each))]
    running = subprocess.Popen([*prefix, *map(str, started)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(running, port)
        yield f"postgresql://jumpkit@127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(30)


def _wait(running: subprocess.Popen[bytes], port: int) -> None:
    import pg8000.exceptions  # noqa: PLC0415 - only where a server is there

    end = time.monotonic() + 60
    while True:
        assert running.poll() is None, "the server ended at once"
        try:
            _ask(port, "SELECT 1")
        except (OSError, pg8000.exceptions.Error):
            assert time.monotonic() < end, "the server did not come up"
            time.sleep(0.1)
        else:
            return


def _ask(port: int, statement: str) -> None:
    import pg8000.dbapi  # noqa: PLC0415 - as above

    connection = pg8000.dbapi.connect(user="jumpkit", host="127.0.0.1", port=port, database="postgres")
    connection.autocommit = True
    connection.cursor().execute(statement)
    connection.close()


def database(url: str, name: str) -> str:
    """Make a database whose language sorts otherwise than code points do, where the system has one; return its URL."""
    port = int(url.rpartition(":")[2])
    _ask(port, f'CREATE DATABASE "{name}" TEMPLATE template0')
    return f"{url}/{name}"
