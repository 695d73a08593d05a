"""Puts bundles where nobody can change them, and tries whether a store keeps what it promises."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.app.workspace import writing
from jumpkit.cloud.aws.vault import Vault, keep, try_out
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, NotFound, Refused, Tampered
from jumpkit.preserve.bundle import check_bundle
from jumpkit.preserve.bundle.bag import digests, listed
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.recording import recording
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.cloud.aws.door import Access

_S3 = "s3://"
_FOLDER = "a folder: whoever is administrator of the machine can change it"


def check_vault(opening: Opening, target: str, access: Access) -> dict[str, Any]:
    """Return how far a store can be trusted to keep what it is given, claim by claim.

    Raises:
        Denied: the trial itself was not allowed, so that nothing is known.

    """
    told: dict[str, Any] = {"schema": "vault/1", "target": target}
    if not target.startswith(_S3):
        claim = {"claim": "nobody can change what lies there", "held": None, "seen": _FOLDER}
        return told | {"rating": "weak", "because": _FOLDER, "claims": [claim]}
    claims = try_out(_vault(target, access), opening.clock())
    broken = [claim for claim in claims if not claim.held]
    rating = "satisfies" if not broken else "fails"
    because = "; ".join(f"not so: {claim.claim} ({claim.seen})" for claim in broken) or "every claim was tried and held"
    if rating == "fails" and claims[0].held and not claims[1].held:
        rating, because = "weak", f"versions are kept, but whoever may delete them can: {claims[1].seen}"
    return told | {"rating": rating, "because": because, "claims": [asdict(claim) for claim in claims]}


def put_bundle(opening: Opening, bundle: Path, target: str, days: int, access: Access) -> dict[str, Any]:
    """Copy a bundle into a vault and read every file back; enter it into the ledger of its case.

    Raises:
        Tampered: the bundle is not whole.
        Refused: the store accepts a lock and ignores it, or holds other bytes under a name.

    """
    checked = check_bundle(bundle)
    if not checked.intact:
        raise Tampered("the bundle is not intact", target=str(bundle), hint="jumpkit verify names what is wrong")
    if days < 1:
        raise BadUsage("a retention is at least one day", target=str(days))
    until = opening.clock().astimezone(UTC).replace(microsecond=0) + timedelta(days=days)
    rating = check_vault(opening, target, access)
    name = f"{_case(bundle)}-{checked.logs[0].root[:16]}"
    if target.startswith(_S3):
        if rating["rating"] != "satisfies":
            raise Refused(f"the store is no vault: {rating['because']}", target=target, hint="jumpkit vault check")
        files = _locked(bundle, _vault(target, access), name, until)
    else:
        files = _copied(bundle, Path(target) / name)
    body = {"vault": target, "name": name, "files": len(files), "rating": rating["rating"]}
    body |= {"root": checked.logs[0].root, "until": stamp(until) if target.startswith(_S3) else None, "items": files}
    with writing(opening) as desk:
        _enter(desk, _case(bundle), body)
    return {"schema": "vault-put/1", "case": _case(bundle), **body}


def _locked(bundle: Path, vault: Vault, name: str, until: datetime) -> list[dict[str, Any]]:
    return [asdict(keep(vault, f"{name}/{each}", bundle / each, until)) for each in listed(bundle)]


def _copied(bundle: Path, folder: Path) -> list[dict[str, Any]]:
    if folder.exists():
        raise Refused("the vault holds this bundle already", target=str(folder), hint=f"jumpkit verify {folder}")
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(bundle, part)
    found = []
    for each in listed(part):
        here, there = digests(bundle / each), digests(part / each)
        if here != there:
            raise Tampered("the copy is not what was copied", target=str(part / each), hint="is the disk sound?")
        (part / each).chmod(0o400)
        found.append({"key": each, "sha256": there.sha256})
    part.rename(folder)
    return found


def _case(bundle: Path) -> str:
    lines = (bundle / "bag-info.txt").read_text("utf-8").splitlines()
    named = [line.partition(": ")[2] for line in lines if line.startswith("External-Identifier: ")]
    if not named:
        raise NotFound("the bundle names no case", target=str(bundle))
    return named[0]


def _enter(desk: Desk, case: str, body: dict[str, Any]) -> None:
    """Enter the transfer into the case's log, or the workspace's where the case lies in another one."""
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        log = case if pen.tx.one("case_", case=case) else WORKSPACE
        append(pen, log, "item.transferred", {"case": case, **body})


def _vault(target: str, access: Access) -> Vault:
    bucket, _, prefix = target.removeprefix(_S3).partition("/")
    if not bucket:
        raise BadUsage("this is no address in S3", target=target, hint="write s3://bucket/prefix")
    return Vault(bucket, prefix if not prefix or prefix.endswith("/") else f"{prefix}/", access)
