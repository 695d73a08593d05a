"""Writes a bundle: payload first, then the log's own line about it, then what follows from the log."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jumpkit.kit.digest import sha256_hex
from jumpkit.kit.errors import BadUsage, Tampered, Unreadable
from jumpkit.preserve.bundle import bag
from jumpkit.preserve.bundle.proofs import entries, item_name, proofs
from jumpkit.preserve.keys import public_pem

if TYPE_CHECKING:
    from jumpkit.preserve.bundle.bag import Digests
    from jumpkit.preserve.origins import Signer

_UNFINISHED = ".part"


@dataclass(frozen=True, slots=True)
class Item:
    """A sealed artifact: where its bytes lie, and what they must be."""

    path: Path
    sha256: str
    sha512: str
    name: str  # as it was received


@dataclass(frozen=True, slots=True)
class Payload:
    """What a bundle holds: the items, and what was made of them, by their names below data/."""

    items: Sequence[Item]
    made: dict[str, bytes | Path]


@dataclass(frozen=True, slots=True)
class Sealed:
    """The log as it stands after the bundle was entered into it."""

    lines: Sequence[bytes]
    checkpoints: dict[int, bytes]  # the signed notes, by the lines they cover
    signers: Sequence[Signer]  # the present one last
    cosigned: Sequence[tuple[bytes, bytes]] = ()  # notes with a witness's line alone, and its raw key
    unseen: Sequence[str] = ()  # why a witness that was asked did not sign


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle that was written."""

    path: Path
    files: int
    size: int  # bytes of payload
    script: str  # SHA-256 of verify.sh
    unseen: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """What bag-info.txt says."""

    case: str
    agent: str
    day: str


Enter = Callable[[dict[str, str]], Sealed]
Stamp = Callable[[bytes], tuple[bytes, bytes] | None]


def make_bundle(out: Path, marks: Marks, payload: Payload, enter: Enter, stamp: Stamp) -> Made:
    """Write the bag at `out`, which must not be there yet, or be an empty folder.

    `enter` writes the digests of what the log is to vouch for into it and returns the log; `stamp` returns a time
    stamp token over the checkpoint and the authority's root, or None where none is asked.

    Raises:
        BadUsage: something is there already.
        Tampered: an item is no longer what was sealed.

    """
    part = _begun(out)
    try:
        held = _payload(part, payload)
        script = files("jumpkit.content").joinpath("bundle", "verify.sh").read_bytes()
        tags = _fixed(marks, held, script)
        for name, data in tags.items():
            _write(part / name, data)
        sealed = enter({name: sha256_hex(tags[name]) for name in bag.NAMED})
        for name, data in _following(sealed, stamp).items():
            _write(part / name, data)
        _tag_manifests(part)
        _settle(part, out)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return Made(out, len(held), sum(each.size for each in held.values()), sha256_hex(script), sealed.unseen)


def _begun(out: Path) -> Path:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadUsage(
            "a bundle is written into a folder of its own", target=str(out), hint="name one that is not there"
        )
    part = out.with_name(out.name + _UNFINISHED)
    if part.exists():
        raise BadUsage("an unfinished bundle is in the way", target=str(part), hint="remove it, or choose another name")
    part.mkdir(parents=True, mode=0o700)
    return part


def _payload(part: Path, payload: Payload) -> dict[str, Digests]:
    """Copy everything below data/ and return what it is."""
    held: dict[str, Digests] = {}
    for item in payload.items:
        name = item_name(item.sha256)
        held[name] = _copy(item.path, part / name, item.name)
        if (held[name].sha256, held[name].sha512) != (item.sha256, item.sha512):
            raise Tampered("the sealed bytes were changed", target=item.name, hint="jumpkit verify names what changed")
    for name, source in payload.made.items():
        target = f"data/{name}"
        if isinstance(source, Path):
            held[target] = _copy(source, part / target, name)
        else:
            _write(part / target, source)
            held[target] = bag.digests_of(source)
    return held


def _copy(source: Path, target: Path, name: str) -> Digests:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(source, target)
    except OSError as caught:
        raise Unreadable(f"it cannot be copied: {caught.strerror}", target=name, hint="jumpkit verify") from caught
    return bag.digests(target)


def _fixed(marks: Marks, held: dict[str, Digests], script: bytes) -> dict[str, bytes]:
    """Return the tag files that do not depend on the log."""
    manual = files("jumpkit.content").joinpath("bundle", "VERIFY.md").read_bytes()
    made = {bag.manifest_name(algorithm): bag.manifest(held, algorithm) for algorithm in bag.ALGORITHMS}
    made |= {"bagit.txt": bag.MARK, "bag-info.txt": bag.info(marks.case, marks.agent, marks.day, held)}
    return made | {bag.SCRIPT: script, bag.MANUAL: manual}


def _following(sealed: Sealed, stamp: Stamp) -> dict[str, bytes]:
    """Return the files that follow from the log."""
    last = sealed.checkpoints[max(sealed.checkpoints)]
    made = {bag.LOG: b"".join(line + b"\n" for line in sealed.lines), bag.CHECKPOINT: last}
    *before, present = (public_pem(signer.public or b"") for signer in sealed.signers)
    made[bag.PUBLIC] = present
    made |= {f"{bag.KEYS}{number}.pub.pem": pem for number, pem in enumerate(before, 1)}
    for number, (cosigned, public) in enumerate(sealed.cosigned, 1):
        made |= {f"{bag.WITNESSES}{number}.note": cosigned, f"{bag.WITNESSES}{number}.pub.pem": public_pem(public)}
    for size, note in sealed.checkpoints.items():
        if note is not last:
            made[f"custody/checkpoints/{size}"] = note
    made |= dict(proofs(entries(sealed.lines), last))
    stamped = stamp(last)
    return made if stamped is None else made | {bag.TOKEN: stamped[0], bag.AUTHORITY: stamped[1]}


def _tag_manifests(part: Path) -> None:
    tags = {name: bag.digests(part / name) for name in bag.listed(part) if bag.is_tag(name)}
    for algorithm in bag.ALGORITHMS:
        _write(part / bag.manifest_name(algorithm, tags=True), bag.manifest(tags, algorithm))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _settle(part: Path, out: Path) -> None:
    """Make the bag durable, and give it its name."""
    for name in bag.listed(part):
        handle = os.open(part / name, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    if out.exists():
        out.rmdir()
    part.rename(out)
