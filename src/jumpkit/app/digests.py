"""Checks the provider's own digest files against the logs of a case."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import msgspec

from jumpkit.app.latest import latest_case
from jumpkit.collect import read
from jumpkit.kit.errors import Unreadable
from jumpkit.model.artifact import Chunk
from jumpkit.preserve.digests import UNKNOWN, VALID, Held, check_chain, read_keys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jumpkit.app.workspace import Desk
    from jumpkit.model.artifact import Sealed
    from jumpkit.preserve.digests import Keys, Vouched

_LARGEST = 16 << 20  # bytes of a digest file; one an hour and trail is far smaller


def digests(desk: Desk, named: str | None, keys: Path | None) -> dict[str, Any]:
    """Return what the digest files that a case holds say of its logs, with the limits of that.

    Raises:
        Unreadable: the file of keys is none.

    """
    case = latest_case(desk, named)
    known = _keys(keys)
    files = _files(desk, case)
    found = check_chain(files, known)
    counted = Counter((each.kind, each.state) for each in found)
    return {
        "schema": "digests/1",
        "case": case,
        "items": [asdict(each) for each in found],
        "counts": {
            f"{kind}s": {state: n for (of, state), n in sorted(counted.items()) if of == kind}
            for kind in ("digest", "log")
        },
        "uncovered": _uncovered(files, found),
        "limits": _limits(files, found, known),
    }


def chain_of(desk: Desk, case: str, keys: Path | None) -> list[Vouched]:
    """Return what the case's digest files say of its logs."""
    return check_chain(_files(desk, case), _keys(keys))


def _files(desk: Desk, case: str) -> list[Held]:
    with desk.book.read() as tx:
        shas = tx.values("artifact", "sha256", case=case)
    return [held for sha256 in shas for held in _held(desk, desk.artifact(str(sha256)))]


def fell_short(told: dict[str, Any]) -> bool:
    """Tell whether anything was changed or is missing, or nothing could be said at all."""
    return not told["items"] or any(item["state"] not in (VALID, UNKNOWN) for item in told["items"])


def _keys(path: Path | None) -> Keys:
    if path is None:
        return {}
    try:
        return read_keys(json.loads(path.read_bytes()))
    except (OSError, ValueError) as caught:
        raise Unreadable(f"the public keys cannot be read: {caught}", target=str(path)) from caught


def _held(desk: Desk, sealed: Sealed) -> Iterator[Held]:
    """Yield what is within one artifact, member by member."""
    member, whole, start, content = None, hashlib.sha256(), b"", 0
    for item in read(sealed, desk.limits()):
        if not isinstance(item, Chunk):
            continue  # triage has said what is wrong with it
        if item.offset == 0:
            member, whole, start, content = item.member, hashlib.sha256(), b"", 0
        whole.update(item.data)
        content += len(item.data)
        if content <= _LARGEST:
            start += bytes(item.data)
        if item.last:
            digest = _digest(start) if content <= _LARGEST else None
            yield Held(member or sealed.name, sealed.sha256, whole.hexdigest(), digest)


def _digest(data: bytes) -> dict[str, Any] | None:
    """Return what a digest file says, None where the content is none."""
    if b'"digestS3Object"' not in data:
        return None
    try:
        told = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return told if isinstance(told, dict) and "digestS3Object" in told and "logFiles" in told else None


def _uncovered(files: list[Held], found: list[Vouched]) -> list[dict[str, str]]:
    """Return the files that no digest file names."""
    covered = {each.sha256 for each in found}
    return [
        {"name": each.name, "sha256": each.sha256}
        for each in sorted(files, key=lambda each: each.name)
        if each.digest is None and each.sha256 not in covered
    ]


def _limits(files: list[Held], found: list[Vouched], keys: Keys) -> list[dict[str, str]]:
    """Return what cannot be said, and why."""
    told = []
    if not any(each.digest for each in files):
        told.append(("whether the logs are whole and unchanged", "the case holds no digest file of CloudTrail"))
    elif not keys:
        told.append(("who made the digest files", "no public keys were given: aws cloudtrail list-public-keys, --keys"))
    if any(each.kind == "digest" and each.state == UNKNOWN and "newest" in each.why for each in found):
        told.append(
            ("the newest digest file of each chain", "its signature is kept as metadata of the object in S3 alone")
        )
    uncovered = len(_uncovered(files, found))
    if uncovered and any(each.digest for each in files):
        told.append((f"{uncovered} files", "no digest file at hand names them"))
    return [{"what": what, "because": because} for what, because in told]
