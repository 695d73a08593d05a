"""Asks a time-stamping authority (RFC 3161) to vouch for when bytes were there; not for keeping time."""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509

from jumpkit.kit.errors import MissingExtra, Tampered, Unreachable, Unreadable

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = 20
_LARGEST = 1 << 20  # bytes of a reply
_GRANTED = (0, 1)  # granted, granted with changes


@dataclass(frozen=True, slots=True)
class Authority:
    """A time-stamping authority: where it is asked, and the roots that it is held against, as PEM."""

    url: str
    roots: bytes


@dataclass(frozen=True, slots=True)
class Stamped:
    """What an authority said: its reply (DER of TimeStampResp) and the time in it, RFC 3339."""

    token: bytes
    at: str


def authority(url: str | None, roots: Path | None) -> Authority | None:
    """Return the authority that the settings name, None where they name none.

    Raises:
        Unreadable: the roots are missing, or are no certificates.

    """
    if url is None:
        return None
    hint = "the setting tsa_roots names a PEM file with the authority's root certificate"
    if roots is None:
        raise Unreadable("a time-stamping authority is named, and nothing to hold it against", target=url, hint=hint)
    try:
        data = roots.read_bytes()
        x509.load_pem_x509_certificates(data)
    except (OSError, ValueError) as caught:
        raise Unreadable(f"its root certificates cannot be read: {caught}", target=str(roots), hint=hint) from caught
    return Authority(url, data)


def stamp_bytes(data: bytes, by: Authority) -> Stamped:
    """Return the authority's token over `data`, after checking that it is one.

    Raises:
        MissingExtra: the parser is not installed.
        Unreachable: the authority does not answer.
        Tampered: what came back does not vouch for these bytes by these roots.

    """
    try:
        import rfc3161_client as rfc  # noqa: PLC0415 - an extra, loaded at need
    except ModuleNotFoundError as caught:
        raise MissingExtra(
            "time stamps need the extra tsa", target=by.url, hint="pip install 'jumpkit[tsa]'"
        ) from caught
    request = rfc.TimestampRequestBuilder().data(data).nonce(nonce=True).cert_request(cert_request=True).build()
    reply = _asked(by.url, request.as_bytes())
    try:
        response = rfc.decode_timestamp_response(reply)
        if response.status not in _GRANTED:
            raise Unreachable(f"the authority refused with status {response.status}", target=by.url)
        builder = rfc.VerifierBuilder.from_request(request)
        for root in x509.load_pem_x509_certificates(by.roots):
            builder = builder.add_root_certificate(root)
        builder.build().verify_message(response, data)
    except (ValueError, rfc.VerificationError) as caught:
        raise Tampered(f"the reply vouches for nothing: {caught}", target=by.url, hint="do its roots fit?") from caught
    return Stamped(reply, f"{response.tst_info.gen_time:%Y-%m-%dT%H:%M:%SZ}")


def _asked(url: str, query: bytes) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise Unreadable("an authority is asked by http or https", target=url)
    request = urllib.request.Request(url, query, {"Content-Type": "application/timestamp-query"})  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as reply:  # noqa: S310 - checked above
            data: bytes = reply.read(_LARGEST + 1)
    except (urllib.error.URLError, TimeoutError, OSError) as caught:
        raise Unreachable(f"the time-stamping authority does not answer: {caught}", target=url) from caught
    if len(data) > _LARGEST:
        raise Unreadable("the reply is too large to be a time stamp", target=url)
    return data
