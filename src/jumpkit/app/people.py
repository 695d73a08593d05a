"""What the doors ask of people: taken in from a file, listed, checked, tried; kept in the book, vouched by its log."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.app.workspace import writing
from jumpkit.coordinate.deed import SHORT, Who, maybe, moment_of, next_id
from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import sha256_hex
from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.prepare.contacts import contact_of, lacks, open_now, reached
from jumpkit.prepare.directory import SECTIONS, directory_of, plain, read_entries, rows_of
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import Pen, append
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import retract, vouch
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.model.people import Contact
    from jumpkit.prepare.contacts import Reached
    from jumpkit.prepare.directory import Directory

_LARGEST = 1_000_000  # bytes of a file


@contextmanager
def pen_of(opening: Opening) -> Iterator[tuple[Pen, Who]]:
    """Open the workspace for what belongs to no single case; all of it is kept, or nothing."""
    with writing(opening) as desk, recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        yield pen, Who(desk.actor, desk.clock)


def take_in(opening: Opening, path: Path, *, replace: bool) -> dict[str, Any]:
    """Take a file into the directory; what its sections no longer name stays, and is named, unless `replace` is said.

    Raises:
        NotFound: there is no such file.
        BadUsage: an entry is not understood; nothing was taken in.

    """
    if not path.is_file():
        raise NotFound("there is no such file", target=str(path))
    if path.stat().st_size > _LARGEST:
        raise BadUsage(f"a directory has no more than {_LARGEST:,} bytes", target=str(path))
    data = path.read_bytes()
    entries = read_entries(data, str(path))
    with pen_of(opening) as (pen, who):
        there = {row["entry"]: row for row in pen.tx.rows("directory", case=WORKSPACE)}
        rows = rows_of(entries, who.stamps(), sha256_hex(data))
        new = [row for row in rows if row["entry"] not in there]
        changed = [row for row in rows if row["entry"] in there and row["body"] != there[row["entry"]]["body"]]
        sections = {entry.partition("/")[0] for entry in entries}
        left = sorted(entry for entry in there if entry.partition("/")[0] in sections and entry not in entries)
        vouch(pen, WORKSPACE, "directory", [*new, *changed])
        gone = left if replace else []
        retract(pen, WORKSPACE, "directory", gone)
        names = {"new": [row["entry"] for row in new], "changed": [row["entry"] for row in changed], "removed": gone}
        append(pen, WORKSPACE, "directory.imported", {"sha256": sha256_hex(data), **names})
        found = directory_of(pen.tx)
        counts = {section: len(getattr(found, section)) for section in SECTIONS}
    kept = [] if replace else left
    same = len(rows) - len(new) - len(changed)
    return {"schema": "contact-import/1", **names, "unchanged": same, "not_in_file": kept, "holds": counts}


def contacts(desk: Desk, at: datetime | None, *, only: str | None = None) -> dict[str, Any]:
    """Return the contacts with how each way stands, what they lack, and whether they can be reached now.

    Raises:
        NotFound: there is no contact `only`.

    """
    now = at or desk.clock()
    with desk.book.read() as tx:
        directory, tried = directory_of(tx), tx.rows("verification", case=WORKSPACE)
    if only is not None:
        contact_of(directory, only)
    missing = lacks(directory, tried, now)
    shown = [
        _shown(name, contact, {"now": now, "tried": tried, "lacks": missing})
        for name, contact in sorted(directory.contacts.items())
        if only in {None, name}
    ]
    wanted = [asdict(each) for each in missing if only in {None, each.entry}]
    return {"schema": "contacts/1", "at": stamp(now), "contacts": shown, "lacks": wanted}


def _shown(name: str, contact: Contact, seen: dict[str, Any]) -> dict[str, Any]:
    ways = []
    for way in contact.channels:
        stands: Reached = reached(name, contact, way, seen["tried"], seen["now"])
        ways.append({**plain(way), **{f"last_{key}": value for key, value in asdict(stands).items()}})
    wrong = sorted({each.kind for each in seen["lacks"] if each.entry == name})
    body = {**plain(contact), "channels": ways, "reachable_now": open_now(contact, seen["now"]), "lacks": wrong}
    return {"contact": name, **body}


def verify_contact(opening: Opening, name: str, told: dict[str, Any]) -> dict[str, Any]:
    """Enter that somebody tried a contact's ways, or the one of `told["channel"]`, and what came of it.

    Raises:
        NotFound: there is no such contact or channel.
        BadUsage: the time lies ahead, or is none.

    """
    with pen_of(opening) as (pen, who):
        contact = contact_of(directory_of(pen.tx), name)
        wanted = told.get("channel")
        ways = [way for way in contact.channels if wanted in {None, way.kind, way.address}]
        if not ways:
            known = ", ".join(way.kind for way in contact.channels) or "none"
            raise NotFound(f"{name} has no channel {wanted or ''}".strip(), target=name, hint=f"channels: {known}")
        at = past(told.get("at") or "now", who)
        result = "failed" if told.get("failed") else "reached"
        person = maybe(told.get("by"), "who tried", SHORT) or who.actor
        rows = [
            {
                "case": WORKSPACE,
                "verification": next_id(pen.tx, WORKSPACE, "verification", "V", place),
                "contact": name,
                "address": way.address,
                "result": result,
                "at": at,
                "person": person,
                "how": maybe(told.get("how"), "how it was tried", SHORT),
                **who.stamps(),
            }
            for place, way in enumerate(ways)
        ]
        vouch(pen, WORKSPACE, "verification", rows)
        ids = [row["verification"] for row in rows]
        append(pen, WORKSPACE, "contact.tried", {"contact": name, "result": result, "entries": ids, "by": person})
    tried = [{"verification": row["verification"], "channel": way.kind} for row, way in zip(rows, ways, strict=True)]
    return {"schema": "contact-verify/1", "contact": name, "result": result, "at": at, "by": person, "tried": tried}


def past(text: str, who: Who) -> str:
    """Return a time as RFC 3339 that does not lie ahead.

    Raises:
        BadUsage: it does, or is none.

    """
    at, _ = moment_of(text, who.clock)
    if datetime.fromisoformat(at) > who.clock() + timedelta(minutes=5):
        raise BadUsage(f"{text} is yet to come", target=text, hint="enter what was, when it was")
    return at


def known(desk: Desk) -> Directory:
    """Return the directory."""
    with desk.book.read() as tx:
        return directory_of(tx)
