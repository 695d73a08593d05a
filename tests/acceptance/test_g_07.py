"""G-07: which ways are left when the usual ones are lost, and a case that moves out of band and stays there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from command.people import example, valid, written
from command.run import Json, assert_intact, jumpkit
from command.sink import Sink, listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CASE = "C-2026-0001"
WORDS = ("--condition", "c", "--actions", "a", "--needs", "n", "--next", "x")


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as kept:
        yield kept


@pytest.fixture
def home(tmp_path: Path, sink: Sink) -> Path:
    """Return a workspace with a directory, a case, and four channels that all lead to one sink."""
    home = tmp_path / "home"
    jumpkit(home, "contact", "import", written(tmp_path))
    jumpkit(home, "case", "open", "--title", "Mail is read by others")
    channels = {
        "chat": {"depends_on": ["corp-mail"], "ours": True},
        "signal": {"depends_on": ["signal"], "ours": True, "out_of_band": True},
        "counsel": {"depends_on": ["law-mail"]},
        "mystery": {},
    }
    lines = []
    for name, told in channels.items():
        body = {"kind": "webhook", "url": f"{sink.url}/{name}", "tlp": "RED", "private": True, **told}
        lines += [f"[channels.{name}]", *(f"{key} = {json.dumps(value)}" for key, value in body.items())]
    (home / "config.toml").write_text("\n".join(lines) + "\n")
    return home


def check(home: Path, *lost: str, code: int = 0) -> Json:
    said = ("--assume-lost", ",".join(lost)) if lost else ()
    return valid(jumpkit(home, "comms", "check", *said, "--json", code=code).one())


def left(body: Json) -> dict[str, int]:
    return {each["role"]: each["survive"] for each in body["roles"]}


def test_what_is_lost_is_followed_through_what_rests_on_it(home: Path) -> None:
    assert left(check(home)) == {"manager": 4, "communicator": 2, "legal": 2}
    body = check(home, "entra", "corp-mail")
    assert left(body) == {"manager": 2, "communicator": 1, "legal": 2}
    assert left(check(home, "entra")) == left(body), "mail rests on the identity provider"
    assert {each["role"]: each["all_rest_on"] for each in body["roles"]}["communicator"] == ["signal"]
    gone = check(home, "entra", "signal", code=1)
    assert [(each["kind"], each["about"]) for each in gone["problems"]] == [("role_unreachable", "communicator")]
    error = jumpkit(home, "comms", "check", "--assume-lost", "entro", "--json", code=2).one()["error"]
    assert "entro" in error["message"], "a word that is wrong would lose nothing"


def test_what_nobody_wrote_down_is_not_left(home: Path, tmp_path: Path) -> None:
    text = example().replace(", depends_on: [law-mail]", "").replace('199", depends_on: [carrier]', '199"')
    text = text.replace("roles: [manager, communicator, legal]", "roles: [manager, communicator, legal, press]")
    text = text.replace("depends_on: [signal]", "depends_on: [signal, corp-mail]").replace(
        "authenticate: as asha's", ""
    )
    jumpkit(home, "contact", "import", written(tmp_path, text))
    body = check(home, "entra", code=1)
    assert [(each["kind"], each["about"]) for each in body["problems"]] == [
        ("role_unreachable", "communicator"),
        ("role_unreachable", "legal"),
        ("role_unreachable", "press"),
        ("not_independent", "bo"),
    ]
    assert "of 2 nobody knows" in body["problems"][1]["because"]
    assert [each["about"] for each in body["limits"]] == ["bo"]


def send(home: Path, channel: str, code: int) -> Json:
    made = jumpkit(home, "message", "draft", CASE, "--channel", channel, *WORDS, "--json").one()
    message = made["messages"][-1]["message"]
    jumpkit(home, "message", "approve", CASE, message, "--by", "Dana")
    return jumpkit(home, "message", "send", CASE, message, "--json", code=code).one()


def test_nothing_leaves_by_what_is_no_longer_trusted(home: Path, sink: Sink) -> None:
    send(home, "chat", 0)
    made = jumpkit(home, "comms", "distrust", CASE, "entra", "--reason", "tokens were forged", "--json").one()
    assert made["affects"] == {"channels": ["chat"], "ways": ["asha mail", "bo mail"]}
    error = send(home, "chat", 4)["error"]
    assert "entra" in error["message"]
    assert "tokens were forged" in error["message"]
    assert "nobody wrote down" in send(home, "mystery", 4)["error"]["message"], "unknown is not trusted"
    send(home, "counsel", 0)
    assert sink.paths == ["/chat", "/counsel"]
    jumpkit(home, "comms", "distrust", CASE, "entra", "--trusted", "--reason", "rebuilt")
    send(home, "chat", 0)
    assert_intact(home)


def test_a_case_that_moved_uses_what_is_out_of_band_alone(home: Path, sink: Sink) -> None:
    said = ("--reason", "the mail tenant is theirs", "--by", "Dana", "--json")
    made = jumpkit(home, "comms", "switch", CASE, "oob", *said).one()
    assert made["comms"] == "oob"
    assert [(each["channel"], each["state"]) for each in made["notices"]] == [("signal", "sent")]
    assert sink.paths == ["/signal"], "nobody else hears of it"
    assert "the mail tenant is theirs" in json.loads(sink.got[0][1])["body"]
    assert "moved out of band" in send(home, "counsel", 4)["error"]["message"]
    send(home, "signal", 0)
    jumpkit(home, "comms", "distrust", CASE, "signal", "--suspect", "--reason", "a phone was lost")
    assert "suspect" in send(home, "signal", 4)["error"]["message"]
    body = valid(jumpkit(home, "comms", "show", CASE, "--json").one())
    assert [each["usable"] for each in body["channels"]] == [False] * 4
    assert left(body) == {"manager": 1, "communicator": 0, "legal": 1}, "mail is no longer used"
    again = jumpkit(home, "comms", "switch", CASE, "oob", "--reason", "again", "--json", code=4).one()
    assert again["error"]["kind"] == "refused"
    jumpkit(home, "comms", "switch", CASE, "normal", "--reason", "new tenant", "--json")
    send(home, "counsel", 0)
    kinds = [line["kind"] for line in jumpkit(home, "case", "journal", CASE, "--json").one()["entries"]]
    assert [kind for kind in kinds if kind.startswith("comms.")] == [
        "comms.switched",
        "comms.suspect",
        "comms.switched",
    ]
    assert_intact(home)


def test_the_notice_waits_where_nobody_else_approved_it(home: Path, sink: Sink) -> None:
    made = jumpkit(home, "comms", "switch", CASE, "oob", "--reason", "now", "--json", code=1).one()
    assert made["comms"] == "oob", "the move itself stands"
    assert made["notices"][0]["state"] == "not_sent"
    assert "does not approve" in made["notices"][0]["because"]
    assert not sink.paths


def test_a_case_that_takes_another_over_distrusts_what_that_did(home: Path, sink: Sink) -> None:
    jumpkit(home, "comms", "distrust", CASE, "entra", "--reason", "tokens were forged")
    jumpkit(home, "comms", "switch", CASE, "oob", "--reason", "r", code=1)
    jumpkit(home, "case", "open", "--title", "The same again")
    jumpkit(home, "case", "state", CASE, "triage")
    made = jumpkit(home, "case", "merge", CASE, "C-2026-0002", "--reason", "one matter", "--json", code=None).one()
    assert "error" not in made, made
    body = jumpkit(home, "comms", "show", "C-2026-0002", "--json").one()
    assert (body["mode"], [each["name"] for each in body["distrusted"]]) == ("oob", ["entra"])
    assert not sink.paths
    assert_intact(home)


def test_there_must_be_somewhere_to_move_to(tmp_path: Path) -> None:
    home = tmp_path / "home"
    jumpkit(home, "case", "open", "--title", "x")
    error = jumpkit(home, "comms", "switch", CASE, "oob", "--reason", "r", "--json", code=4).one()["error"]
    assert "out of band" in error["message"]


def test_it_works_on_a_server_too(postgres_book: str, home: Path, tmp_path: Path) -> None:
    def run(*said: str | Path, code: int = 0) -> Json:
        return jumpkit(home, *said, "--json", code=code, JUMPKIT_BOOK=postgres_book).one()

    run("contact", "import", tmp_path / "people.yaml")
    run("case", "open", "--title", "x")
    run("comms", "distrust", CASE, "entra", "--reason", "r")
    message = run("message", "draft", CASE, "--channel", "chat", *WORDS)["messages"][-1]["message"]
    run("message", "approve", CASE, message, "--by", "Dana")
    assert "entra" in run("message", "send", CASE, message, code=4)["error"]["message"]
    assert run("verify")["intact"] is True
