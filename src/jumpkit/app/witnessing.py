"""Shows a log's newest checkpoint to witnesses, and keeps what they sign."""

from __future__ import annotations

import base64
import tomllib
from typing import TYPE_CHECKING, Any

from jumpkit.app.latest import latest_case
from jumpkit.app.settings import WITNESSES
from jumpkit.app.workspace import reading, writing
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, JumpkitError, NotFound
from jumpkit.preserve.cosign import witness_of
from jumpkit.preserve.keys import fingerprint, key_of, public_of
from jumpkit.preserve.ledger import last_checkpoint, workspace_id
from jumpkit.preserve.note import key_id, origin_of
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch
from jumpkit.preserve.witnessing import Cosigned, Place, ask
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.preserve.note import Checkpoint
    from jumpkit.store.book import Tx


def witnesses(desk: Desk) -> list[Place]:
    """Return the witnesses that config.toml names, by name.

    Raises:
        BadUsage: one is not understood.

    """
    path = desk.home / "config.toml"
    told = tomllib.loads(path.read_text("utf-8")).get(WITNESSES, {}) if path.is_file() else {}
    return [_place(name, each) for name, each in sorted(told.items())]


def _place(name: str, each: Any) -> Place:
    if not isinstance(each, dict) or set(each) != {"url", "vkey"}:
        where = f"config.toml: {WITNESSES}.{name}"
        raise BadUsage("a witness has an url and a vkey", target=where, hint='url = "https://…", vkey = "NAME+…"')
    return Place(witness_of(str(each["vkey"])), str(each["url"]))


def listed(opening: Opening) -> dict[str, Any]:
    """Return the witnesses, what a witness's operator needs to know of a log, and what each saw of which log."""
    with reading(opening) as desk:
        there = witnesses(desk)
        with desk.book.read() as tx:
            own, public = workspace_id(tx), public_of(desk.home)
            logs = [WORKSPACE, *tx.values("case_", "case")]
            rows = [row for log in logs for row in tx.rows("cosignature", case=log)]
    seen = sorted(rows, key=lambda row: (row["case"], row["size"], row["witness"]))
    return {
        "schema": "witnesses/1",
        "witnesses": [{"name": each.by.name, "url": each.url, "key": each.by.fingerprint} for each in there],
        "logs": [_log(log, origin_of(own, log), public) for log in logs],
        "seen": [{"log": row["case"], **{name: row[name] for name in ("size", "witness", "at")}} for row in seen],
    }


def _log(log: str, origin: str, public: bytes | None) -> dict[str, Any]:
    """Return what an operator enters of a log; the verifier key is None where the workspace has no key."""
    if public is None:
        return {"log": log, "origin": origin, "vkey": None}
    encoded = base64.b64encode(bytes([1]) + public).decode()
    return {"log": log, "origin": origin, "vkey": f"{origin}+{key_id(origin, public).hex()}+{encoded}"}


def post(opening: Opening, named: str | None) -> dict[str, Any]:
    """Show the newest checkpoint of a case's log, or of the workspace's, to every witness, and keep what they sign.

    Raises:
        NotFound: no witness is configured, or there is no such case.

    """
    opening.found()
    with writing(opening) as desk:
        there = witnesses(desk)
        if not there:
            hint = "write [witnesses.NAME] with url and vkey into config.toml"
            raise NotFound("no witness is configured", target=str(desk.home / "config.toml"), hint=hint)
        log = WORKSPACE if named == WORKSPACE else latest_case(desk, named)
        checkpoint, found = cosigned(desk, log, there)
        key = key_of(desk.home)
    told = [_told(place, each) for place, each in zip(there, found, strict=True)]
    head = {"log": log, "origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}
    return {"schema": "witnessed/1", **head, "key": fingerprint(key.public), "witnesses": told}


def _told(place: Place, found: Cosigned | JumpkitError) -> dict[str, Any]:
    if isinstance(found, Cosigned):
        return {"name": place.by.name, "at": found.at, "because": None, "kind": None}
    return {"name": place.by.name, "at": None, "because": found.message, "kind": found.kind}


def cosigned(desk: Desk, log: str, there: Sequence[Place]) -> tuple[Checkpoint, list[Cosigned | JumpkitError]]:
    """Show the newest checkpoint of a log to witnesses, and keep what they signed; what one refuses is its answer.

    Raises:
        NotFound: the log has no checkpoint.

    """
    with desk.book.read() as tx:
        checkpoint = last_checkpoint(tx, log)
        if checkpoint is None:
            raise NotFound("there is no checkpoint yet", target=log, hint="jumpkit triage PATH")
        leaves = [bytes.fromhex(row["leaf"]) for row in tx.rows("ledger", case=log)]
        older = {place.by.name: max(_sizes(tx, log, place), default=0) for place in there}
    found: list[Cosigned | JumpkitError] = []
    for place in there:
        try:
            found.append(ask(place, checkpoint, leaves, older[place.by.name]))
        except JumpkitError as caught:
            found.append(caught)
    signed = [each for each in found if isinstance(each, Cosigned)]
    if signed:
        with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
            rows = [_row(log, checkpoint.size, each) for each in signed]
            written = {"recorded": stamp(desk.clock()), "author": desk.actor}
            vouch(pen, log, "cosignature", [row | written for row in rows])
    return checkpoint, found


def _sizes(tx: Tx, log: str, place: Place) -> Iterator[int]:
    return (int(row["size"]) for row in tx.rows("cosignature", case=log, vkey=place.by.vkey))


def _row(log: str, size: int, each: Cosigned) -> dict[str, Any]:
    row = {"case": log, "cosignature": f"{size}-{each.by.key_id.hex()}", "size": size, "witness": each.by.name}
    return row | {"vkey": each.by.vkey, "at": each.at, "line": each.line}
