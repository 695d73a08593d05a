"""G-06: who is told when nobody answers, told once, approved beforehand or not at all, and stopped by an answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from command.people import valid, written
from command.run import Json, assert_intact, jumpkit
from command.sink import Sink, listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CASE = "C-2026-0001"
PEOPLE = """
contacts:
  asha:
    {name: Asha, kind: internal, deputy: bo, hours: always, verified: 2026-11-01, channels: [
      {kind: pager, address: p1, via: pager, depends_on: [net]}, {kind: phone, address: "1", depends_on: []}]}
  bo:
    {name: Bo, kind: internal, deputy: asha, hours: always, channels: [{kind: phone, address: "2", depends_on: []}]}
  cy:
    {name: Cy, kind: internal, deputy: asha, hours: always, channels: [
      {kind: pager, address: p3, via: bosses, depends_on: []}]}
services: {net: {on: []}}
rotas: {primary: {zone: UTC, layers: [{people: [asha], starts: 2024-01-01}]}}
escalation:
  p1:
    severities: [critical, high]
    steps: [{after: 0, rota: primary}, {after: 15, contact: bo}]
    then: bosses
    then_after: 15
    pre_approved: {by: Dana, on: 2026-11-01}
  bosses:
    steps: [{after: 0, contact: cy}]
    repeat: 100000
    pre_approved: {by: Dana, on: 2026-11-01}
  silence:
    provider: aws
    steps: [{after: 15, contact: asha, by: phone}, {after: 30, path: tam}]
    repeat: 100000
