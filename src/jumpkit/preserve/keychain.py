"""The signing key of a workspace over time: rotated by the old one's own word, or declared lost; told by the ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import BadUsage, NotFound, Refused, Tampered
from jumpkit.preserve import agent, keys
from jumpkit.preserve.keys import Key, fingerprint, same_fingerprint
from jumpkit.preserve.ledger import Pen, append, last_checkpoint, seal, workspace_id
from jumpkit.preserve.origins import IMPORTED, LOST, ROTATED, ordered, origin_id
from jumpkit.preserve.rows import vouch
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from jumpkit.kit.clock import Clock
    from jumpkit.store.book import Book, Tx

MADE, REVOKED = "key.made", "key.revoked"
_TOLD = (MADE, "key.rotated", "key.lost", REVOKED)
_NEXT = ("next.pem", "next.ref", "next.pub")
_KEPT = (keys.PRIVATE, keys.REFERENCE, keys.PUBLIC)


@dataclass(frozen=True, slots=True)
class Told:
    """What the workspace's ledger says of one key."""

    public: bytes
    since: str
    how: str  # made, rotated, lost: how it came
    because: str | None
    until: str | None = None  # when another took its place
    revoked: str | None = None  # from when on nothing that it alone signed is to be believed
    revoked_because: str | None = None

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the key."""
        return fingerprint(self.public)


@dataclass(frozen=True, slots=True)
class Staged:
    """A key that is to sign from now on, and the files that will say so."""

    key: Key
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to the key, and why: the old one signs the change, or is gone (None)."""

    old: Key | None
    new: Key
    because: str


def told_keys(tx: Tx) -> list[Told]:
    """Return the keys that the workspace's ledger tells of, the present one last."""
    found: list[Told] = []
    for row in tx.rows("ledger", case=WORKSPACE):
        if isinstance(row["line"], bytes) and b'"kind":"key.' in row["line"]:
            try:
                _take(found, json.loads(row["line"]))
            except (ValueError, KeyError, TypeError, AttributeError) as caught:
                where = f"{WORKSPACE} line {row['seq']}"
                raise Tampered("a line about the key was changed", target=where, hint="jumpkit verify") from caught
    return found


def _take(found: list[Told], entry: dict[str, Any]) -> None:
    body = entry["body"]
    if entry["kind"] not in _TOLD:
        return
    if entry["kind"] == REVOKED:
        found[:] = [
            Told(**{**_fields(each), "revoked": body["since"], "revoked_because": body["because"]})
            if each.fingerprint == body["key"]
            else each
            for each in found
        ]
        return
    if found:
        found[-1] = Told(**{**_fields(found[-1]), "until": entry["at"]})
    how = str(entry["kind"]).removeprefix("key.")
    found.append(Told(bytes.fromhex(body["public"]), entry["at"], how, body.get("because")))


def _fields(told: Told) -> dict[str, Any]:
    return {name: getattr(told, name) for name in Told.__slots__}


def present_key(tx: Tx) -> bytes | None:
    """Return the raw public key that signs now, as the ledger has it; None before the first line."""
    rows = ordered(tx, WORKSPACE)
    if rows:
        return bytes.fromhex(str(rows[-1]["successor"]))
    first = tx.one("ledger", case=WORKSPACE, seq=0)
    try:
        return None if first is None else bytes.fromhex(json.loads(first["line"])["body"]["public"])
    except (ValueError, KeyError, TypeError) as caught:
        raise Tampered("its first line was changed", target=f"{WORKSPACE} line 0", hint="jumpkit verify") from caught


def check_present(tx: Tx, key: Key) -> None:
    """Refuse to write with a key that is not, or no longer, the one that signs.

    Raises:
        Refused: it is another.

    """
    present = present_key(tx)
    if present is not None and present != key.public:
        hint = "try again; if keys/ was changed by hand, put the workspace's own back"
        raise Refused("another key than the one at hand signs here", target=fingerprint(present), hint=hint)


def settle(home: Path, tx: Tx) -> None:
    """End a change of the key that was killed after it was entered, or take back one that was not; hold the lock.

    Raises:
        Refused: the ledger names a key, and the workspace holds none.

    """
    present, staged = present_key(tx), staged_public(home)
    if staged is not None and staged == present:
        adopt(home)
    else:
        _forget(home)
    if present is not None and not keys.has_key(home):
        hint = "put keys/ back from a copy; if it is lost for good: jumpkit key lost --because WHY"
        raise Refused("the workspace's signing key is gone", target=str(home / "keys"), hint=hint)


def staged_public(home: Path) -> bytes | None:
    """Return the raw public key of a change that was begun, None where there is none, or none that is whole."""
    pem, ref = home / "keys" / "next.pem", home / "keys" / "next.ref"
    try:
        if pem.exists():
            return keys.key_in(pem).public
        return bytes.fromhex(ref.read_text("utf-8").split(" ")[1]) if ref.exists() else None
    except (Refused, ValueError, IndexError):
        return None


def stage(home: Path, to: str | None) -> Staged:
    """Choose the next key: a new one in the workspace, or the one of a `file:PATH` or `agent:PUBLIC` outside it.

    Raises:
        BadUsage: the place is not understood.
        NotFound: the agent holds no such key.
        Refused: the file holds no Ed25519 key.

    """
    if to is None:
        key, secret = keys.new_key()
        return Staged(key, {"next.pub": keys.public_pem(key.public), "next.pem": secret})
    kind, _, place = to.partition(":")
    if kind == "file" and place:
        path = Path(place).expanduser().absolute()
        if home.absolute() in path.parents:
            raise BadUsage("a key outside does not lie in the workspace", target=str(path), hint="choose another place")
        key = keys.key_in(path)
        reference = f"file {key.public.hex()} {path}\n"
    elif kind == "agent":
        key = keys.agents_key(_of_agent(place))
        reference = f"agent {key.public.hex()}\n"
    else:
        raise BadUsage(f"{to!r} is no place of a key", target=to, hint="file:PATH, or agent:FINGERPRINT (ssh-add -l)")
    return Staged(key, {"next.pub": keys.public_pem(key.public), "next.ref": reference.encode()})


