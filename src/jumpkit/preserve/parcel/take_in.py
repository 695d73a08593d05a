"""Takes a parcel into the workspace after everything in it was held against its ledger, or takes nothing."""

from __future__ import annotations

import json
import secrets
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import Refused, Tampered
from jumpkit.preserve.check_files import check_contents, check_strangers, expected_of
from jumpkit.preserve.check_log import check_log
from jumpkit.preserve.check_rows import check_rows
from jumpkit.preserve.ledger import Pen, append, workspace_id
from jumpkit.preserve.merkle import leaf_hash
from jumpkit.preserve.origins import Signer, origin_id, trusted
from jumpkit.preserve.parcel.layout import CHECKPOINTS, LEDGER, ROWS, TABLES, Parcel
from jumpkit.preserve.parcel.read import Head, checkpoint_files, row_file, unpack
from jumpkit.preserve.parcel.write import write_parcel
from jumpkit.preserve.problem import Problem
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch
from jumpkit.store.book import VOUCHED, WORKSPACE
from jumpkit.store.book.columns import METADATA
from jumpkit.store.files import file_digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jumpkit.kit.clock import Clock
    from jumpkit.preserve.keys import Key
    from jumpkit.store.book import Book

_NAMED = 5  # problems that an error names


@dataclass(frozen=True, slots=True)
class Taker:
    """The workspace that takes a parcel in; hold its lock."""

    home: Path
    book: Book
    key: Key
    clock: Clock
    actor: str


def take_in(taker: Taker, path: Path, pin: str | None = None) -> Parcel:
    """Unpack, check and enter a parcel; one whose case is here already, and equal, changes nothing.

    Raises:
        Tampered: something in it is not what its ledger vouches for, or another key than `pin` signed it.
        Refused: another case of that id is here, or it was purged here.

    """
    staging = taker.home / "cache" / f"import-{secrets.token_hex(6)}"
    staging.mkdir(parents=True, mode=0o700)
    try:
        head = unpack(path, staging)
        signer = head.origins[-1].fingerprint
        if pin is not None and not trusted(head.origins, [pin])[-1]:
            raise Tampered(f"another key signed it: {signer}", target=str(path), hint="ask whoever sent it")
        digest, size = file_digest(path), path.stat().st_size
        with taker.book.read() as tx:
            here, lines = tx.count("case_", case=head.case), tx.count("ledger", case=head.case)
            purged = tx.count("certificate", certificate=head.case)
        if here or purged:
            _check_same(taker, head, digest, staging, purged=bool(purged))
        else:
            lines = _enter(taker, head, digest, staging)
        files = sum(not name.startswith((ROWS, CHECKPOINTS)) and name != LEDGER for name in head.members)
        return Parcel(head.case, digest, size, files, lines, signer, pin is not None, bool(here))
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _check_same(taker: Taker, head: Head, digest: str, staging: Path, *, purged: bool) -> None:
    if purged:
        hint = "import it into another workspace (--home)"
        raise Refused(f"{head.case} was purged here for good", target=head.case, hint=hint)
    with taker.book.read() as tx:
        mine = write_parcel(tx, taker.home, head.case, taker.key.public, staging / "mine.zip")
    if mine.sha256 != digest:
        hint = "import it into another workspace (--home), and compare"
        raise Refused(f"another {head.case} is here; nothing was changed", target=head.case, hint=hint)


def _enter(taker: Taker, head: Head, digest: str, staging: Path) -> int:
    with recording(taker.book, taker.key, taker.clock, taker.actor) as pen:
        lines = _fill(pen, head, staging)
        problems = sorted(set(_problems(pen, taker, head, staging)))
        if problems:
            raise _named(problems, head.case)
        append(pen, WORKSPACE, "case.open", {"case": head.case, "imported": digest})
        append(pen, WORKSPACE, "case.imported", {"case": head.case, "sha256": digest})
        _move(head, staging, taker.home)
    return lines


