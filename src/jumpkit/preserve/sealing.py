"""Encrypts and opens files in the age format, for people by their keys or by a passphrase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import BadUsage, MissingExtra, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MOST = 1 << 30  # bytes that are encrypted by a passphrase, which is done in memory
_MAGIC = b"age-encryption.org/"


@dataclass(frozen=True, slots=True)
class Locks:
    """For whom a file is encrypted: age or SSH public keys, or a passphrase; nothing of both: it is not."""

    recipients: Sequence[str] = ()
    passphrase: str | None = None


@dataclass(frozen=True, slots=True)
class Opener:
    """What opens an encrypted file: age or SSH private keys as text, or a passphrase."""

    identities: Sequence[str] = ()
    passphrase: str | None = None


def _age() -> Any:
    try:
        import pyrage  # noqa: PLC0415 - an extra, loaded at need
    except ModuleNotFoundError as caught:
        raise MissingExtra(
            "encryption needs the extra age", target="pyrage", hint="pip install 'jumpkit[age]'"
        ) from caught
    return pyrage


def is_encrypted(path: Path) -> bool:
    """Tell whether a file is in the age format."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def encrypt(plain: Path, out: Path, locks: Locks) -> None:
    """Write `plain` encrypted to `out`.

    Raises:
        BadUsage: a recipient is none, or the file is too large for a passphrase.

    """
    age = _age()
    if locks.passphrase is not None:
        if plain.stat().st_size > _MOST:
            raise BadUsage("too large for a passphrase", target=str(out), hint="encrypt to a key: --to age1…")
        out.write_bytes(age.passphrase.encrypt(plain.read_bytes(), locks.passphrase))
        return
    recipients = [_recipient(age, each) for each in locks.recipients]
    with plain.open("rb") as source, out.open("wb") as target:
        age.encrypt_io(source, target, recipients)


def decrypt(sealed: Path, out: Path, opener: Opener) -> None:
    """Write what is in an encrypted file to `out`.

    Raises:
        Refused: neither key nor passphrase opens it, or it was changed.

    """
    age = _age()
    hint = "name the key (--identity FILE) or the passphrase (--passphrase-file FILE) that it was made for"
    try:
        if opener.passphrase is not None:
            out.write_bytes(age.passphrase.decrypt(sealed.read_bytes(), opener.passphrase))
            return
        identities = [_identity(age, each) for each in opener.identities]
        if not identities:
            raise Refused("it is encrypted", target=str(sealed), hint=hint)
        with sealed.open("rb") as source, out.open("wb") as target:
            age.decrypt_io(source, target, identities)
    except age.DecryptError as caught:
        raise Refused(f"it cannot be opened: {caught}", target=str(sealed), hint=hint) from caught


def _recipient(age: Any, text: str) -> Any:
    kind = age.ssh if text.startswith("ssh-") else age.x25519
    try:
        return kind.Recipient.from_str(text.strip())
    except age.RecipientError as caught:
        raise BadUsage(f"no key that can be encrypted to: {caught}", target=text[:80]) from caught


def _identity(age: Any, text: str) -> Any:
    """Return a private key; lines of an age key file that begin with # are comments."""
    try:
        if "PRIVATE KEY-----" in text:
            return age.ssh.Identity.from_buffer(text.encode())
        lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
        return age.x25519.Identity.from_str(lines[0] if lines else "")
    except age.IdentityError as caught:
        raise BadUsage("the file holds no key that opens anything", target="--identity") from caught
