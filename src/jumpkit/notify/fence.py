"""Keeps a process from reaching what nobody meant: addresses inside, programs, files; for others' code that we run."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

_PROGRAMS = frozenset(
    {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "pty.spawn"}
)
_REACHING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Fenced(OSError):
    """What was asked for lies outside the fence."""


@dataclass(slots=True)
class Fence:
    """What a fenced process tried: hosts that it reached, and what it was kept from."""

    private: bool  # addresses inside are meant
    reached: int = 0
    refused: list[str] = field(default_factory=list)

    def put_up(self) -> None:
        """Hold from now on, until the process ends: an audit hook cannot be taken away, by whoever runs inside."""
        sys.addaudithook(self.hear)

    def hear(self, event: str, args: tuple[Any, ...]) -> None:
        """Let an event of the interpreter pass, or raise Fenced."""
        if event in _REACHING:
            self._reach(args[-1] if event != "socket.sendmsg" else args[1])
        elif event in _PROGRAMS:
            self._refuse("it tried to start a program")
        elif event == "open" and isinstance(args[2], int) and args[2] & _WRITING and args[0] != os.devnull:
            self._refuse("it tried to write a file")

    def _reach(self, address: Any) -> None:
        if address is None:  # on a connection that stands already
            return
        host = address[0] if isinstance(address, tuple) and address else None
        try:
            found = ip_address(str(host).partition("%")[0])
        except ValueError:
            self._refuse("it tried to reach something that is no address of a network")
            return
        if not found.is_global and not self.private:
            self._refuse(f"it leads to {found}, which is no public address")
        self.reached += 1

    def _refuse(self, why: str) -> None:
        self.refused.append(why)
        raise Fenced(why)