def _fill(pen: Pen, head: Head, staging: Path) -> int:
    """Enter rows and lines as they are, with who sealed them; the checks that follow look at them in the book."""
    sizes = [each.size for each in head.origins]
    origins = [_origin(head.case, each, sizes[:at].count(each.size)) for at, each in enumerate(head.origins)]
    vouch(pen, WORKSPACE, "origin", origins)
    for table in TABLES:
        file = row_file(staging, table)
        if file.is_file():
            pen.tx.insert(table, _rows(file, table, head.case))
    lines = (staging / LEDGER).read_bytes().split(b"\n")[:-1]
    pen.tx.insert(
        "ledger",
        [{"case": head.case, "seq": n, "line": line, "leaf": leaf_hash(line).hex()} for n, line in enumerate(lines)],
    )
    notes = [{"case": head.case, **_checkpoint(file)} for file in checkpoint_files(staging)]
    pen.tx.insert("checkpoint", notes)
    return len(lines)


def _origin(case: str, signer: Signer, again: int) -> dict[str, Any]:
    named = {"case": WORKSPACE, "origin": origin_id(case, signer.size or 0, again), "log": case}
    row = named | {"workspace": signer.workspace, "public": (signer.public or b"").hex(), "size": signer.size}
    return row | {"how": signer.how, "successor": signer.then.hex() if signer.then else None}


def _rows(file: Path, table: str, case: str) -> list[dict[str, Any]]:
    columns = METADATA.tables[table].columns
    rows, keys = [], set()
    for line in file.read_bytes().splitlines():
        try:
            row = json.loads(line)
            known = all(
                name in columns and type(value) is columns[name].type.python_type for name, value in row.items()
            )
            key = row[VOUCHED[table]]
        except (ValueError, AttributeError, KeyError) as caught:
            raise _strange(file) from caught
        if not known or row.get("case") != case or key in keys:
            raise _strange(file)
        keys.add(key)
        rows.append(row)
    return rows


def _checkpoint(file: Path) -> dict[str, Any]:
    data = file.read_bytes()
    lines = data.split(b"\n")
    # What the note itself states is checked with its signature, right after this.
    root = lines[2].decode("ascii", "replace") if len(lines) > 2 else ""  # noqa: PLR2004 - origin, size, root
    return {"size": int(file.stem), "root": _hex(root), "note": data}


def _hex(text: str) -> str:
    import base64  # noqa: PLC0415 - needed here alone
    import binascii  # noqa: PLC0415 - as above

    try:
        return base64.b64decode(text, validate=True).hex()[:64]
    except (binascii.Error, ValueError):
        return ""


def _problems(pen: Pen, taker: Taker, head: Head, staging: Path) -> Iterator[Problem]:
    own = workspace_id(pen.tx)
    state = check_log(pen.tx, head.case, own, taker.key.public)
    yield from state.problems
    size = pen.tx.count("ledger", case=head.case)
    if head.origins[-1].size != size:
        yield Problem("ledger", head.case, f"{head.origins[-1].size} lines sealed", f"{size} lines")
    yield from check_rows(pen.tx, {head.case: state}, whole=False)
    expected = expected_of(pen.tx, [head.case])
    yield from check_contents(staging, "artifact", expected.artifacts)
    yield from check_contents(staging, "file", expected.files)
    for each in check_strangers(staging, expected, ["shelf", "lake", "reports", "estates"]):
        yield each if isinstance(each, Problem) else Problem("unexpected", each.where, None, each.because)


def _move(head: Head, staging: Path, home: Path) -> None:
    for name in sorted(head.members):
        if name.startswith((ROWS, CHECKPOINTS)) or name == LEDGER:
            continue
        place = home / name
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if name.startswith("shelf/"):
            (staging / name).chmod(0o400)
        if not (name.startswith("shelf/") and place.exists()):
            (staging / name).replace(place)


def _strange(file: Path) -> Tampered:
    where = f"{ROWS}{file.name}"
    return Tampered(f"the parcel was changed: {where} holds what is no row", target=where, hint="fetch it again")


def _named(problems: list[Problem], case: str) -> Tampered:
    told = "; ".join(
        f"{each.kind} {each.where}: {each.expected} expected, {each.found} found" for each in problems[:_NAMED]
    )
    more = f"; and {len(problems) - _NAMED} more" if len(problems) > _NAMED else ""
    return Tampered(f"the parcel was changed, nothing was taken in: {told}{more}", target=case, hint="fetch it again")
