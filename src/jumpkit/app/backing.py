"""Backs a whole workspace up (book, shelf, lake, reports, keys) and brings it back, proven by its own ledger."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import secrets
import shutil
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit import __version__
from jumpkit.app.workspace import writing
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, Tampered, Unreadable
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.sealing import Locks, Opener, decrypt, encrypt, is_encrypted
from jumpkit.preserve.verify import verify
from jumpkit.store.book.copying import copy_book
from jumpkit.store.files import file_digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.preserve.problem import Verification

_BOOK, _LIST = "book.sqlite", "backup.json"
_LEFT = re.compile(r"cache(/.*)?|(book|desk)\.sqlite.*|[^/]*\.(lock|log)")
_BLOCK = 1 << 20


def back_up(opening: Opening, out: Path, locks: Locks) -> dict[str, Any]:
    """Write the workspace into one file while nobody writes to it, and return what it holds.

    Raises:
        BadUsage: the file is there already.

    """
    if out.exists():
        raise BadUsage("a backup is not written over anything", target=str(out), hint="name a file that is not there")
    part = out.with_name(f"{out.name}.part-{secrets.token_hex(4)}")
    try:
        with writing(opening) as desk:
            told = _packed(desk, part)
        if locks.recipients or locks.passphrase is not None:
            sealed = part.with_name(part.name + ".age")
            try:
                encrypt(part, sealed, locks)
                sealed.replace(part)
            finally:
                sealed.unlink(missing_ok=True)
        part.chmod(0o600)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    size, digest = out.stat().st_size, file_digest(out)
    encrypted = bool(locks.recipients) or locks.passphrase is not None
    return {"schema": "backup/1", "path": str(out), "size": size, "sha256": digest, "encrypted": encrypted, **told}


def _packed(desk: Desk, part: Path) -> dict[str, Any]:
    """Write the plain archive: the files, then the list of their digests."""
    files: dict[str, str] = {}
    staging = desk.home / "cache" / f"backup-{secrets.token_hex(4)}"
    try:
        book = copy_book(desk.book, staging)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with (
            os.fdopen(handle, "wb") as target,
            tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            for name, path in [(_BOOK, book), *_files(desk.home)]:
                files[name] = file_digest(path)
                tar.add(path, name, recursive=False)
            key = key_of(desk.home).fingerprint
            listed = {"made": stamp(desk.clock()), "version": __version__, "key": key, "files": files}
            data = json.dumps(listed, indent=1, sort_keys=True).encode()
            info = tarfile.TarInfo(_LIST)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return {"files": len(files), "key": key, "made": listed["made"]}


def _files(home: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if path.is_file() and not path.is_symlink() and not _LEFT.fullmatch(name):
            yield name, path


def restore(source: Path, opening: Opening, opener: Opener) -> dict[str, Any]:
    """Bring a backup back into a folder that holds no workspace, and verify it there before it takes its name.

    Raises:
        BadUsage: something lies in the folder.
        Refused: it is encrypted, and what was given does not open it.
        Tampered: what came back is not what was backed up.
        Unreadable: the file is no backup.

    """
    home = opening.home
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise BadUsage("a backup is restored into an empty folder", target=str(home), hint="--home DIR")
    part = home.with_name(f"{home.name}.part-{secrets.token_hex(4)}")
    part.mkdir(mode=0o700, parents=True)
    try:
        told = _unpacked(source, part, opener)
        found = _intact(part, told["key"], source)
        if home.exists():
            home.rmdir()
        part.rename(home)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    checked = {"entries": found.entries, "artifacts": found.artifacts, "files": found.files}
    return {"schema": "restore/1", "home": str(home), "made": told["made"], "key": told["key"], "checked": checked}


def _intact(part: Path, key: str, source: Path) -> Verification:
    found = verify(part, None, pin=key)
    if not found.intact:
        first = found.problems[0]
        raise Tampered(f"what came back is not intact: {first.kind} {first.where}", target=str(source))
    return found


def _unpacked(source: Path, part: Path, opener: Opener) -> dict[str, Any]:
    plain = source
    if is_encrypted(source):
        plain = part / ".plain"
        decrypt(source, plain, opener)
    try:
        with tarfile.open(plain, "r:") as tar:
            digests = {member.name: _written(tar, member, part) for member in tar}
        listed = json.loads((part / _LIST).read_bytes())
        expected: dict[str, str] = listed["files"]
    except (tarfile.TarError, OSError, ValueError, KeyError) as caught:
        raise Unreadable(f"the file is no whole backup: {caught}", target=str(source)) from caught
    del digests[_LIST]
    if digests != expected:
        names = sorted(name for name in {*digests, *expected} if digests.get(name) != expected.get(name))
        raise Tampered(f"{len(names)} files are not what was backed up: {names[0]}", target=str(source))
    (part / _LIST).unlink()
    (part / ".plain").unlink(missing_ok=True)
    return {"made": listed["made"], "key": listed["key"]}


def _written(tar: tarfile.TarFile, member: tarfile.TarInfo, part: Path) -> str:
    """Write one file of the archive below `part`, and return its digest; anything but a plain file is refused."""
    path = part / member.name
    source = tar.extractfile(member) if member.isreg() else None
    if source is None or ".." in Path(member.name).parts or Path(member.name).is_absolute():
        raise Unreadable("the file is no backup: it holds more than files", target=member.name[:200])
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mode = 0o400 if member.name.startswith("shelf/") else 0o600
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    digest = hashlib.sha256()
    with os.fdopen(handle, "wb") as target:
        while block := source.read(_BLOCK):
            digest.update(block)
            target.write(block)
    return digest.hexdigest()
