"""A workspace comes back from one file, whole and verified; without the key, or changed, it does not."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

import pyrage
import pytest
from command.logs import quiet, write
from command.run import assert_intact, entries, jumpkit, listing, triage

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("backup")
    home = folder / "home"
    return home, triage(home, write(folder / "logs" / "one.json", *quiet(4)))["case"]


def test_a_backup_to_a_key_comes_back_the_same(held: tuple[Path, str], tmp_path: Path) -> None:
    home, case = held
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(f"# made for a test\n{key}\n")
    out = tmp_path / "all.age"
    told = jumpkit(home, "backup", "-o", out, "--to", str(key.to_public()), "--json").one()
    assert told["encrypted"]
    assert out.stat().st_mode & 0o077 == 0
    assert b"PRIVATE KEY" not in out.read_bytes()
    back = tmp_path / "back"
    assert jumpkit(back, "restore", out, "--json", code=4).one()["error"]["kind"] == "refused"
    (tmp_path / "other").write_text(str(pyrage.x25519.Identity.generate()))
    assert jumpkit(back, "restore", out, "--identity", tmp_path / "other", "--json", code=4)
    assert not back.exists()
    jumpkit(back, "restore", out, "--identity", tmp_path / "key")
    assert entries(back, case) == entries(home, case)
    skipped = ("cache", "book.sqlite", "workspace.lock")
    same = [
        {name: seen for name, seen in listing(place).items() if not name.startswith(skipped)} for place in (home, back)
    ]
    assert same[0].keys() == same[1].keys()
    assert_intact(back)
    triage(back, write(tmp_path / "logs" / "two.json", *quiet(5)), "--case", case)
    assert_intact(back)
    assert jumpkit(back, "restore", out, "--identity", tmp_path / "key", "--json", code=2)


def test_a_passphrase_opens_what_it_closed(held: tuple[Path, str], tmp_path: Path) -> None:
    (tmp_path / "words").write_text("correct horse battery staple\n")
    (tmp_path / "wrong").write_text("incorrect horse\n")
    out = tmp_path / "all.age"
    jumpkit(held[0], "backup", "-o", out, "--passphrase-file", tmp_path / "words")
    assert jumpkit(tmp_path / "back", "restore", out, "--passphrase-file", tmp_path / "wrong", "--json", code=4)
    jumpkit(tmp_path / "back", "restore", out, "--passphrase-file", tmp_path / "words")
    assert_intact(tmp_path / "back")


def test_nobody_is_asked_for_means_nothing_is_written(held: tuple[Path, str], tmp_path: Path) -> None:
    done = jumpkit(held[0], "backup", "-o", tmp_path / "all", "--json", code=2)
    assert "who may open it" in done.one()["error"]["message"]
    assert not (tmp_path / "all").exists()


@pytest.mark.parametrize("bytes_", [b"", b"\n", b"\xff\xfe\x00"])
def test_a_passphrase_that_is_none_is_refused(held: tuple[Path, str], tmp_path: Path, bytes_: bytes) -> None:
    (tmp_path / "words").write_bytes(bytes_)
    said = ("--passphrase-file", tmp_path / "words", "--json")
    assert jumpkit(held[0], "backup", "-o", tmp_path / "all", *said, code=2).one()["error"]["kind"] == "usage"


def test_a_changed_backup_is_not_restored(held: tuple[Path, str], tmp_path: Path) -> None:
    out = tmp_path / "all.tar"
    jumpkit(held[0], "backup", "-o", out, "--plain")
    with tarfile.open(out) as tar:
        places = {member.name: member.offset_data for member in tar}
    whole = out.read_bytes()
    shelf = next(place for name, place in places.items() if name.startswith("shelf/"))
    for at in (places["book.sqlite"] + 5000, shelf, places["backup.json"] + 40):
        out.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert "error" in jumpkit(tmp_path / "back", "restore", out, "--json", code=1).one()
        assert not (tmp_path / "back").exists()
    out.write_bytes(whole[: shelf + 10])
    assert jumpkit(tmp_path / "back", "restore", out, "--json", code=1).one()["error"]["kind"] == "unreadable"
    out.write_bytes(whole)
    jumpkit(tmp_path / "back", "restore", out)
    assert_intact(tmp_path / "back")
    assert not list(tmp_path.glob("*.part-*"))
