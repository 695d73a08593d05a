from __future__ import annotations

import base64
import hashlib
import sqlite3
from typing import TYPE_CHECKING

from command.run import Json, assert_intact, entries, problems
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

if TYPE_CHECKING:
    from pathlib import Path


def root_of(leaves: list[bytes]) -> bytes:
    """Return the Merkle tree hash of RFC 6962 over leaf hashes, written anew."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + root_of(leaves[:split]) + root_of(leaves[split:])).digest()


def test_each_item_has_who_when_where_from_and_hashes(invictus: tuple[Path, Json]) -> None:
    """D-33: who, when, where from, tool version and hashes for each item; steps are entries."""
    home, answer = invictus
    lines = entries(home, answer["case"])
    collected = [line for line in lines if line["kind"] == "item.collected"]
    assert len(collected) == 55
    for line in collected:
        assert line["at"].endswith("Z")
        assert line["actor"]
        assert {"sha256", "sha512", "size", "name"} <= set(line["body"])
        sealed = home / "shelf" / line["body"]["sha256"][:2] / line["body"]["sha256"]
        assert hashlib.sha512(sealed.read_bytes()).hexdigest() == line["body"]["sha512"]
    assert {"rules.loaded", "events.stored", "findings.recorded", "report.written"} <= {line["kind"] for line in lines}


def test_a_stranger_finds_the_same_root_under_the_same_signature(invictus: tuple[Path, Json]) -> None:
    """D-33: an independent reading of the ledger gives the signed root, with nothing of the product's."""
    home, answer = invictus
    with sqlite3.connect(f"file:{home / 'book.sqlite'}?mode=ro", uri=True) as book:
        sql = "SELECT line FROM ledger WHERE [case] = ? ORDER BY seq"
        leaves = [hashlib.sha256(b"\x00" + bytes(line)).digest() for (line,) in book.execute(sql, (answer["case"],))]
        sql = "SELECT size, root, note FROM checkpoint WHERE [case] = ? AND size = ?"
        size, root, note = book.execute(sql, (answer["case"], answer["ledger"]["size"])).fetchone()
    assert size == answer["ledger"]["size"]
    assert root_of(leaves[:size]).hex() == root == answer["ledger"]["root"]
    text, _, signatures = bytes(note).decode().partition("\n\n")
    _, count, encoded, *_ = text.split("\n")
    assert (int(count), base64.b64decode(encoded).hex()) == (size, root)
    public = load_pem_public_key((home / "keys" / "ledger.pub").read_bytes())
    assert isinstance(public, Ed25519PublicKey)
    signature = base64.b64decode(signatures.strip().rsplit(" ", 1)[1])[4:]
    public.verify(signature, f"{text}\n".encode())
    assert answer["ledger"]["key"] == f"ed25519:{hashlib.sha256(public.public_bytes_raw()).hexdigest()}"


def test_verify_is_0_until_something_is_changed(workspace: Path) -> None:
    """D-33: verify exits 0; one flipped byte or a reordered or deleted entry makes it exit 1 and name it."""
    assert_intact(workspace)
    item = next(path for path in sorted((workspace / "shelf").rglob("*")) if path.is_file())
    data = bytearray(item.read_bytes())
    data[-1] ^= 1
    item.chmod(0o600)
    item.write_bytes(data)
    assert {("artifact", f"shelf/{item.name[:2]}/{item.name}")} <= problems(workspace)
