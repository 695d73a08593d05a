"""Packs the bag: what a team needs when network, sign-in and cloud are gone, in one encrypted file."""

from __future__ import annotations

import json
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jumpkit import __version__
from jumpkit.app.bagpages import pages
from jumpkit.app.messaging import channels_of
from jumpkit.app.workspace import writing
from jumpkit.coordinate.case import case_row, is_ended
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.recording import recording
from jumpkit.preserve.satchel import pack
from jumpkit.preserve.sealing import encrypt
from jumpkit.report.bag import Section, page
from jumpkit.store.book import WORKSPACE
from jumpkit.store.book.copying import copy_cases
from jumpkit.store.files import file_digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.notify import Channel
    from jumpkit.preserve.sealing import Locks

BOOK, CONFIG = "jumpkit/book.sqlite", "jumpkit/config.toml"
_PLAN = 20_000_000  # bytes of one document that goes along
_HOW = (
    "This bag needs no network, no sign-in and no cloud. Its pages are plain files: index.html, index.md.",
    "With jumpkit: jumpkit --bag FILE --identity KEY contact show NAME, and every other command that only reads.",
    "Whoever reads this holds what was packed: leave it nowhere.",
)


def make(opening: Opening, out: Path, locks: Locks, what: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Pack the bag: the directory, `what["cases"]` or all open ones, and the documents `what["plans"]`.

    Raises:
        BadUsage: the file is there already, or a document is too large.
        NotFound: there is no such case or document.

    """
    if out.exists():
        raise BadUsage("a bag is not written over anything", target=str(out), hint="name a file that is not there")
    plans = _plans([Path(each) for each in what["plans"]])
    with writing(opening) as desk:
        staging = desk.home / "cache" / f"bag-{secrets.token_hex(4)}"
        staging.mkdir(parents=True, mode=0o700)
        part = out.with_name(f"{out.name}.part-{secrets.token_hex(4)}")
        try:
            told, files = _gathered(desk, opening, staging, list(what["cases"]))
            pack({**files, **plans}, told, key_of(desk.home), staging / "bag.tar")
            encrypt(staging / "bag.tar", part, locks)
            part.chmod(0o600)
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
            shutil.rmtree(staging, ignore_errors=True)
        digest = file_digest(out)
        with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
            append(pen, WORKSPACE, "bag.packed", {"sha256": digest, "cases": told["cases"], "plans": sorted(plans)})
        key = key_of(desk.home).fingerprint
    body = {
        "path": str(out),
        "size": out.stat().st_size,
        "sha256": digest,
        "key": key,
        "files": len(files) + len(plans),
    }
    return {"schema": "bag-make/1", **body, "plans": sorted(plans), **told}


def _plans(paths: Sequence[Path]) -> dict[str, bytes]:
    made: dict[str, bytes] = {}
    for path in paths:
        if not path.is_file():
            raise NotFound("there is no such document", target=str(path))
        name = f"plans/{path.name}"
        if path.stat().st_size > _PLAN or name in made:
            raise BadUsage("a document is too large, or two have one name", target=str(path))
        made[name] = path.read_bytes()
    return made


def _gathered(desk: Desk, opening: Opening, staging: Path, named: list[str]) -> tuple[dict[str, Any], dict[str, bytes]]:
    with desk.book.read() as tx:
        rows = [case_row(tx, case) for case in named] or tx.rows("case_")
    chosen = [row for row in rows if named or not (is_ended(row) or row["restricted"] or row["privileged"])]
    left = sorted(str(row["case"]) for row in rows if row not in chosen and not is_ended(row))
    cases = [str(row["case"]) for row in chosen]
    withheld = copy_cases(
        desk.book, staging / "book", cases, lambda _, row: bool(row.get("privileged")) and "title" not in row
    )
    files = {BOOK: (staging / "book" / "book.sqlite").read_bytes(), CONFIG: _config(channels_of(opening))}
    told: dict[str, Any] = {"made": stamp(desk.clock()), "version": __version__, "cases": cases, "cases_left_out": left}
    told["rows_withheld"] = withheld
    made = pages(desk, opening, cases)
    made["index"] = ("Jump bag", _index(told, list(made)))
    for name, (title, sections) in made.items():
        files[f"{name}.html"] = page(title, sections, html=True).encode("utf-8", "backslashreplace")
        files[f"{name}.md"] = page(title, sections, html=False).encode("utf-8", "backslashreplace")
    return told, files


def _index(told: Mapping[str, Any], names: Sequence[str]) -> list[Section]:
    left = ", ".join(told["cases_left_out"]) or "none"
    facts = [
        f"Packed {told['made']} by jumpkit {told['version']}.",
        f"Open cases left out, for they are restricted or privileged and nobody named them: {left}.",
        f"Rows left out, for they are privileged: {told['rows_withheld']}.",
    ]
    links = [(f"{name}.html", name) for name in names]
    return [Section("How to use it", _HOW), Section("Pages", links=links), Section("What it is", facts)]


def _config(channels: Mapping[str, Channel]) -> bytes:
    """Return the channels as settings, without what may be secret in their addresses."""
    lines = []
    for name, each in channels.items():
        lines.append(f"[channels.{json.dumps(name)}]")
        told: dict[str, Any] = {"kind": each.kind, "tlp": each.tlp, "to": list(each.to), "private": each.private}
        told |= {"out_of_band": each.out_of_band, "ours": each.ours}
        told |= {"sender": each.sender} if each.sender else {}
        told |= {"depends_on": list(each.depends_on)} if each.depends_on is not None else {}
        if each.kind == "apprise":
            told["url_env"] = each.url_env
        else:
            told["url"] = f"{urlsplit(each.url).scheme}://{urlsplit(each.url).hostname}"
        lines += [f"{key} = {json.dumps(value)}" for key, value in told.items()]
    return ("\n".join(lines) + "\n").encode()
