"""What people do with the signing key: list, rotate, declare lost, revoke it, and hand its public half out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.workspace import reading, writing
from jumpkit.coordinate.deed import moment_of, said
from jumpkit.kit.errors import Refused
from jumpkit.preserve import keys
from jumpkit.preserve.keychain import Change, change, present_key, revoke, settle, stage, told_keys
from jumpkit.preserve.recording import recording

if TYPE_CHECKING:
    from pathlib import Path

    from jumpkit.app.workspace import Desk, Opening


def listed(opening: Opening) -> dict[str, Any]:
    """Return the keys that ever signed here, the present one last, and where its secret lies."""
    with reading(opening) as desk, desk.book.read() as tx:
        told = told_keys(tx)
        found = [
            {
                "fingerprint": each.fingerprint,
                "since": each.since,
                "until": each.until,
                "how": each.how,
                "because": each.because,
                "revoked": each.revoked,
                "revoked_because": each.revoked_because,
                "present": each is told[-1],
            }
            for each in told
        ]
    return {"schema": "keys/1", "keys": found, "place": _place(desk.home)}


def _place(home: Path) -> dict[str, Any]:
    reference = home / "keys" / keys.REFERENCE
    if reference.exists():
        kind, _, rest = reference.read_text("utf-8").strip().partition(" ")
        return {"kind": kind, "path": rest.partition(" ")[2] or None}
    secret = home / "keys" / keys.PRIVATE
    return {"kind": "workspace", "path": str(secret)} if secret.exists() else {"kind": "gone", "path": None}


def rotate(opening: Opening, to: str | None, because: str) -> dict[str, Any]:
    """Let a new key sign from now on; the old one says so in each log, and both sign that.

    Raises:
        BadUsage: the place of the new key is not understood, or no reason is given.
        Refused: the new key is one that signed here before.
        Unreachable: an agent that holds a key does not sign.

    """
    why = said(because, "the reason")
    opening.found()
    with writing(opening) as desk:
        with desk.book.read() as tx:
            _check_begun(present_key(tx), desk.home)
        return _change(desk, keys.key_of(desk.home), to, why)


def declare_lost(opening: Opening, to: str | None, because: str) -> dict[str, Any]:
    """Let a new key sign from now on although the old one is gone; every verification names that break.

    Raises:
        Refused: the old key is there, so that it can say itself who comes next.

    """
    why = said(because, "the reason")
    opening.found()
    with writing(opening, keyless=True) as desk:
        with desk.book.read() as tx:
            present = present_key(tx)
            _check_begun(present, desk.home)
            if keys.has_key(desk.home):
                settle(desk.home, tx)
        if _still_signs(desk.home, present):
            hint = "jumpkit key rotate --because WHY"
            raise Refused("the key is not lost: it lies in the workspace and signs", target="keys/", hint=hint)
        return _change(desk, None, to, why)


def _still_signs(home: Path, present: bytes | None) -> bool:
    path = home / "keys" / keys.PRIVATE
    return path.exists() and keys.key_in(path).public == present


def _check_begun(present: bytes | None, home: Path) -> None:
    if present is None:
        raise Refused("no key has signed anything here yet", target=str(home), hint="jumpkit case open --title TITLE")


def _change(desk: Desk, old: keys.Key | None, to: str | None, because: str) -> dict[str, Any]:
    staged = stage(desk.home, to)
    with desk.book.read() as tx:
        known = told_keys(tx)
    if staged.key.public in {each.public for each in known}:
        raise Refused("that key signed here before", target=staged.key.fingerprint, hint="name another one")
    staged.key.signs(b"jumpkit tries this key")  # one that cannot sign must not be named
    was, what = known[-1].fingerprint, Change(old, staged.key, because)
    logs = change(desk.home, desk.book, (desk.clock, desk.actor), what, staged)
    how = "lost" if old is None else "rotated"
    told: dict[str, Any] = {"schema": "key-change/1", "how": how, "was": was, "now": staged.key.fingerprint}
    return told | {"because": because, "logs": logs, "place": _place(desk.home)}


def revoke_key(opening: Opening, named: str, since: str, because: str) -> dict[str, Any]:
    """Enter that a former key is not to be believed from a time on.

    Raises:
        NotFound: the workspace never had such a key.
        Refused: it signs now.

    """
    at, why = moment_of(since, opening.clock)[0], said(because, "the reason")
    opening.found()
    with writing(opening) as desk, recording(desk.book, keys.key_of(desk.home), desk.clock, desk.actor) as pen:
        found = revoke(pen, named, at, why)
    return {"schema": "key-revoked/1", "key": found.fingerprint, "since": at, "because": why}


def public_half(opening: Opening) -> dict[str, Any]:
    """Return the public half of the key that signs now: what is given to others by another way than the evidence."""
    with reading(opening) as desk, desk.book.read() as tx:
        public = present_key(tx)
    if public is None:
        raise Refused("no key has signed anything here yet", target=str(desk.home), hint="jumpkit triage PATH")
    told = {"schema": "public-key/1", "fingerprint": keys.fingerprint(public), "ssh": keys.ssh_fingerprint(public)}
    return told | {"pem": keys.public_pem(public).decode()}
