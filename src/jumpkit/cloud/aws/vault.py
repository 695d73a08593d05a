"""An S3 bucket as a vault: objects locked in compliance mode, each claim of the store tried before it is believed."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.cloud.aws.door import Access, client, told
from jumpkit.kit.errors import Denied, JumpkitError, NotFound, ProviderError, Refused, Unreachable

if TYPE_CHECKING:
    from pathlib import Path

_COMPLIANCE = "COMPLIANCE"
_PROBE = timedelta(minutes=2)  # how long what a trial leaves behind stays locked
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a vault must do, whether it did, and what was seen."""

    claim: str
    held: bool | None  # None: could not be tried
    seen: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An object that lies locked in the vault, as it was read back."""

    key: str
    version: str
    sha256: str
    until: str | None  # RFC 3339; None: not locked
    request_id: str
    date: str | None  # the store's own clock, as its header had it


@dataclass(frozen=True, slots=True)
class Vault:
    """A bucket and a prefix in it."""

    bucket: str
    prefix: str
    access: Access

    def at(self, key: str) -> str:
        """Return the address of a key, for people."""
        return f"s3://{self.bucket}/{key}"

    @property
    def s3(self) -> Any:
        """Return the client."""
        return client("s3", self.access)


def try_out(vault: Vault, now: datetime) -> list[Claim]:
    """Return what the bucket promises and what it does, tried with one small object that stays for two minutes."""
    found = [_versions(vault), _lock(vault)]
    if any(claim.held is False for claim in found):
        return found
    key = f"{vault.prefix}trial-{secrets.token_hex(8)}"
    until = now.astimezone(UTC).replace(microsecond=0) + _PROBE
    with told(vault.at(key)):
        put = vault.s3.put_object(
            Bucket=vault.bucket, Key=key, Body=b"trial", ObjectLockMode=_COMPLIANCE, ObjectLockRetainUntilDate=until
        )
    version = str(put.get("VersionId"))
    found.append(_read_back(vault, key, version, until))
    sooner = {"Mode": _COMPLIANCE, "RetainUntilDate": until - timedelta(seconds=60)}
    where = {"Bucket": vault.bucket, "Key": key}
    asked = {**where, "VersionId": version}
    found += [
        _refuses("shortening a retention is refused", vault, "put_object_retention", asked | {"Retention": sooner}),
        _refuses("deleting a locked version is refused", vault, "delete_object", asked),
        _refuses(
            "a second object under one name is refused", vault, "put_object", where | {"Body": b"", "IfNoneMatch": "*"}
        ),
    ]
    return found


def _versions(vault: Vault) -> Claim:
    with told(vault.at("")):
        status = vault.s3.get_bucket_versioning(Bucket=vault.bucket).get("Status")
    return Claim("every version is kept", status == "Enabled", f"versioning is {status or 'off'}")


def _lock(vault: Vault) -> Claim:
    claim = "objects can be locked"
    try:
        with told(vault.at("")):
            answer = vault.s3.get_object_lock_configuration(Bucket=vault.bucket)
    except (NotFound, ProviderError) as caught:
        return Claim(claim, held=False, seen=caught.message)
    state = answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled")
    return Claim(claim, state == "Enabled", f"Object Lock is {state or 'off'}")


def _read_back(vault: Vault, key: str, version: str, until: datetime) -> Claim:
    claim = "a lock in compliance mode reads back as it was asked"
    try:
        with told(vault.at(key)):
            answer = vault.s3.get_object_retention(Bucket=vault.bucket, Key=key, VersionId=version)
    except JumpkitError as caught:
        return Claim(claim, held=False, seen=caught.message)
    held = answer.get("Retention", {})
    same = held.get("Mode") == _COMPLIANCE and held.get("RetainUntilDate") == until
    return Claim(claim, same, f"{held.get('Mode')} until {held.get('RetainUntilDate')}")


def _refuses(claim: str, vault: Vault, operation: str, asked: dict[str, Any]) -> Claim:
    """Do what must fail; that it fails is what makes the store a vault."""
    try:
        with told(vault.at(asked["Key"])):
            getattr(vault.s3, operation)(**asked)
    except JumpkitError as caught:
        return Claim(claim, held=True, seen=caught.message)
    return Claim(claim, held=False, seen="the store did it")


def keep(vault: Vault, name: str, path: Path, until: datetime) -> Kept:
    """Put one file under lock, read it back, and return what was read.

    Raises:
        Refused: the store holds other bytes under this name, or did not lock what it took.

    """
    key = f"{vault.prefix}{name}"
    digest = _digest(path)
    kept = _present(vault, key, digest)
    if kept is None:
        sum_ = base64.b64encode(bytes.fromhex(digest)).decode()
        with path.open("rb") as body, told(vault.at(key)):
            vault.s3.put_object(
                Bucket=vault.bucket,
                Key=key,
                Body=body,
                IfNoneMatch="*",
                ChecksumSHA256=sum_,
                ObjectLockMode=_COMPLIANCE,
                ObjectLockRetainUntilDate=until,
            )
        kept = _present(vault, key, digest)
    elif kept.until is not None and kept.until < _stamp(until):
        longer = {"Mode": _COMPLIANCE, "RetainUntilDate": until}
        with told(vault.at(key)):
            vault.s3.put_object_retention(Bucket=vault.bucket, Key=key, VersionId=kept.version, Retention=longer)
        kept = _present(vault, key, digest)
    if kept is None or kept.until is None or kept.until < _stamp(until):
        seen = (f"locked until {kept.until}" if kept.until else "not locked") if kept else "not there"
        raise Refused(
            f"the store did not lock what it took: {seen}", target=vault.at(key), hint="jumpkit vault check says why"
        )
    return kept


def _present(vault: Vault, key: str, digest: str) -> Kept | None:
    """Return the object as the store gives it back, None where there is none; its bytes are hashed, not believed."""
    try:
        with told(vault.at(key)):
            answer = vault.s3.get_object(Bucket=vault.bucket, Key=key)
            found = hashlib.sha256()
            for block in answer["Body"].iter_chunks(_BLOCK):
                found.update(block)
    except NotFound:
        return None
    if found.hexdigest() != digest:
        raise Refused(f"the store holds other bytes under this name: {found.hexdigest()}", target=vault.at(key))
    version, about = str(answer.get("VersionId")), answer["ResponseMetadata"]
    date = about.get("HTTPHeaders", {}).get("date")
    return Kept(key, version, digest, _locked_until(vault, key, version), str(about.get("RequestId")), date)


def _locked_until(vault: Vault, key: str, version: str) -> str | None:
    """Return until when the store itself says that nobody can change a version, None where it says nothing."""
    try:
        with told(vault.at(key)):
            answer = vault.s3.get_object_retention(Bucket=vault.bucket, Key=key, VersionId=version)
    except ProviderError as caught:
        if isinstance(caught, Denied | Unreachable):
            raise
        return None
    held = answer.get("Retention", {})
    return _stamp(held["RetainUntilDate"]) if held.get("Mode") == _COMPLIANCE else None


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
