"""Rates the custody of a case's items, and takes down what came with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.app.digests import chain_of
from jumpkit.app.latest import latest_case
from jumpkit.app.workspace import reading, writing
from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.rating import CRITERIA, Held, limits, rate
from jumpkit.preserve.recording import recording
from jumpkit.store.files import file_digest

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk, Opening

_HEX = frozenset("0123456789abcdef")
_SHA256 = 64


def rate_custody(opening: Opening, named: str | None, keys: Path | None) -> dict[str, Any]:
    """Return a rating for each item of the case, by name."""
    with reading(opening) as desk:
        case = latest_case(desk, named)
        vouched = {each.sha256: each for each in chain_of(desk, case, keys) if each.sha256 is not None}
        received, forms = _told(desk, case)
        with desk.book.read() as tx:
            rows = tx.rows("artifact", case=case)
        items = []
        for row in sorted(rows, key=lambda row: (row["name"], row["sha256"])):
            sha256 = row["sha256"]
            path = Path(row["path"]) if row["in_place"] else desk.shelf.path(sha256)
            there = file_digest(path) == sha256 if path.is_file() else None
            told = Held(sha256, row["name"], received.get(sha256), there, forms.get(sha256), vouched.get(sha256))
            items.append(rate(told))
    return {"schema": "custody/1", "case": case, "items": items, "criteria": list(CRITERIA), "limits": limits(items)}


def _told(desk: Desk, case: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the first line of the ledger on each item, and the last intake form of each."""
    received: dict[str, Any] = {}
    forms: dict[str, Any] = {}
    with desk.book.read() as tx:
        lines = [json.loads(row["line"]) for row in tx.rows("ledger", case=case)]
    for line in lines:
        if line["kind"] == "item.collected":
            received.setdefault(line["body"]["sha256"], line)
        elif line["kind"] == "item.received":
            forms[line["body"]["item"]] = line["body"]
    return received, forms


def receive(opening: Opening, case: str, item: str, form: dict[str, str | None]) -> dict[str, Any]:
    """Enter what came with an item: sender, route, the sender's own hash, who handled it, jurisdiction.

    Raises:
        NotFound: the case holds no such item.
        BadUsage: nothing was said, or the hash is none.

    """
    said = {name: value for name, value in form.items() if value}
    stated = said.get("sha256", "").lower()
    if stated and (len(stated) != _SHA256 or not set(stated) <= _HEX):
        raise BadUsage("a SHA-256 has 64 hexadecimal digits", target=stated[:80])
    if not said:
        raise BadUsage("nothing was said of it", target=item, hint="name --sender, --route, --sha256 …")
    with writing(opening) as desk:
        case = latest_case(desk, case)
        with desk.book.read() as tx:
            rows = tx.rows("artifact", case=case)
        found = [row["sha256"] for row in rows if item in (row["sha256"], row["name"], Path(row["name"]).name)]
        if not found:
            raise NotFound("the case holds no such item", target=item, hint=f"jumpkit custody rate {case} lists them")
        body = said | ({"sha256": stated} if stated else {})
        with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
            for sha256 in found:
                append(pen, case, "item.received", {"item": sha256, **body})
    return {"schema": "received/1", "case": case, "items": found, "form": body}
