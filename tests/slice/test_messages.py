"""Nothing leaves that nobody approved, above what a channel may carry, or to where it was not meant."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from command.run import Json, assert_intact, jumpkit
from command.sink import Sink, listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORDS = (
    "--condition",
    "Keys leaked",
    "--actions",
    "Revoking them",
    "--needs",
    "An answer\nby noon",
    "--next",
    "18:00Z",
)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as kept:
        yield kept


@pytest.fixture
def case(tmp_path: Path) -> tuple[Path, str]:
    home = tmp_path / "home"
    return home, jumpkit(home, "case", "open", "--title", "Keys in a repository", "--json").one()["case"]


def channel(home: Path, **told: Any) -> None:
    lines = [f"{name} = {json.dumps(value)}" for name, value in told.items()]
    (home / "config.toml").write_text("[channels.out]\n" + "\n".join(lines) + "\n")


def drafted(home: Path, case: str) -> str:
    made = jumpkit(home, "message", "draft", case, "--channel", "out", *WORDS, "--json").one()
    return str(made["messages"][-1]["message"])


def state(home: Path, case: str) -> Json:
    found: Json = jumpkit(home, "case", "show", case, "--json").one()["messages"][-1]
    return found


def cleared(home: Path, case: str, tlp: str = "amber") -> None:
    jumpkit(home, "case", "reclassify", case, "--tlp", tlp, "--reason", "agreed")


def test_a_webhook_gets_an_approved_message_signed_and_once(case: tuple[Path, str], sink: Sink) -> None:
    home, name = case
    named = {"secret_env": "HOOK"}  # the name of a variable, no secret
    channel(home, kind="webhook", url=f"http://127.0.0.1:{sink.port}/in", tlp="AMBER", private=True, **named)
    cleared(home, name)
    message = drafted(home, name)
    jumpkit(home, "message", "send", name, message, "--json", code=4, HOOK="s3cret")
    refused = jumpkit(home, "message", "approve", name, message, "--json", code=4).one()
    assert "does not approve it" in refused["error"]["message"]
    jumpkit(home, "message", "approve", name, message, "--by", "Dana")
    assert not sink.got
    jumpkit(home, "message", "send", name, message, HOOK="s3cret")
    headers, body = sink.got[0]
    expected = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert headers["X-Jumpkit-Signature"] == f"sha256={expected}"
    assert headers["Idempotency-Key"] == f"{name}-{message}"
    told = json.loads(body)
    assert told["tlp"] == "AMBER"
    assert "An answer\nby noon" in told["body"]
    assert state(home, name)["state"] == "sent"
    jumpkit(home, "message", "send", name, message, "--json", code=4, HOOK="s3cret")
    assert len(sink.got) == 1
    assert_intact(home)
    kinds = [line["kind"] for line in jumpkit(home, "case", "journal", name, "--json").one()["entries"]]
    assert [kind for kind in kinds if kind.startswith("message.")] == [
        "message.drafted",
        "message.approved",
        "message.sending",
        "message.sent",
    ]
    assert "s3cret" not in (home / "config.toml").read_text()


@pytest.mark.parametrize(("answer", "became"), [(503, "failed"), (302, "failed"), (0, "unknown")])
def test_what_did_not_arrive_is_said(case: tuple[Path, str], sink: Sink, answer: int, became: str) -> None:
    home, name = case
    channel(home, kind="webhook", url=f"http://127.0.0.1:{sink.port}/in", tlp="RED", private=True)
    message = drafted(home, name)
    jumpkit(home, "message", "approve", name, message, "--by", "Dana")
    sink.answers.append(answer)
    jumpkit(home, "message", "send", name, message, code=1)
    assert state(home, name)["state"] == became
    assert state(home, name)["because"]
    assert len(sink.got) == 1, "redirects are not followed"


def test_nothing_above_the_channels_tlp_leaves(case: tuple[Path, str], sink: Sink) -> None:
    home, name = case
    channel(home, kind="webhook", url=f"http://127.0.0.1:{sink.port}/in", tlp="GREEN", private=True)
    unmarked = drafted(home, name)
    jumpkit(home, "message", "approve", name, unmarked, "--by", "Dana")
    assert "TLP:RED" in jumpkit(home, "message", "send", name, unmarked, "--json", code=4).one()["error"]["message"]
    cleared(home, name, "green")
    message = drafted(home, name)
    jumpkit(home, "message", "approve", name, message, "--by", "Dana")
    cleared(home, name, "amber+strict")
    jumpkit(home, "message", "send", name, message, "--json", code=4)
    assert not sink.got
    assert state(home, name)["state"] == "approved"


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "169.254.169.254", "10.1.2.3", "localhost", "2130706433"])
def test_addresses_inside_are_refused_unless_they_are_meant(case: tuple[Path, str], sink: Sink, host: str) -> None:
    home, name = case
    channel(home, kind="webhook", url=f"https://{host}:{sink.port}/in", tlp="RED")
    message = drafted(home, name)
    jumpkit(home, "message", "approve", name, message, "--by", "Dana")
    done = jumpkit(home, "message", "send", name, message, "--json", code=None)
    assert done.code in (1, 4)
    assert not sink.got
    if done.code == 4:
        assert "no public address" in done.one()["error"]["message"]


class Mailbox:
    """What a mail server was handed."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.refuse = ""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - as the server calls it
        if self.refuse and address == self.refuse:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        self.got.append(envelope)
        return "250 kept"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=0)
    # the port is chosen by the system and known once it listens
    server.port = _free()
    server.start()
    yield box, server.port
    server.stop()


