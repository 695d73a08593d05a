"""Unpacks a parcel into an empty folder and names whatever is not as its manifest says; nothing is believed yet."""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import NoSpace, NotFound, Tampered, Unreadable
from jumpkit.kit.text import shown
from jumpkit.preserve.origins import LOST, ROTATED, Signer
from jumpkit.preserve.parcel.layout import CHECKPOINTS, LEDGER, MANIFEST, ROWS, SCHEMA, TABLES, Member

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_CASE = re.compile(r"C-[0-9]{4}-[0-9]{4,12}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LARGEST_HEAD = 256 << 20  # bytes of a manifest
_PIECE = 1 << 20
_KEY = 32  # bytes of a raw Ed25519 key


@dataclass(frozen=True, slots=True)
class Head:
    """What a manifest says, well-formed and no more."""

    case: str
    origins: tuple[Signer, ...]
    members: Mapping[str, Member]


def unpack(path: Path, to: Path) -> Head:
    """Unpack every member below `to`, each held against the manifest.

    Raises:
        NotFound: there is no such file.
        Unreadable: it is no parcel.
        Tampered: a member is missing, changed, or too many; the message names it.
        NoSpace: the disk has no room for it.

    """
    if not path.is_file():
        raise NotFound(f"there is no file {path}", target=str(path), hint="jumpkit case export CASE -o FILE makes one")
    try:
        with zipfile.ZipFile(path) as archive:
            there = _listed(archive)
            head = _head(archive, there)
            _check_names(head, there)
            _check_room(head, to)
            for member in head.members.values():
                _take(archive, there[member.name], member, to)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as caught:
        raise Unreadable(
            f"{path.name} is no whole parcel: {caught}", target=str(path), hint="fetch it again"
        ) from caught
    return head


def _listed(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    there: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        if info.filename in there:
            raise _changed(info.filename, "it stands there twice")
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            raise _changed(info.filename, "it is packed in another way than ours")
        there[info.filename] = info
    return there


def _head(archive: zipfile.ZipFile, there: Mapping[str, zipfile.ZipInfo]) -> Head:
    info = there.get(MANIFEST)
    if info is None or info.file_size > _LARGEST_HEAD:
        raise Unreadable("it holds no manifest of ours", target=MANIFEST, hint="jumpkit case export makes parcels")
    try:
        return _understood(json.loads(archive.read(info)))
    except (ValueError, KeyError, TypeError, AttributeError) as caught:
        raise _changed(MANIFEST, "it is not understood, or of a later version") from caught


def _understood(body: Mapping[str, Any]) -> Head:
    if body["schema"] != SCHEMA or not _CASE.fullmatch(body["case"]):
        raise ValueError(body["schema"])
    members = {str(each["name"]): Member(each["name"], each["sha256"], int(each["size"])) for each in body["files"]}
    if len(members) != len(body["files"]):
        raise ValueError("a name stands twice")
    return Head(body["case"], tuple(_origin(each) for each in body["origins"]), members)


def _origin(each: Mapping[str, Any]) -> Signer:
    how, size = each.get("how"), int(each["size"])
    if how not in {None, ROTATED, LOST} or (how == ROTATED) != ("successor" in each) or size < 0:
        raise ValueError("no signer")
    then = _key(each["successor"]) if how == ROTATED else None
    return Signer(str(each["workspace"]), _key(each["public"]), size, how, then)


def _key(text: str) -> bytes:
    public = bytes.fromhex(text)
    if len(public) != _KEY:
        raise ValueError("no public key")
    return public


def _check_names(head: Head, there: Mapping[str, zipfile.ZipInfo]) -> None:
    for name in sorted(there.keys() - {MANIFEST} - head.members.keys()):
        raise _changed(name, "the manifest does not name it")
    for name, member in sorted(head.members.items()):
        if name not in there:
            raise _changed(name, "it is missing")
        if there[name].file_size != member.size:
            raise _changed(name, f"{member.size} bytes expected, {there[name].file_size} found")
        if not _known(name, head.case) or not _DIGEST.fullmatch(member.sha256):
            raise _changed(name, "no such file belongs into a parcel")
    if LEDGER not in there or not head.origins:
        raise _changed(LEDGER, "a parcel without a ledger, or without a signer, proves nothing")


def _known(name: str, of: str) -> bool:
    """Tell whether a name is one that we write: below our folders, and nowhere above or beside them."""
    parts = name.split("/")
    if any(part in {"", ".", ".."} or "\x00" in part or "\\" in part for part in parts):
        return False
    match parts:
        case [single]:
            fits = single == LEDGER
        case ["rows", table]:
            fits = table.endswith(".jsonl") and table.removesuffix(".jsonl") in TABLES
        case ["checkpoints", file]:
            fits = re.fullmatch(r"[0-9]{12}\.note", file) is not None
        case ["shelf", first, digest]:
            fits = _DIGEST.fullmatch(digest) is not None and first == digest[:2]
        case [top, *_]:
            fits = top in {"lake", "reports", "estates"} and len(parts) > 2 and parts[1] == of  # noqa: PLR2004 - folder, case, file
    return fits


def _check_room(head: Head, to: Path) -> None:
    needed = sum(member.size for member in head.members.values())
    stat = os.statvfs(to)
    free = stat.f_bavail * stat.f_frsize
    if needed > free:
        raise NoSpace(f"the parcel needs {needed:,} bytes, {free:,} are free", target=str(to), hint="make room")


def _take(archive: zipfile.ZipFile, info: zipfile.ZipInfo, member: Member, to: Path) -> None:
    place = to / member.name
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with archive.open(info) as source, place.open("xb") as target:
        while piece := source.read(_PIECE):
            digest.update(piece)
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    if digest.hexdigest() != member.sha256:
        raise _changed(member.name, "its bytes are not those that the manifest names")


def _changed(name: str, why: str) -> Tampered:
    safe = shown(name, 200)
    return Tampered(f"the parcel was changed: {safe}: {why}; nothing was taken in", target=safe, hint="fetch it again")


def checkpoint_files(to: Path) -> list[Path]:
    """Return the checkpoints of an unpacked parcel, sorted by size."""
    return sorted((to / CHECKPOINTS).glob("*.note"))


def row_file(to: Path, table: str) -> Path:
    """Return where the rows of a table lie in an unpacked parcel."""
    return to / f"{ROWS}{table}.jsonl"