def _of_agent(named: str) -> bytes:
    """Return the raw public key that the agent knows by our fingerprint, by ssh-add's or by its comment."""
    there = agent.identities()
    for public, comment in there:
        if named in {comment, keys.ssh_fingerprint(public)} or same_fingerprint(named, fingerprint(public)):
            return public
    if not named and len(there) == 1:
        return there[0][0]
    known = ", ".join(f"{keys.ssh_fingerprint(public)} ({comment})" for public, comment in there) or "none"
    raise NotFound("the agent holds no such Ed25519 key", target=named, hint=f"it holds: {known}")


def change(home: Path, book: Book, who: tuple[Clock, str], what: Change, staged: Staged) -> int:
    """Let another key sign from now on, in every log at once, and return how many logs the old one had sealed.

    Whatever kills it, the next command finds either the old key or the new one in force, never half of it.

    Raises:
        Tampered: a log is not what was sealed before.

    """
    for name, data in staged.files.items():
        keys.write_whole(home / "keys" / name, data)
    with book.write() as tx:
        pen = Pen(tx, *who)
        logs = _hand_over(pen, what)
    adopt(home)
    return logs


def _hand_over(pen: Pen, what: Change) -> int:
    """Enter the change in each log that the old key sealed; the workspace's own comes last and vouches for all."""
    own, before = workspace_id(pen.tx), present_key(pen.tx) or b""
    logs = [log for log in pen.tx.values("checkpoint", "case") if log != WORKSPACE and _sealed_here(pen.tx, log)]
    shared = {"case": WORKSPACE, "workspace": own, "public": before.hex()}
    rows = [{**shared, "log": log, **_change(pen, log, what)} for log in [*logs, WORKSPACE]]
    vouch(pen, WORKSPACE, "origin", [{**row, "origin": _named(pen.tx, row["log"], row["size"])} for row in rows])
    for log in [*logs, WORKSPACE]:
        seal(pen, log, what.new)
    return len(rows)


def _sealed_here(tx: Tx, log: str) -> bool:
    """Tell whether a key of ours has sealed something of a log, which an imported one may lack."""
    last = last_checkpoint(tx, log)
    rows = tx.rows("origin", case=WORKSPACE, log=log)
    newest = max(rows, key=lambda row: (row["size"], row["origin"]), default=None)
    if last is None or newest is None:
        return last is not None
    return not (newest["how"] in {None, IMPORTED} and newest["size"] == last.size)


def _named(tx: Tx, log: str, size: int) -> str:
    """Return the id of a new origin; a key that sealed nothing by itself ends where the one before it did."""
    return origin_id(log, size, tx.count("origin", case=WORKSPACE, log=log, size=size))


def _change(pen: Pen, log: str, what: Change) -> dict[str, Any]:
    """Enter the change in one log, and return what is then known of the old key's part in it."""
    body = {"to": what.new.fingerprint, "public": what.new.public.hex(), "because": what.because}
    if what.old is not None:
        append(pen, log, "key.rotated", {"from": what.old.fingerprint, **body})
        sealed = seal(pen, log, what.old, what.new)
        return {"size": sealed.size, "how": ROTATED, "successor": what.new.public.hex()}
    last = last_checkpoint(pen.tx, log)
    append(pen, log, "key.lost", {"from": fingerprint(present_key(pen.tx) or b""), **body})
    return {"size": last.size if last else 0, "how": LOST, "successor": what.new.public.hex()}


def adopt(home: Path) -> None:
    """Give the staged key's files their names; the old secret goes. Safe to repeat."""
    folder = home / "keys"
    into = dict(zip(_NEXT, _KEPT, strict=True))
    coming = [name for name in ("next.pem", "next.ref") if (folder / name).exists()]
    if not coming:
        return
    if (folder / "next.pub").exists():
        (folder / "next.pub").replace(folder / keys.PUBLIC)
    for name in (keys.PRIVATE, keys.REFERENCE):
        if name != into[coming[0]]:
            (folder / name).unlink(missing_ok=True)
    (folder / coming[0]).replace(folder / into[coming[0]])


def _forget(home: Path) -> None:
    for name in _NEXT:
        (home / "keys" / name).unlink(missing_ok=True)


def revoke(pen: Pen, named: str, since: str, because: str) -> Told:
    """Enter in every log that a former key is not to be believed from a time on.

    Raises:
        NotFound: the workspace never had such a key.
        Refused: it signs now.

    """
    known = told_keys(pen.tx)
    found = next((each for each in known if same_fingerprint(each.fingerprint, named)), None)
    if found is None:
        raise NotFound("the workspace never had such a key", target=named, hint="jumpkit key list")
    if found.public == known[-1].public:
        raise Refused("that key signs now", target=named, hint="jumpkit key rotate --because WHY, then revoke it")
    body = {"key": found.fingerprint, "since": since, "because": because}
    for log in pen.tx.values("checkpoint", "case"):
        append(pen, log, REVOKED, body)
    return Told(**{**_fields(found), "revoked": since, "revoked_because": because})