"""


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as kept:
        yield kept


def prepared(home: Path, folder: Path, sink: Sink, **more: str) -> None:
    jumpkit(home, "contact", "import", written(folder, PEOPLE), **more)
    lines = []
    for name, tlp in (("pager", "RED"), ("bosses", "RED"), ("narrow", "GREEN")):
        body = {"kind": "webhook", "url": f"{sink.url}/{name}", "tlp": tlp, "private": True, "ours": True}
        body["depends_on"] = ["net"] if name == "pager" else []
        lines += [f"[channels.{name}]", *(f"{key} = {json.dumps(value)}" for key, value in body.items())]
    (home / "config.toml").write_text("\n".join(lines) + "\n")
    jumpkit(home, "case", "open", "--title", "Secret name of a client", "--severity", "high", **more)


def states(body: Json) -> list[tuple[str, str | None, str]]:
    return [(each["policy"], each["contact"], each["state"]) for each in body["calls"]]


def escalated(home: Path, folder: Path, sink: Sink, **more: str) -> None:
    def run(*said: str, code: int = 0) -> Json:
        body = jumpkit(home, "escalate", *said, "--json", code=code, **more).one()
        return valid(body) if body.get("schema", "case/1") != "case/1" else body

    prepared(home, folder, sink, **more)
    assert "detected or reported" in run("show", CASE)["because"]
    jumpkit(home, "case", "moment", CASE, "detected", "2026-11-20T00:00:00Z", **more)
    early = run("show", CASE, "--at", "2026-11-20T00:10:00Z", code=1)
    assert states(early) == [("p1", "asha", "due"), ("p1", "bo", "ahead")]
    body = run("run", code=1)
    assert states(body) == [("p1", "asha", "told"), ("p1", "bo", "waiting"), ("bosses", "cy", "told")]
    assert sink.paths == ["/pager", "/bosses"], "the third contact is reached"
    assert "by hand: phone 2" in body["calls"][1]["because"]
    assert b"Secret name" not in sink.got[0][1], "a pager is told as little as can be"
    assert run("run")["calls"] == []
    assert len(sink.got) == 2, "nobody is told twice"
    message = jumpkit(home, "case", "show", CASE, "--json", **more).one()["messages"][0]
    assert message["approver"] == "Dana, beforehand on 2026-11-01, by policy p1"
    run("told", CASE, "S-2", "--failed", "--note", "no answer")
    run("told", CASE, "S-2")
    assert run("told", CASE, "S-2", code=4)["error"]["kind"] == "refused"
    run("ack", CASE, "--by", "Cy")
    assert run("ack", CASE, code=4)["error"]["kind"] == "refused"
    late = run("show", CASE)
    assert [state for _, _, state in states(late)] == ["told"] * 3
    assert late["overdue"] == 0


def test_a_chain_runs_until_somebody_takes_it_on(tmp_path: Path, sink: Sink) -> None:
    escalated(tmp_path / "home", tmp_path, sink)
    assert_intact(tmp_path / "home")


def test_it_works_on_a_server_too(postgres_book: str, tmp_path: Path, sink: Sink) -> None:
    escalated(tmp_path / "home", tmp_path, sink, JUMPKIT_BOOK=postgres_book)
    assert jumpkit(tmp_path / "home", "verify", "--json", JUMPKIT_BOOK=postgres_book).one()["intact"] is True


def test_what_is_lost_is_gone_round_and_what_nobody_approved_waits(tmp_path: Path, sink: Sink) -> None:
    home = tmp_path / "home"
    prepared(home, tmp_path, sink)
    text = PEOPLE.replace("    then_after: 15\n    pre_approved: {by: Dana, on: 2026-11-01}\n", "    then_after: 15\n")
    jumpkit(home, "contact", "import", written(tmp_path, text.replace("via: bosses", "via: narrow")))
    jumpkit(home, "comms", "distrust", CASE, "net", "--reason", "theirs")
    jumpkit(home, "case", "moment", CASE, "detected", "2026-11-20T00:00:00Z")
    body = jumpkit(home, "escalate", "run", CASE, "--json", code=1).one()
    assert [(each["way"], each["state"]) for each in body["calls"]] == [
        ("phone 1", "waiting"),
        ("phone 2", "waiting"),
        ("pager p3", "failed"),
    ]
    assert "TLP:RED may not leave by narrow" in body["calls"][2]["because"]
    assert not sink.paths
    jumpkit(home, "comms", "distrust", CASE, "net", "--trusted", "--reason", "rebuilt")
    jumpkit(home, "case", "open", "--title", "b", "--severity", "critical")
    jumpkit(home, "case", "moment", "C-2026-0002", "reported", "2026-11-20T00:00:00Z")
    body = jumpkit(home, "escalate", "run", "C-2026-0002", "--json", code=1).one()
    assert "waits for somebody's approval" in body["calls"][0]["because"]
    assert not sink.paths
    ask = ("exchange", CASE, "--provider", "aws", "--question", "help", "--asked", "2026-11-20T00:00:00Z")
    jumpkit(home, "case", *ask)
    shown = jumpkit(home, "escalate", "show", CASE, "--json", code=1).one()
    found = [(each["policy"], each["way"]) for each in shown["calls"] if each["state"] == "due"]
    assert [policy for policy, _ in found] == ["silence E-1", "silence E-1"], "a provider that is silent"
    assert found[0][1] == "phone 1"
    jumpkit(home, "case", "exchange", CASE, "E-1", "--answer", "yes")
    assert jumpkit(home, "escalate", "show", CASE, "--json").one()["overdue"] == 0
    assert_intact(home)


def test_lint_and_simulation_by_command(tmp_path: Path) -> None:
    home = tmp_path / "home"
    jumpkit(home, "contact", "import", written(tmp_path))
    assert valid(jumpkit(home, "escalate", "lint", "--at", "2026-11-20T00:00:00Z", "--json").one())["problems"] == []
    said = ("simulate", "P1", "--no-ack", "--at", "2026-11-23T12:00:00Z", "--minutes", "90")
    body = valid(jumpkit(home, "escalate", *said, "--json").one())
    assert [(each["at"][11:16], each["contact"]) for each in body["chain"]] == [
        ("12:00", "asha"),
        ("12:15", "bo"),
        ("12:30", "asha"),
        ("13:00", "asha"),
        ("13:30", "asha"),
    ]
    assert "+  15 min" in jumpkit(home, "escalate", *said).out
    jumpkit(home, "escalate", "simulate", "p9", "--json", code=2)
    loop = "escalation: {a: {severities: [critical, high], steps: [{after: 0, contact: bo}], then: a}}"
    jumpkit(home, "contact", "import", written(tmp_path, loop))
    found = valid(jumpkit(home, "escalate", "lint", "--json", code=1).one())["problems"]
    assert ("a", "loop") in {(each["policy"], each["kind"]) for each in found}
