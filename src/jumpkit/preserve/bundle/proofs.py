"""Proofs as files: that a log holds an item, and that it only grew; each stands alone beside the key."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.preserve import merkle
from jumpkit.preserve.bundle.bag import ARTIFACTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


WITHHELD = "withheld"
_WITHHELD = re.compile(rb'\{"withheld":"([0-9a-f]{64})"\}')


@dataclass(frozen=True, slots=True)
class Entry:
    """What a bundle needs of one line of the log; of a line that was withheld, its leaf alone is known."""

    seq: int
    line: bytes
    kind: str
    body: dict[str, Any]
    leaf: bytes


def entries(lines: Sequence[bytes]) -> list[Entry]:
    """Return the lines as entries; ValueError where a line is none."""
    found = []
    for seq, line in enumerate(lines):
        hidden = _WITHHELD.fullmatch(line)
        if hidden is not None:
            found.append(Entry(seq, line, WITHHELD, {}, bytes.fromhex(hidden[1].decode())))
            continue
        told = json.loads(line)
        if not isinstance(told, dict) or not isinstance(told.get("body"), dict):
            raise ValueError(f"line {seq} is no entry")  # noqa: TRY004 (callers ask of bytes, not of types)
        found.append(Entry(seq, line, str(told.get("kind")), told["body"], merkle.leaf_hash(line)))
    return found


def withheld(leaf: bytes) -> bytes:
    """Return what stands in the log's file for a line that is not disclosed."""
    return b'{"withheld":"%s"}' % leaf.hex().encode()


def made(log: Sequence[Entry]) -> Entry | None:
    """Return the line that says that this bundle was made, None where there is none."""
    return next((entry for entry in reversed(log) if entry.kind == "bundle.made"), None)


def pairs(log: Sequence[Entry], name: str) -> list[tuple[int, str]]:
    """Return what the bundle's own line lists under a name: a number and a word each; what is none is left out."""
    own = made(log)
    rows = own.body.get(name, []) if own else []
    split = [str(row).split(" ") for row in rows] if isinstance(rows, list) else []
    return [(int(row[0]), row[1]) for row in split if len(row) == 2 and row[0].isascii() and row[0].isdigit()]  # noqa: PLR2004 - number and word


def collected(log: Sequence[Entry]) -> dict[str, Entry]:
    """Return by SHA-256 the first line that says that an item was received."""
    found: dict[str, Entry] = {}
    for entry in log:
        if entry.kind == "item.collected":
            found.setdefault(str(entry.body.get("sha256")), entry)
    return found


def earlier(log: Sequence[Entry]) -> dict[int, str]:
    """Return the SHA-256 of every earlier checkpoint that the log names, by the lines it covers."""
    own = made(log)
    told = [(size, sha256) for size, sha256 in pairs(log, "older") if own is not None and 0 < size <= own.seq]
    return dict(told) | {
        int(entry.body["size"]): str(entry.body["sha256"]) for entry in log if entry.kind == "checkpoint"
    }


def proofs(log: Sequence[Entry], checkpoint: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield each proof by its name in the bag."""
    leaves = [entry.leaf for entry in log]
    levels = merkle.levels(leaves)
    for sha256, entry in collected(log).items():
        yield f"custody/proofs/{sha256}.tlog-proof", _inclusion(levels, entry, checkpoint)
    for size in earlier(log):
        steps = b"".join(_told(step) for step in merkle.consistency_proof(leaves, size))
        yield f"custody/proofs/consistency-{size}", b"old %d\n%s\n%s" % (size, steps, checkpoint)


def _inclusion(levels: Sequence[Sequence[bytes]], entry: Entry, checkpoint: bytes) -> bytes:
    """Return a C2SP tlog-proof whose extra data is the line itself, so that the leaf can be made of it."""
    steps = b"".join(_told(step) for step in merkle.path_in(levels, entry.seq))
    extra = base64.b64encode(entry.line)
    return b"c2sp.org/tlog-proof@v1\nextra %s\nindex %d\n%s\n%s" % (extra, entry.seq, steps, checkpoint)


def _told(step: bytes) -> bytes:
    return base64.b64encode(step) + b"\n"


def item_name(sha256: str) -> str:
    """Return where an item lies in the bag."""
    return ARTIFACTS + sha256
