"""D-37: the bag is read with no network, no sign-in and no workspace, by jumpkit and by people without it."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyrage
import pytest
from command.people import valid, written
from command.run import Json, assert_intact, jumpkit, surroundings

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "\x1b[2J<script>alert(1)</script>"


@dataclass(frozen=True)
class Packed:
    """A bag, what opens it, and whence it came."""

    home: Path
    bag: Path
    key: Path
    made: Json

    def run(self, *said: str | Path, code: int = 0) -> Json:
        """Run a command on the bag, as somebody does who has nothing else."""
        return jumpkit(None, "--bag", self.bag, "--identity", self.key, *said, "--json", code=code, **NOWHERE).one()

    def plain(self) -> bytes:
        """Return the archive, as the age tool gives it."""
        identity = pyrage.x25519.Identity.from_str(self.key.read_text())
        return bytes(pyrage.decrypt(self.bag.read_bytes(), [identity]))


# A book on a server that is gone, and a folder that is none: a bag needs neither.
NOWHERE = {"JUMPKIT_BOOK": "postgresql://jumpkit@127.0.0.1:1/gone", "JUMPKIT_HOME": "/nonexistent/jumpkit"}


def packed(folder: Path, **more: str) -> Packed:
    home, bag, key = folder / "home", folder / "bag.age", folder / "key"
    identity = pyrage.x25519.Identity.generate()
    key.write_text(str(identity))
    jumpkit(home, "contact", "import", written(folder), **more)
    jumpkit(home, "case", "open", "--title", f"Keys {HOSTILE}", "--severity", "high", **more)
    jumpkit(home, "case", "note", "C-2026-0001", "--text", f"plain words\n{HOSTILE}", **more)
    jumpkit(home, "case", "note", "C-2026-0001", "--text", "words-for-counsel", "--privileged", **more)
    jumpkit(home, "case", "moment", "C-2026-0001", "aware_personal_data", "2026-03-28T23:30+01:00", **more)
    jumpkit(home, "case", "open", "--title", "A secret matter", **more)
    jumpkit(home, "case", "reclassify", "C-2026-0002", "--restricted", "--reason", "need to know", **more)
    (home / "config.toml").write_text(
        '[channels.out]\nkind = "webhook"\nurl = "https://hooks.example.com/T0K3N-of-a-hook"\ntlp = "amber"\n'
    )
    plan = folder / "plan.md"
    plan.write_text("# Our plan\nCall the lawyer.\n")
    said = ("bag", "make", "-o", bag, "--to", str(identity.to_public()), "--with", plan, "--json")
    return Packed(home, bag, key, valid(jumpkit(home, *said, **more).one()))


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Packed:
    return packed(tmp_path_factory.mktemp("bag"))


def test_contacts_and_cases_are_read_from_the_bag_alone(bag: Packed) -> None:
    assert bag.made["cases"] == ["C-2026-0001"]
    assert bag.made["cases_left_out"] == ["C-2026-0002"]
    assert bag.made["rows_withheld"] == 1
    assert valid(bag.run("contact", "show", "asha"))["channels"][1]["address"] == "+49 30 5550101"
    assert len(bag.run("case", "show", "C-2026-0001")["notes"]) == 1
    due = {each["clock"]: each["due"] for each in bag.run("clocks", "C-2026-0001", code=1)["clocks"]}
    assert due["gdpr-authority"] == "2026-03-31T22:30:00Z"
    assert bag.run("comms", "check", "--assume-lost", "entra")["roles"]
    error = bag.run("contact", "verify", "asha", code=4)["error"]
    assert "only read" in error["message"]
    bag.run("triage", bag.key, code=2)


def test_it_needs_no_network(bag: Packed) -> None:
    alone = ["unshare", "-r", "-n"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let a plain user leave the network")
    command = [sys.executable, "-m", "jumpkit", "--bag", bag.bag, "--identity", bag.key, "provider", "paths", "list"]
    done = subprocess.run([*alone, *map(str, command)], capture_output=True, check=False, env=surroundings(**NOWHERE))
    assert done.returncode == 0, done.stderr
    assert b"account manager" in done.stdout


def test_people_without_jumpkit_read_its_pages(bag: Packed) -> None:
    with tarfile.open(fileobj=io.BytesIO(bag.plain())) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    for name in ("index", "contacts", "oncall", "providers", "channels", "escalation", "cases/C-2026-0001"):
        html, text = files[f"{name}.html"], files[f"{name}.md"]
        assert b"<script>" not in html + text, name
        assert b"\x1b" not in html + text, name
        assert b"default-src 'none'" in html
    assert b"+49 30 5550101" in files["contacts.md"].replace(b"\\", b"")
    assert b"2026-03-31T22:30:00Z" in files["cases/C-2026-0001.md"]
    assert files["plans/plan.md"] == b"# Our plan\nCall the lawyer.\n"
    everything = b"".join(files.values())
    assert b"words-for-counsel" not in everything, "what is privileged stays at home"
    assert b"A secret matter" not in everything
    assert b"T0K3N" not in everything
    assert b"PRIVATE KEY" not in everything
    assert b"5550101" not in bag.bag.read_bytes(), "and outside nothing can be read"


def test_what_was_changed_or_is_anothers_is_refused(bag: Packed, tmp_path: Path) -> None:
    key = bag.made["key"]
    said = ("--identity", bag.key, "--json")
    shown = valid(jumpkit(None, "bag", "show", bag.bag, "plan.md", "--key", key, *said).one())
    assert shown["key"] == {"fingerprint": key, "pinned": True}
    assert "Call the lawyer" in shown["text"]
    other = jumpkit(None, "bag", "show", bag.bag, "--key", "ed25519:" + "0" * 64, *said, code=1).one()
    assert other["error"]["kind"] == "tampered"
    assert jumpkit(None, "bag", "show", bag.bag, "--json", code=4).one()["error"]["kind"] == "refused"
    changed, whole = tmp_path / "changed.tar", bag.plain()
    changed.write_bytes(whole.replace(b"Call the lawyer", b"Call the attack"))
    assert jumpkit(None, "bag", "show", changed, "--json", code=1).one()["error"]["kind"] == "tampered"
    at = whole.index(b'"made"')
    changed.write_bytes(whole[:at] + b'"mode"' + whole[at + 6 :])
    assert jumpkit(None, "bag", "show", changed, "--json", code=1).one()["error"]["kind"] == "tampered"
    changed.write_bytes(whole[:5000])
    assert jumpkit(None, "--bag", changed, "contact", "list", "--json", code=1).one()["error"]["kind"] == "unreadable"


def test_a_bag_is_made_for_somebody_and_the_workspace_stays_whole(bag: Packed, tmp_path: Path) -> None:
    error = jumpkit(bag.home, "bag", "make", "-o", tmp_path / "b", "--json", code=2).one()["error"]
    assert "who may open" in error["message"]
    (tmp_path / "words").write_text("correct horse\n")
    said = ("bag", "make", "-o", tmp_path / "b", "--passphrase-file", tmp_path / "words", "--case", "C-2026-0002")
    jumpkit(bag.home, *said)
    opened = ("--bag", tmp_path / "b", "--passphrase-file", tmp_path / "words")
    assert jumpkit(None, *opened, "case", "show", "--json").one()["title"] == "A secret matter"
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0
    jumpkit(bag.home, *said, code=2)
    assert_intact(bag.home)
    assert not list((bag.home / "cache").glob("bag-*"))


def test_a_bag_is_packed_from_a_server_too(postgres_book: str, tmp_path: Path) -> None:
    made = packed(tmp_path, JUMPKIT_BOOK=postgres_book)
    assert made.run("contact", "show", "bo")["name"] == "Bo Lindqvist"
    assert made.run("case", "show")["case"] == "C-2026-0001"
    assert jumpkit(made.home, "verify", "--json", JUMPKIT_BOOK=postgres_book).one()["intact"] is True
