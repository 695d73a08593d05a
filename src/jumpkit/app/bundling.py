"""Makes the bundle of a case: what goes into it, and the line of the ledger that names it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit import __version__
from jumpkit.app.latest import latest_case
from jumpkit.app.witnessing import cosigned, witnesses
from jumpkit.app.workspace import writing
from jumpkit.coordinate.show import show_case, without_privileged
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import JumpkitError, Tampered, Unreachable
from jumpkit.kit.text import csv_cell
from jumpkit.preserve.bundle import Item, Payload, check_bundle, make_bundle
from jumpkit.preserve.bundle.write import Marks, Sealed
from jumpkit.preserve.cosign import text_of, witness_of
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append, workspace_id
from jumpkit.preserve.note import origin_of
from jumpkit.preserve.origins import signers_of
from jumpkit.preserve.recording import recording
from jumpkit.preserve.stamping import authority, stamp_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.preserve.origins import Signer
    from jumpkit.preserve.stamping import Authority
    from jumpkit.store.book.book import Row

NO_WITNESS = "no witness is configured"
_CELLS = ("sha256", "size", "name", "collected")


def bundle_case(opening: Opening, named: str | None, out: Path) -> dict[str, Any]:
    """Write the bundle of a case, check it, and return what it is.

    Raises:
        BadUsage: something lies at `out` already.
        Tampered: an item is no longer what was sealed.

    """
    with writing(opening) as desk:
        case = latest_case(desk, named)
        payload = _payload(desk, case)
        stamping = _Stamping.of(desk)
        marks = Marks(case, f"jumpkit {__version__}", stamp(desk.clock())[:10])
        made = make_bundle(out, marks, payload, lambda digests: _entered(desk, case, digests), stamping.ask)
    checked = check_bundle(out)
    if not checked.intact:
        raise Tampered("the bundle is not what was written", target=str(out), hint="is the disk sound? write it again")
    told = checked.logs[0]
    return {
        "schema": "bundle/1",
        "case": case,
        "path": str(made.path),
        "items": checked.artifacts,
        "files": made.files,
        "bytes": made.size,
        "log": {"origin": told.log, "size": told.size, "root": told.root},
        "key": checked.fingerprint,
        "verify_sh": made.script,
        "timestamp": stamping.at,
        "timestamp_because": stamping.because,
        "witnesses": [asdict(each) for each in checked.witnesses],
        "witness_because": "; ".join(made.unseen) or (None if checked.witnesses else NO_WITNESS),
        "handovers": [asdict(each) for each in checked.handovers],
    }


@dataclass(slots=True)
class _Stamping:
    """The time-stamping authority, where one is configured, and what came of asking it."""

    by: Authority | None
    at: str | None = None
    because: str | None = "no time-stamping authority is configured"

    @classmethod
    def of(cls, desk: Desk) -> _Stamping:
        roots = desk.setting("tsa_roots")
        return cls(authority(desk.setting("tsa"), Path(roots) if roots else None))

    def ask(self, checkpoint: bytes) -> tuple[bytes, bytes] | None:
        """Return the token and the authority's roots; an authority that does not answer is said, not fatal."""
        if self.by is None:
            return None
        try:
            stamped = stamp_bytes(checkpoint, self.by)
        except Unreachable as caught:
            self.because = caught.message
            return None
        self.at, self.because = stamped.at, None
        return stamped.token, self.by.roots


def _payload(desk: Desk, case: str) -> Payload:
    """Return the case's artifacts, its reports and what the book says of it."""
    with desk.book.read() as tx:
        rows = tx.rows("artifact", case=case)
        shown = without_privileged(show_case(tx, case))
        reports = [row["path"] for row in tx.rows("file_", case=case, kind="report") if row["sha256"] is not None]
    made: dict[str, bytes | Path] = {
        "case.json": json.dumps(shown, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n",
        "artifacts.csv": _names(rows),
    }
    made |= {f"reports/{Path(path).name}": desk.home / path for path in reports}
    return Payload([_item(desk, row) for row in rows], made)


def _item(desk: Desk, row: Row) -> Item:
    path = Path(row["path"]) if row["in_place"] else desk.shelf.path(row["sha256"])
    return Item(path, row["sha256"], row["sha512"], row["name"])


def _names(rows: Sequence[Row]) -> bytes:
    """Return what each artifact was called, as a table that no spreadsheet runs."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_CELLS)
    writer.writerows([csv_cell(str(row[name])) for name in _CELLS] for row in rows)
    return text.getvalue().encode("utf-8", "backslashreplace")


def _entered(desk: Desk, case: str, digests: dict[str, str]) -> Sealed:
    """Enter the bundle into the case's log, and return the log as it then stands."""
    key = key_of(desk.home)
    with recording(desk.book, key, desk.clock, desk.actor) as pen:
        signers = signers_of(pen.tx, case, workspace_id(pen.tx), key.public)
        body = {"files": digests, "key": key.fingerprint, "signers": told_signers(case, signers)}
        append(pen, case, "bundle.made", body)
    with desk.book.read() as tx:
        lines = [row["line"] for row in tx.rows("ledger", case=case)]
        notes = {row["size"]: row["note"] for row in tx.rows("checkpoint", case=case)}
    _, found = cosigned(desk, case, witnesses(desk))
    with desk.book.read() as tx:
        kept = [row for row in tx.rows("cosignature", case=case) if row["size"] in notes]
    seen = [_seen(notes[row["size"]], row) for row in kept]
    unseen = [each.message for each in found if isinstance(each, JumpkitError)]
    return Sealed(lines, notes, signers, seen, unseen)


def _seen(note: bytes, row: Row) -> tuple[bytes, bytes]:
    return text_of(note) + f"\n{row['line']}\n".encode(), witness_of(str(row["vkey"])).public


def told_signers(case: str, signers: Sequence[Signer]) -> list[str]:
    """Return who signed before the present key: the size that each came to, how it ended, its log, its fingerprint."""
    return [
        f"{each.size} {each.how} {origin_of(each.workspace or 'unknown', case)} {each.fingerprint}"
        for each in signers[:-1]
    ]
