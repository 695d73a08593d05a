"""CloudTrail's own digest files: which log files the provider vouches for, which were changed, which are missing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from jumpkit.kit.errors import Unreadable

VALID, INVALID, MISSING, UNKNOWN = "valid", "invalid", "missing", "unknown"
Keys = Mapping[str, RSAPublicKey]  # by the fingerprint that digest files name


@dataclass(frozen=True, slots=True)
class Held:
    """A file of the case: its decompressed content's SHA-256, and what it says where it is a digest file."""

    name: str
    sha256: str  # of the sealed artifact
    content: str  # hex, SHA-256 of what is within
    digest: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Vouched:
    """What the chain says of one object: a digest file, or a log file that one names."""

    uid: str  # bucket/key
    kind: str  # digest, log
    state: str
    why: str
    sha256: str | None  # of the sealed artifact, None where the case holds none
    since: str | None  # the hour that the digest is for
    until: str | None


def read_keys(told: Any) -> Keys:
    """Return the keys of what `aws cloudtrail list-public-keys` prints.

    Raises:
        Unreadable: it holds no such list, or a key that is none.

    """
    listed = told.get("PublicKeyList") if isinstance(told, dict) else told
    if not isinstance(listed, list) or not listed:
        raise Unreadable("no list of public keys", hint="aws cloudtrail list-public-keys --start-time … > keys.json")
    keys = {}
    for each in listed:
        try:
            fingerprint, key = each["Fingerprint"], load_der_public_key(_der(each["Value"]))
        except (KeyError, TypeError, ValueError, binascii.Error, UnsupportedAlgorithm) as caught:
            raise Unreadable(f"a public key in the list cannot be read: {caught}") from caught
        if not isinstance(key, RSAPublicKey):
            raise Unreadable("a public key in the list is no RSA key", target=str(fingerprint))
        keys[str(fingerprint)] = key
    return keys


def _der(value: str) -> bytes:
    """Return SubjectPublicKeyInfo for the bare PKCS#1 key that CloudTrail hands out, or what is that already."""
    bare = base64.b64decode(value, validate=True)
    if b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01" in bare[:40]:
        return bare
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    bits = b"\x03" + _length(len(bare) + 1) + b"\x00" + bare
    return b"\x30" + _length(len(algorithm) + len(bits)) + algorithm + bits


def _length(size: int) -> bytes:
    if size < 0x80:  # noqa: PLR2004 - DER's short form
        return bytes([size])
    data = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(data)]) + data


def check_chain(files: Sequence[Held], keys: Keys) -> list[Vouched]:
    """Return what the digest files among `files` say of each other and of the logs, sorted by kind and object."""
    chain = {_place(each.digest): each for each in files if each.digest is not None}
    before = {place: _before(each.digest) for place, each in chain.items() if each.digest}
    after = {earlier: chain[place] for place, earlier in before.items() if earlier is not None}
    found = [_digest(place, each, after.get(place), keys) for place, each in chain.items()]
    states = {each.uid: each for each in found}
    gaps = [_gap(place, each) for place, each in after.items() if place not in chain]
    contents: dict[str, Held] = {each.content: each for each in reversed(files) if each.digest is None}
    names = _by_name(files)
    logs: dict[str, Vouched] = {}
    for place, each in chain.items():
        for log in _logs(each.digest):
            said = _log(log, each, states[place], contents, names)
            logs[said.uid] = said
    return sorted([*found, *gaps, *logs.values()], key=lambda each: (each.kind, each.uid))


def _place(digest: Mapping[str, Any] | None) -> str:
    assert digest is not None  # noqa: S101 - asked of digest files only
    return f"{digest.get('digestS3Bucket')}/{digest.get('digestS3Object')}"


def _before(digest: Mapping[str, Any]) -> str | None:
    bucket, key = digest.get("previousDigestS3Bucket"), digest.get("previousDigestS3Object")
    return f"{bucket}/{key}" if bucket and key else None


def _span(digest: Mapping[str, Any]) -> tuple[str | None, str | None]:
    since, until = digest.get("digestStartTime"), digest.get("digestEndTime")
    return (str(since) if since else None), (str(until) if until else None)


def _digest(place: str, held: Held, successor: Held | None, keys: Keys) -> Vouched:
    """Judge a digest file by the signature that its successor repeats, and by its successor's word on its content."""
    digest = held.digest
    assert digest is not None  # noqa: S101 - asked of digest files only
    span = _span(digest)
    if successor is None or successor.digest is None:
        why = "the newest of its chain: its signature is in the object's metadata, which a copy does not have"
        return Vouched(place, "digest", UNKNOWN, why, held.sha256, *span)
    stated = successor.digest.get("previousDigestHashValue")
    if stated != held.content:
        why = f"its content is {held.content}, the digest after it says {stated}"
        return Vouched(place, "digest", INVALID, why, held.sha256, *span)
    state, why = _signed(digest, held.content, successor.digest.get("previousDigestSignature"), keys)
    return Vouched(place, "digest", state, why, held.sha256, *span)


def _signed(digest: Mapping[str, Any], content: str, signature: Any, keys: Keys) -> tuple[str, str]:
    named = str(digest.get("digestPublicKeyFingerprint"))
    if named not in keys:
        return UNKNOWN, f"the public key {named} was not given (--keys)"
    earlier = digest.get("previousDigestSignature")
    text = f"{digest.get('digestEndTime')}\n{_place(digest)}\n{content}\n{earlier or 'null'}"
    try:
        keys[named].verify(bytes.fromhex(str(signature)), text.encode(), PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return INVALID, f"the signature is not of the key {named}"
    return VALID, f"signed by the provider's key {named}"


def _gap(place: str, successor: Held) -> Vouched:
    digest = successor.digest or {}
    why = f"the digest after it ({_place(digest)}) names it, and the case does not hold it: its logs may lack unseen"
    return Vouched(place, "digest", MISSING, why, None, None, _span(digest)[0])


def _logs(digest: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    listed = (digest or {}).get("logFiles")
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _by_name(files: Sequence[Held]) -> dict[str, Held]:
    return {each.name.rsplit("/", 1)[-1]: each for each in files if each.digest is None}


def _log(
    log: Mapping[str, Any], by: Held, vouching: Vouched, contents: Mapping[str, Held], names: Mapping[str, Held]
) -> Vouched:
    """Judge a log file by the hash that a digest file gives, as far as that digest file itself can be believed."""
    place = f"{log.get('s3Bucket')}/{log.get('s3Object')}"
    stated = str(log.get("hashValue"))
    span = _span(by.digest or {})
    held = contents.get(stated)
    if held is not None:
        if vouching.state == VALID:
            return Vouched(place, "log", VALID, "its content is what a signed digest file says", held.sha256, *span)
        why = f"its content is what a digest file says, which itself is {vouching.state}: {vouching.why}"
        return Vouched(place, "log", vouching.state, why, held.sha256, *span)
    changed = names.get(str(log.get("s3Object")).rsplit("/", 1)[-1])
    if changed is not None:
        why = f"its content is {changed.content}, the digest file says {stated}"
        return Vouched(place, "log", INVALID, why, changed.sha256, *span)
    return Vouched(place, "log", MISSING, "delivered, says the digest file, and not in the case", None, *span)
