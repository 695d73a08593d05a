"""Writes a case into one file; each byte of it is what the book vouches for, or nothing is written."""

from __future__ import annotations

import hashlib
import os
import zipfile
from typing import TYPE_CHECKING, Any

from jumpkit.kit.digest import canonical, sha256_hex
from jumpkit.kit.errors import NotFound, Refused, Tampered
from jumpkit.preserve.check_files import expected_of
from jumpkit.preserve.ledger import workspace_id
from jumpkit.preserve.origins import IMPORTED, signers_of
from jumpkit.preserve.parcel.layout import CHECKPOINTS, LEDGER, MANIFEST, ROWS, SCHEMA, TABLES, Member, Parcel
from jumpkit.store.files import file_digest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jumpkit.preserve.origins import Signer
    from jumpkit.store.book import Tx

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the only date that says nothing
_PIECE = 1 << 20


def write_parcel(tx: Tx, home: Path, case: str, public: bytes, to: Path) -> Parcel:
    """Write the case to a file, whole or not at all, and return its digest.

    Raises:
        NotFound: there is no such case.
        Refused: artifacts of it lie outside the workspace.
        Tampered: a file is not what the book says it is.

    """
    if not tx.count("case_", case=case):
        raise NotFound(f"there is no case {case}", target=case, hint="jumpkit case list")
    _check_inside(tx, case)
    made = _from_book(tx, case)
    kept = _from_home(tx, home, case)
    members = sorted([*(Member(name, sha256_hex(data), len(data)) for name, data in made.items()), *kept], key=_name)
    head = canonical(_manifest(tx, case, public, members))
    partial = to.with_name(f"{to.name}.part")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(_info(MANIFEST, len(head)), head)
            for member in members:
                _put(archive, member, made.get(member.name), home)
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        digest, size = file_digest(partial), partial.stat().st_size
        partial.replace(to)
    finally:
        partial.unlink(missing_ok=True)
    return Parcel(case, digest, size, len(kept), tx.count("ledger", case=case))


def _check_inside(tx: Tx, case: str) -> None:
    outside = tx.count("artifact", case=case, in_place=1)
    if outside:
        raise Refused(
            f"{outside} artifacts of {case} lie outside the workspace, where they were read in place",
            target=case,
            hint="triage them into a case without --in-place, which seals them",
        )


def _from_book(tx: Tx, case: str) -> dict[str, bytes]:
    """Return the members that are made of rows, by name."""
    made = {LEDGER: b"".join(_line(row["line"], case) for row in tx.rows("ledger", case=case))}
    for row in tx.rows("checkpoint", case=case):
        made[f"{CHECKPOINTS}{int(row['size']):012d}.note"] = bytes(row["note"])
    for table in TABLES:
        rows = tx.rows(table, case=case)
        if rows:
            made[f"{ROWS}{table}.jsonl"] = b"".join(_row(row) for row in rows)
    return made


def _line(line: object, case: str) -> bytes:
    if not isinstance(line, bytes) or b"\n" in line:
        raise Tampered("a line of the ledger is no line", target=case, hint=f"jumpkit verify {case}")
    return line + b"\n"


def _row(row: Mapping[str, Any]) -> bytes:
    return canonical({name: value for name, value in row.items() if value is not None}) + b"\n"


def _from_home(tx: Tx, home: Path, case: str) -> list[Member]:
    expected = expected_of(tx, [case])
    found = []
    for name, sha256 in {**expected.artifacts, **expected.files}.items():
        path = home / name
        if not path.is_file():
            raise Tampered(f"{name} is missing", target=name, hint=f"jumpkit verify {case}")
        found.append(Member(name, sha256, path.stat().st_size))
    return found


def _manifest(tx: Tx, case: str, public: bytes, members: list[Member]) -> dict[str, Any]:
    size = tx.count("ledger", case=case)
    signers = signers_of(tx, case, workspace_id(tx), public)
    if len(signers) > 1 and (signers[-2].size, signers[-2].how) == (size, IMPORTED):
        signers.pop()  # this workspace has sealed nothing of it yet
    origins = [_origin(each, size) for each in signers]
    return {"schema": SCHEMA, "case": case, "origins": origins, "files": [member.as_json() for member in members]}


def _origin(signer: Signer, size: int) -> dict[str, Any]:
    told = {"workspace": signer.workspace, "public": (signer.public or b"").hex(), "size": signer.size or size}
    if signer.how in {None, IMPORTED}:
        return told
    return told | {"how": signer.how} | ({"successor": signer.then.hex()} if signer.then else {})


def _put(archive: zipfile.ZipFile, member: Member, data: bytes | None, home: Path) -> None:
    info = _info(member.name, member.size)
    if data is not None:
        archive.writestr(info, data)
        return
    digest = hashlib.sha256()
    with (home / member.name).open("rb") as source, archive.open(info, "w") as target:
        while piece := source.read(_PIECE):
            digest.update(piece)
            target.write(piece)
    if digest.hexdigest() != member.sha256:
        raise Tampered(f"{member.name} is not what the book says it is", target=member.name, hint="jumpkit verify")


def _info(name: str, size: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.create_system, info.external_attr, info.file_size = 3, 0o600 << 16, size
    return info


def _name(member: Member) -> str:
    return member.name
