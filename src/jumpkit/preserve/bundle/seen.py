"""Checks what lies in a bundle of witnesses: a checkpoint with their line, and their key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.kit.errors import Refused
from jumpkit.preserve.bundle import bag
from jumpkit.preserve.cosign import Witness, seen_at, text_of
from jumpkit.preserve.keys import public_in, public_pem
from jumpkit.preserve.problem import Seen

if TYPE_CHECKING:
    from jumpkit.preserve.bundle.found import Found


def check_witnesses(found: Found) -> tuple[Seen, ...]:
    """Return what witnesses say that they saw of this log, and note each that does not hold."""
    seen: list[Seen] = []
    number = 1
    while (name := f"{bag.WITNESSES}{number}.note") in found.files:
        key = f"{bag.WITNESSES}{number}.pub.pem"
        found.wanted |= {name, key}
        one = _seen(found, name, key)
        if one is None:
            found.wrong("witness", name, "a witness's line over a checkpoint of this log", "none")
        else:
            seen.append(one)
        number += 1
    return tuple(seen)


def _seen(found: Found, name: str, key: str) -> Seen | None:
    try:
        public = public_in(found.root / key)
        lines = (found.root / name).read_bytes().decode().split("\n")
        origin, size, *_ = lines
        kept = found.root / f"custody/checkpoints/{size}" if size.isdigit() else found.root / bag.CHECKPOINT
        note = (kept if kept.is_file() else found.root / bag.CHECKPOINT).read_bytes()
        line = lines[4]
        who = line.split(" ")[1]
    except (OSError, Refused, ValueError, IndexError):
        return None
    if (found.root / key).read_bytes() != public_pem(public):
        return None
    text = text_of(note)
    at = seen_at(line, text, Witness(who, public, ""))
    if at is None or (text.decode() + f"\n{line}\n").split("\n") != lines:
        return None
    return Seen(origin, int(size), who, at, Witness(who, public, "").fingerprint)