def _free() -> int:
    import socket  # noqa: PLC0415 - for this alone

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_mail_arrives_with_its_mark_and_no_header_of_the_writers(
    case: tuple[Path, str], mailbox: tuple[Mailbox, int]
) -> None:
    home, name = case
    box, port = mailbox
    channel(
        home,
        kind="smtp",
        url=f"smtp://127.0.0.1:{port}",
        tlp="RED",
        private=True,
        starttls=False,
        to=["counsel@example.com"],
        sender="ir@example.com",
    )
    words = ("--condition", "Leaked\nBcc: all@example.com", *WORDS[2:])
    made = jumpkit(home, "message", "draft", name, "--channel", "out", *words, "--json").one()
    message = made["messages"][-1]["message"]
    jumpkit(home, "message", "approve", name, message, "--by", "Dana")
    jumpkit(home, "message", "send", name, message)
    (envelope,) = box.got
    assert envelope.rcpt_tos == ["counsel@example.com"]
    head = envelope.content.partition(b"\r\n\r\n")[0]
    assert b"Subject: [TLP:RED]" in head
    assert b"\nBcc:" not in head
    box.refuse = "counsel@example.com"
    message = drafted(home, name)
    jumpkit(home, "message", "approve", name, message, "--by", "Dana")
    jumpkit(home, "message", "send", name, message, code=1)
    assert state(home, name)["state"] == "failed"
    assert "refused" in state(home, name)["because"]


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "webhook", "url": "http://example.com/in", "tlp": "AMBER"},
        {"kind": "webhook", "url": "file:///etc/passwd", "tlp": "AMBER"},
        {"kind": "smtp", "url": "smtp://mail.example.com", "tlp": "AMBER"},
        {"kind": "pigeon", "url": "https://example.com", "tlp": "AMBER"},
        {"kind": "webhook", "url": "https://example.com", "tlp": "PINK"},
        {"kind": "webhook", "url": "https://example.com", "tlp": "RED", "password": "x"},
    ],
)
def test_a_channel_that_is_not_understood_is_refused_by_name(case: tuple[Path, str], told: Json) -> None:
    home, name = case
    channel(home, **told)
    error = jumpkit(home, "message", "draft", name, "--channel", "out", *WORDS, "--json", code=2).one()["error"]
    assert "channels.out" in error["target"]
