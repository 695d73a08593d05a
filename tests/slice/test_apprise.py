"""What neither mail nor webhook covers goes by Apprise: approved like the rest, fenced in, and honest about its end."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from command.postgres import free_port
from command.run import Json, assert_intact, jumpkit
from command.sink import Sink, listening

from jumpkit.notify.fence import Fence, Fenced

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("apprise")

CASE = "C-2026-0001"
WORDS = ("--condition", "Keys leaked", "--actions", "a", "--needs", "An answer\nby noon", "--next", "x")
SECRET = "tok3n-of-a-pager"  # noqa: S105 - what must not come out again


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as kept:
        yield kept


def prepared(home: Path, **told: Any) -> None:
    jumpkit(home, "case", "open", "--title", "x")
    body = {"kind": "apprise", "url_env": "PAGER", "tlp": "RED", **told}
    lines = [f"{name} = {json.dumps(value)}" for name, value in body.items()]
    (home / "config.toml").write_text("[channels.out]\n" + "\n".join(lines) + "\n")


def sent(home: Path, url: str | None, code: int) -> Json:
    message = jumpkit(home, "message", "draft", CASE, "--channel", "out", *WORDS, "--json").one()["messages"][-1]
    named = {"PAGER": url} if url is not None else {}
    assert jumpkit(home, "message", "send", CASE, message["message"], "--json", code=4, **named).one()["error"]
    jumpkit(home, "message", "approve", CASE, message["message"], "--by", "Dana")
    body = jumpkit(home, "message", "send", CASE, message["message"], "--json", code=code, **named).one()
    return body if "error" in body else dict(body["messages"][-1])


def test_an_approved_message_arrives_and_its_end_is_said(tmp_path: Path, sink: Sink) -> None:
    home = tmp_path / "home"
    prepared(home, private=True)
    url = f"json://user:{SECRET}@127.0.0.1:{sink.port}/in"
    assert sent(home, url, 0)["state"] == "sent"
    told = json.loads(sink.got[0][1])
    assert told["title"].startswith("[TLP:RED]")
    assert "An answer\nby noon" in told["message"]
    sink.answers += [500, 302, 0]
    assert sent(home, url, 1)["state"] == "failed"
    assert sent(home, url, 1)["state"] == "failed", "redirects are not followed"
    last = sent(home, url, 1)
    assert last["state"] == "unknown", "it was asked, and nobody can say whether it arrived"
    assert len(sink.got) == 4
    assert sink.paths == ["/in"] * 4
    assert SECRET not in json.dumps(jumpkit(home, "case", "show", "--json").one())
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in home.glob("*.sqlite*"))
    assert_intact(home)


def test_request_forgery_stays_closed(tmp_path: Path, sink: Sink) -> None:
    home = tmp_path / "home"
    prepared(home)
    error = sent(home, f"json://localhost:{sink.port}/in", 4)["error"]
    assert "no public address" in error["message"]
    assert not sink.got
    assert sent(home, "nonsense://x", 1)["state"] == "failed"
    assert "PAGER" in sent(home, None, 2)["error"]["message"]


def test_mail_by_apprise_arrives_too(tmp_path: Path) -> None:
    got: list[Any] = []

    class Box:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - as it is called
            got.append(envelope)
            return "250 kept"

    server = Controller(Box(), hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        home = tmp_path / "home"
        prepared(home, private=True)
        to = f"mailto://127.0.0.1:{server.port}?to=counsel@example.com&from=ir@example.com&mode=insecure"
        assert sent(home, to, 0)["state"] == "sent"
    finally:
        server.stop()
    assert got[0].rcpt_tos == ["counsel@example.com"]
    assert b"[TLP:RED]" in got[0].content


@pytest.mark.parametrize("told", [{"url": "json://x"}, {"url_env": 3}, {"url_env": "X", "depends_on": "mail"}])
def test_a_channel_that_would_write_its_secret_down_is_refused(tmp_path: Path, told: Json) -> None:
    home = tmp_path / "home"
    prepared(home, **told)
    error = jumpkit(home, "message", "draft", CASE, "--channel", "out", *WORDS, "--json", code=2).one()["error"]
    assert "channels.out" in error["target"]


@pytest.mark.parametrize(
    ("event", "args"),
    [
        ("socket.connect", (None, ("169.254.169.254", 80))),
        ("socket.connect", (None, ("::1", 80, 0, 0))),
        ("socket.connect", (None, ("::ffff:10.0.0.1", 80, 0, 0))),
        ("socket.connect", (None, ("fe80::1%eth0", 80, 0, 2))),
        ("socket.connect", (None, ("metadata.internal", 80))),
        ("socket.connect", (None, "/run/dbus/system_bus_socket")),
        ("socket.sendto", (None, ("192.168.0.1", 514))),
        ("socket.sendmsg", (None, ("127.0.0.1", 514))),
        ("subprocess.Popen", ("sh", ["sh"], None, None)),
        ("os.system", (b"sh",)),
        ("open", ("/tmp/x", "w", os.O_WRONLY | os.O_CREAT)),  # noqa: S108 - it is never opened
    ],
)
def test_the_fence_holds(event: str, args: tuple[Any, ...]) -> None:
    fence = Fence(private=False)
    with pytest.raises(Fenced):
        fence.hear(event, args)
    assert len(fence.refused) == 1
    fence.hear("socket.connect", (None, ("8.8.8.8", 443)))
    fence.hear("open", ("/etc/hosts", "r", os.O_RDONLY))
    fence.hear("socket.sendmsg", (None, None))
    assert fence.reached == 1
