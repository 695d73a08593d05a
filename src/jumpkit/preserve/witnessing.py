"""Asks a witness to cosign a checkpoint (C2SP tlog-witness): it does only if the log grew from what it saw before."""

from __future__ import annotations

import base64
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.kit.errors import BadUsage, Refused, Tampered, Unreachable
from jumpkit.preserve import merkle
from jumpkit.preserve.cosign import Witness, seen_at, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.preserve.note import Checkpoint

_SECONDS = 20
_LARGEST = 1 << 16  # bytes of an answer
_CONFLICT = 409
_FORKED = (_CONFLICT, 422)
_MOST_STEPS = 63
_WHY: Mapping[int, str] = {
    400: "it does not understand the request",
    403: "it trusts no key that signed the checkpoint: give its operator the log's origin and key",
    404: "it does not know the log: give its operator the log's origin and key",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A witness and where it is asked."""

    by: Witness
    url: str


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness's line over a checkpoint, and when it says that it saw it."""

    by: Witness
    line: str
    at: str


def ask(place: Place, checkpoint: Checkpoint, leaves: Sequence[bytes], older: int = 0) -> Cosigned:
    """Return the witness's cosignature; `older` is the size that it saw last, as far as we know.

    Raises:
        Unreachable: it does not answer.
        Refused: it does not cosign, and why.
        Tampered: it saw more lines, or others, than this log has; or its answer is no cosignature of its key.

    """
    status, answer = _asked(place, _request(checkpoint, leaves, older))
    if status == _CONFLICT:
        seen = _size(place, answer, checkpoint.size)
        if seen != older:
            status, answer = _asked(place, _request(checkpoint, leaves, seen))
    if status in _FORKED:
        raise _forked(place, "this one does not grow from what it saw before")
    if status != 200:  # noqa: PLR2004 - HTTP's own number
        raise Refused(f"the witness does not cosign: {_WHY.get(status, f'status {status}')}", target=place.by.name)
    text = text_of(checkpoint.note)
    for line in answer.decode("utf-8", "replace").split("\n"):
        at = seen_at(line, text, place.by)
        if at is not None:
            return Cosigned(place.by, line, at)
    hint = "is its verifier key the one that it publishes now?"
    raise Tampered("the answer holds no cosignature by the witness's key", target=place.by.name, hint=hint)


def _request(checkpoint: Checkpoint, leaves: Sequence[bytes], older: int) -> bytes:
    steps = merkle.consistency_proof(leaves[: checkpoint.size], older) if older else []
    assert len(steps) <= _MOST_STEPS  # noqa: S101 - a log of 2**63 lines
    proof = b"".join(base64.b64encode(step) + b"\n" for step in steps)
    return b"old %d\n%s\n%s" % (older, proof, checkpoint.note)


def _size(place: Place, answer: bytes, ours: int) -> int:
    text = answer.decode("ascii", "replace").strip()
    if not text.isdigit():
        raise Refused("the witness speaks of a conflict and does not say which", target=place.by.name)
    if int(text) > ours:
        raise _forked(place, f"it saw {text} lines, and this log has {ours}")
    return int(text)


def _forked(place: Place, why: str) -> Tampered:
    hint = "the log was cut or rebuilt since: jumpkit verify, and compare with copies"
    return Tampered(f"the witness saw another log: {why}", target=place.by.name, hint=hint)


def _asked(place: Place, body: bytes) -> tuple[int, bytes]:
    if not place.url.startswith(("http://", "https://")):
        raise BadUsage("a witness is asked by http or https", target=place.url)
    url = place.url.rstrip("/") + "/add-checkpoint"
    request = urllib.request.Request(url, body, {"Content-Type": "text/plain; charset=utf-8"})  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as reply:  # noqa: S310 - checked above
            return reply.status, reply.read(_LARGEST)
    except urllib.error.HTTPError as caught:
        return caught.code, caught.read(_LARGEST)
    except (urllib.error.URLError, TimeoutError, OSError) as caught:
        raise Unreachable(f"the witness does not answer: {caught}", target=place.by.name) from caught
