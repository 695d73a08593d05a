"""A desk over a small workspace: in this process for what is asked of every door, as a real server for the rest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumpkit.admit.members import add
from jumpkit.admit.rights import table
from jumpkit.app.admission import add_user, change_members, make_token
from jumpkit.app.casework import begin
from jumpkit.app.settings import settle
from jumpkit.app.workspace import Opening
from jumpkit.kit.clock import system_clock
from jumpkit.web.build import build
from jumpkit.web.house import house

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "a long enough password"  # noqa: S105 - of a workspace that lives as long as a test
FIXTURES = Path(__file__).parents[1] / "fixtures" / "three_accounts"


def jumpkit(home: Path, *args: str, said: str | None = None) -> dict[str, Any]:
    """Run the command as a user would, and return its object."""
    environment = {**os.environ, "JUMPKIT_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "jumpkit", *args, "--json"], capture_output=True, text=True, env=environment, input=said,
        check=False,
    )  # fmt: skip
    body: dict[str, Any] = json.loads(done.stdout)
    return body


@dataclass
class Served:
    """A server of its own, and a token for each role."""

    home: Path
    address: str
    process: subprocess.Popen[str]
    log: Path
    tokens: dict[str, str] = field(default_factory=dict)

    def client(self, role: str = "manager") -> httpx.Client:
        headers = {"authorization": f"Bearer {self.tokens[role]}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=60)

    def browser(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=60)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(20)


def start(home: Path, log: Path) -> tuple[subprocess.Popen[str], str]:
    """Start a server on a free port, and return it with its address."""
    environment = {**os.environ, "JUMPKIT_HOME": str(home)}
    process = subprocess.Popen(
        [sys.executable, "-m", "jumpkit", "serve", "--port", "0", "--json"],
        stdout=subprocess.PIPE, stderr=log.open("w"), text=True, env=environment,
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, log.read_text("utf-8")
    return process, json.loads(line)["address"]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a case that was triaged."""
    folder = tmp_path_factory.mktemp("served")
    home = folder / "home"
    jumpkit(home, "triage", str(FIXTURES))
    process, address = start(home, folder / "log")
    found = Served(home, address, process, folder / "log")
    for role in ("viewer", "analyst", "manager", "admin"):
        found.tokens[role] = jumpkit(home, "token", "add", f"{role}-bot", "--role", role, "--expires", "1h")["token"]
    jumpkit(home, "user", "add", "alice", "--role", "manager", said=f"{PASSWORD}\n")
    yield found
    found.stop()


@dataclass
class Inside:
    """A desk in this process: its application, a token a role, a case that all may know of and one that none may."""

    app: Any
    opening: Opening
    tokens: dict[str, str]
    case: str
    foreign: str


@pytest.fixture(scope="session")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    home = tmp_path_factory.mktemp("inside") / "home"
    opening = Opening(home, system_clock, "tester", settle(home, {}))
    add_user(opening, "owner", "manager", PASSWORD)
    case = begin(opening, "One that all may know of", "high", "security")["case"]
    here = house(opening)
    how = here.opening("owner")
    foreign = begin(how, "One that its members may know of", "high", "security", "owner")["case"]
    tokens = {role: make_token(how, f"{role}-bot", role, "1h")["token"] for role in table().roles}
    change_members(how, case, lambda tx, by: add(tx, by, case, "viewer-bot"))
    yield Inside(build(here), how, tokens, case, foreign)
    here.standing.close()
