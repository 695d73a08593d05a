from __future__ import annotations

import base64
import hashlib
import shutil
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from jumpkit.kit.errors import Refused, Unreadable
from jumpkit.preserve import Key, key_of, note, public_of, same_fingerprint

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = "jumpkit/0123/C-2026-0001"
ROOT = hashlib.sha256(b"root").digest()


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return key_of(tmp_path)


def test_a_checkpoint_is_a_signed_note(key: Key) -> None:
    made = note.sign(ORIGIN, 7, ROOT, key)
    body, _, signature = made.note.partition(b"\n\n")
    assert body.decode().split("\n") == [ORIGIN, "7", base64.b64encode(ROOT).decode()]
    dash, name, blob = signature.decode().rstrip("\n").split(" ")
    assert (dash, name) == ("\u2014", ORIGIN)
    identity = hashlib.sha256(ORIGIN.encode() + b"\x0a\x01" + key.public).digest()[:4]
    assert base64.b64decode(blob)[:4] == identity
    Ed25519PublicKey.from_public_bytes(key.public).verify(base64.b64decode(blob)[4:], body + b"\n")


def test_what_was_signed_is_read_back(key: Key) -> None:
    made = note.sign(ORIGIN, 7, ROOT, key)
    assert note.read(made.note) == made
    assert note.signed_by(made, key.public)


def test_every_flipped_bit_breaks_it(key: Key, tmp_path: Path) -> None:
    made = note.sign(ORIGIN, 7, ROOT, key)
    for place in range(len(made.note)):
        for bit in (1, 2, 4, 0x20, 0x80):
            changed = bytearray(made.note)
            changed[place] ^= bit
            try:
                read = note.read(bytes(changed))
            except Unreadable:
                continue
            assert not note.signed_by(read, key.public), (place, bit)
    assert not note.signed_by(made, key_of(tmp_path / "other").public)
    assert not note.signed_by(note.read(made.note + made.note.partition(b"\n\n")[2]), key.public)


@pytest.mark.parametrize("data", [b"", b"a\nb\nc\n\n", b"a\n1\n!!\n\nx", b"a\n-1\n\n\nx", b"\xff\n1\nAAAA\n\nx"])
def test_what_is_no_note_is_named(data: bytes) -> None:
    with pytest.raises(Unreadable):
        note.read(data)


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first, again = key_of(tmp_path), key_of(tmp_path)
    assert first.public == again.public == public_of(tmp_path)
    files = sorted((tmp_path / "keys").iterdir())
    assert [file.name for file in files] == ["ledger.pem", "ledger.pub"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert first.fingerprint == "ed25519:" + hashlib.sha256(first.public).hexdigest()
    assert same_fingerprint(first.fingerprint.upper(), first.fingerprint.removeprefix("ed25519:"))
    assert not same_fingerprint(first.fingerprint, key_of(tmp_path / "other").fingerprint)


def test_no_key_is_made_by_asking_for_the_public_one(tmp_path: Path) -> None:
    assert public_of(tmp_path) is None
    assert not (tmp_path / "keys").exists()


def test_a_file_that_holds_no_key_is_refused_by_name(tmp_path: Path) -> None:
    key_of(tmp_path)
    (tmp_path / "keys" / "ledger.pem").write_bytes(b"nothing")
    (tmp_path / "keys" / "ledger.pub").write_bytes(b"nothing")
    with pytest.raises(Refused) as secret:
        key_of(tmp_path)
    with pytest.raises(Refused) as public:
        public_of(tmp_path)
    assert [str(each.value.target)[-10:] for each in (secret, public)] == ["ledger.pem", "ledger.pub"]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not on this machine")
def test_a_stranger_checks_it_with_openssl(key: Key, tmp_path: Path) -> None:
    body, _, signature = note.sign(ORIGIN, 7, ROOT, key).note.partition(b"\n\n")
    (tmp_path / "text").write_bytes(body + b"\n")
    (tmp_path / "sig").write_bytes(base64.b64decode(signature.split(b" ")[-1])[4:])
    call = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(tmp_path / "keys" / "ledger.pub"), "-rawin"]
    done = subprocess.run(
        [*call, "-in", str(tmp_path / "text"), "-sigfile", str(tmp_path / "sig")], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
