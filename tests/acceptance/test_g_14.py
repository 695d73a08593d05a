"""G-14: those who lead are told how it stands, from what the case knows, at a cadence that is missed aloud."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from command.clouds import KEYS, Clients
from command.emulator import emulator
from command.machines import machine
from command.people import valid
from command.run import Json, assert_intact, jumpkit
from command.sink import Sink, listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CASE = "C-2026-0001"
CLOCK = "internal-status"
UNKNOWN = {"percent": None, "done": 0, "total": 0, "unknown": 0}


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as found:
        yield found


@pytest.fixture
def home(tmp_path: Path, sink: Sink) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    channel = {"kind": "webhook", "url": f"{sink.url}/board", "tlp": "RED", "private": True}
    lines = ["[channels.board]", *(f"{name} = {json.dumps(value)}" for name, value in channel.items())]
    (home / "config.toml").write_text("\n".join(lines), "utf-8")
    return home


def teller(home: Path, **more: str) -> Callable[..., Json]:
    def run(*said: str, code: int = 0) -> Json:
        return jumpkit(home, *said, "--json", code=code, **more).one()

    return run


def clock(run: Callable[..., Json], *said: str, code: int = 0) -> Json:
    found = valid(run("clocks", CASE, *said, code=code))["clocks"]
    return next(each for each in found if each["clock"] == CLOCK)


def send(run: Callable[..., Json]) -> Json:
    made = valid(run("comms", "status", CASE, "--audience", "exec", "--channel", "board"))
    name = made["message"]["message"]
    assert "not approved" in run("message", "send", CASE, name, code=4)["error"]["message"]
    run("message", "approve", CASE, name, "--by", "Dana")
    run("message", "send", CASE, name)
    return made


def cadence(run: Callable[..., Json], sink: Sink) -> None:
    run("case", "open", "--title", "keys \x1b[2J stolen", "--severity", "critical")
    assert clock(run)["state"] == "waiting"
    run("case", "moment", CASE, "acknowledged", "now")
    run("case", "moment", CASE, "declared", "2026-01-05T10:00:00Z")
    late = clock(run, code=1)
    assert (late["state"], late["due"]) == ("breached", "2026-01-05T11:00:00Z")
    assert valid(run("comms", "status", CASE, code=1))["due_state"] == "breached"
    made = send(run)
    [(path, body)] = zip(sink.paths, [json.loads(got[1]) for got in sink.got], strict=True)
    assert path == "/board"
    kept = run("case", "show", CASE)["messages"][-1]
    assert (kept["state"], kept["approver"], kept["body"]) == ("sent", "Dana", made["message"]["body"])
    assert made["message"]["body"] in body["body"]
    again = clock(run, code=1)  # that it is not contained is late still
    assert again["state"] == "running"
    assert again["anchor"] == "status_told"
    assert again["due"] > made["at"]
    assert clock(run, "--at", "2099-01-01T00:00:00Z", code=1)["state"] == "breached"
    run("comms", "cadence", CASE, "--every", "2h", code=2)
    run("comms", "cadence", CASE, "--every", "0h", "--reason", "r", code=2)
    run("comms", "cadence", CASE, "--usual", "--reason", "r", code=4)
    slow = run("comms", "cadence", CASE, "--every", "2h", "--reason", "the board asked")["cadences"][-1]
    assert (slow["minutes"], slow["reason"]) == (120, "the board asked")
    later = clock(run, code=1)
    assert apart(later) == timedelta(hours=2)
    assert "the board asked" in later["because"]
    assert valid(run("comms", "status", CASE))["next"] > later["due"]
    run("comms", "cadence", CASE, "--usual", "--reason", "enough")
    assert apart(clock(run, code=1)) == timedelta(hours=1)
    assert run("verify")["intact"] is True


def apart(found: Json) -> timedelta:
    return datetime.fromisoformat(found["due"]) - datetime.fromisoformat(found["anchored"])


def test_a_missed_report_is_overdue_and_a_sent_one_starts_anew(home: Path, sink: Sink) -> None:
    cadence(teller(home), sink)


def test_it_works_on_a_server_too(postgres_book: str, home: Path, sink: Sink) -> None:
    cadence(teller(home, JUMPKIT_BOOK=postgres_book), sink)


def test_what_nobody_knows_is_no_number(home: Path) -> None:
    run = teller(home)
    run("case", "open", "--title", "x", "--severity", "high")
    body = valid(run("comms", "status", CASE))
    assert UNKNOWN.items() <= body["containment"].items()
    assert UNKNOWN.items() <= body["recovery"].items()
    assert body["communicator"] is None
    assert body["wrong"]
    told = jumpkit(home, "comms", "status", CASE).out
    assert "%" not in told
    assert told.count("Unknown:") == 3
    assert "exec" in run("comms", "status", CASE, "--audience", "aunts", code=2)["error"]["hint"]


def test_who_leads_does_not_tell(home: Path) -> None:
    run = teller(home)
    run("case", "open", "--title", "x", "--severity", "low")
    run("case", "role", CASE, "manager", "Ann", "--accept")
    run("case", "role", CASE, "communicator", "ann", "--accept")
    run("case", "reclassify", CASE, "--severity", "critical", "--reason", "it grew")
    assert "one person" in run("comms", "status", CASE, "--channel", "board", code=4)["error"]["message"]
    run("case", "role", CASE, "communicator", "Ann", "--accept", code=4)
    run("case", "role", CASE, "communicator", "Bo", "--accept")
    assert run("comms", "status", CASE, "--channel", "board")["communicator"] == "Bo"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with emulator() as at:
        yield at


def test_its_numbers_are_those_of_the_case(url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    uid = machine(Clients(url))["InstanceId"]
    run = teller(home, **KEYS, AWS_ENDPOINT_URL=url)
    run("case", "open", "--title", "x", "--severity", "high")
    run("case", "impact", CASE, "customers", "some orders wait", "--confidence", "low")
    run("case", "ask", CASE, "Do we pay?")
    waived = ("memory", "disks", "triggers")
    steps = ("--step", f"aws/describe_instance={uid}", "--step", f"aws/stop_instance={uid}")
    stop = (*steps, *(word for gate in waived for word in ("--waive", f"{gate}=none")))
    plan = run("plan", CASE, *stop)["plan"]
    body = valid(run("comms", "status", CASE))
    assert (body["containment"]["percent"], body["containment"]["total"]) == (0, 1)
    assert body["recovery"]["percent"] is None
    assert [each["id"] for each in body["decisions"]] == ["Q-1", plan]
    names = ("dimension", "estimate", "confidence")
    assert body["impact"] == [{name: each[name] for name in names} for each in run("case", "show", CASE)["impact"]]
    run("approve", plan, "--solo", "alone")
    run("apply", plan)
    effects = run("case", "show", CASE)["plans"][0]["effects"]
    done = [each for each in effects if (each["action"], each["state"]) == ("aws/stop_instance", "done")]
    body = run("comms", "status", CASE)
    assert (body["containment"]["percent"], body["containment"]["done"]) == (100, len(done))
    assert [each["id"] for each in body["decisions"]] == ["Q-1"]
    told = run("comms", "status", CASE, "--channel", "board")["message"]["body"]
    assert "100%: 1 of 1" in told
    assert "some orders wait" in told
    run("undo", plan)
    assert run("comms", "status", CASE)["containment"]["percent"] == 0
    assert_intact(home)
