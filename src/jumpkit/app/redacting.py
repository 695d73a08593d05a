"""Makes of a case what may leave without names: the same things under pseudonyms, in a bag whose log still proves."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit import __version__
from jumpkit.app.bundling import told_signers
from jumpkit.app.lakes import open_case
from jumpkit.app.redactable import named_in_book, named_in_lake, neutral_in_lake, spread
from jumpkit.app.reporting import gather
from jumpkit.app.workspace import writing
from jumpkit.coordinate.case import case_row
from jumpkit.coordinate.notes import TLP, notes
from jumpkit.coordinate.registers import shown
from jumpkit.coordinate.show import show_case, without_privileged
from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import sha256_hex
from jumpkit.kit.errors import BadUsage, FellShort, Refused
from jumpkit.preserve.bundle import Payload, check_bundle, make_bundle
from jumpkit.preserve.bundle.bag import MANUAL, SCRIPT, listed
from jumpkit.preserve.bundle.proofs import collected, entries, withheld
from jumpkit.preserve.bundle.write import Marks, Sealed
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append, workspace_id
from jumpkit.preserve.merkle import leaf_hash
from jumpkit.preserve.origins import signers_of
from jumpkit.preserve.recording import recording
from jumpkit.preserve.redaction import Swap, is_common, leaks, make_swap
from jumpkit.preserve.redaction.patterns import WORD, patterned
from jumpkit.preserve.rows import vouch
from jumpkit.report import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.store.book import Tx

KIND = "redaction"  # of file_: the map, which never leaves
_UNMARKED = "amber+strict"  # as a report of a case that nobody marked
_NOBODY = "withheld"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LIMITS = (
    "times, event names, regions and user agents stay: who knows the estate may know it again",
    "a name that stands in free text alone, and in no log or register, is replaced only if it was named (--word)",
    "short names are replaced where they stand alone, not within longer words",
    "the SHA-256 of each sealed item is disclosed: who holds the item can tell that it is the one",
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What else is to be replaced, what is to stay, and the most confidential level that may leave."""

    words: Sequence[str] = ()
    keep: Sequence[str] = ()
    tlp: str | None = None


@dataclass(slots=True)
class _Draft:
    """What is to leave, before any name is replaced."""

    objects: dict[str, Any] = field(default_factory=dict)  # by file name
    report: str = ""
    left_out: dict[str, int] = field(default_factory=dict)

    def text(self) -> str:
        """Return all of it as one text."""
        return "\n".join([*(_plain(each) for each in self.objects.values()), self.report])


def redact(opening: Opening, case: str, out: Path, wishes: Wishes) -> dict[str, Any]:
    """Write the redacted case into a folder, or into one file if its name ends in .zip.

    Raises:
        NotFound: there is no such case.
        Refused: the case is privileged, or its TLP is above what may leave.
        FellShort: a name was still found in what was made; nothing is left behind.

    """
    zipped = out.suffix == ".zip"
    bag = out.with_name(f".{out.stem}.bag") if zipped else out
    if out.exists() and (zipped or not out.is_dir() or any(out.iterdir())):
        raise BadUsage("nothing is written over", target=str(out), hint="name a file or folder that is not there")
    opening.found()
    with writing(opening) as desk:
        told, swap = _written(desk, case, bag, wishes)
    try:
        _check_bag(bag, swap)
        if zipped:
            _pack(bag, out)
    except BaseException:
        shutil.rmtree(bag, ignore_errors=True)
        raise
    checked = check_bundle(bag)
    if zipped:
        shutil.rmtree(bag)
    return {**told, "path": str(out), "intact": checked.intact, "key": checked.fingerprint}


def _written(desk: Desk, case: str, bag: Path, wishes: Wishes) -> tuple[dict[str, Any], Swap]:
    """Write the bag after nothing was found in what goes into it, and return what was done by which pseudonyms."""
    with desk.book.read() as tx:
        ceiling = _ceiling(tx, case, wishes)
    draft = _draft(desk, case, ceiling)
    values, common = _values(desk, case, wishes, draft)
    swap = make_swap(values, draft.text())
    kept = sorted({swap.text(each) for each in common})
    made, counts = _files(draft, swap, kept)
    _check(made, swap)
    told: dict[str, Any] = {"replaced": counts, "left_out": draft.left_out}
    digest = _enter_map(desk, case, swap, told)
    stamped = Marks(case, f"jumpkit {__version__}", stamp(desk.clock())[:10])
    payload = Payload([], dict(made))
    result = make_bundle(bag, stamped, payload, lambda digests: _sealed(desk, case, digests), _nobody)
    told |= {"schema": "redacted/1", "case": case, "files": sorted(made), "map": digest, "kept": kept}
    return told | {"limits": list(_LIMITS), "verify_sh": result.script}, swap


def _ceiling(tx: Tx, case: str, wishes: Wishes) -> str:
    row = case_row(tx, case)
    own = row["tlp"] or _UNMARKED
    ceiling = wishes.tlp or own
    if ceiling not in TLP:
        raise BadUsage(f"there is no TLP level {ceiling!r}", target=ceiling, hint=f"one of {', '.join(TLP)}")
    if row["privileged"]:
        raise Refused("the case is under legal privilege", target=case, hint="counsel decides what leaves")
    if TLP.index(own) > TLP.index(ceiling):
        hint = f"jumpkit case reclassify {case} --tlp {ceiling} --reason WHY"
        raise Refused(f"the case is marked {own}, which may not leave as {ceiling}", target=case, hint=hint)
    return ceiling


def _draft(desk: Desk, case: str, ceiling: str) -> _Draft:
    draft = _Draft()
    with desk.book.read() as tx:
        row = case_row(tx, case)
        own = row["tlp"] or _UNMARKED
        whole = show_case(tx, case)
        told = without_privileged(whole)
        draft.left_out = {f"privileged {name}": count for name, count in told.pop("withheld").items() if count}
        texts = [shown(each) for each in notes(tx, case) if not each["privileged"]]
        findings = [shown(each) for each in tx.rows("finding", case=case)]
        incidents = [shown(each) for each in tx.rows("incident", case=case)]
    for name in ("notes", "observables", "messages"):
        told[name] = _below(draft, name, told[name], ceiling, own)
    draft.objects = {
        "case.json": told,
        "notes.json": _below(_Draft(), "notes", texts, ceiling, own),
        "observables.json": told["observables"],
        "findings.json": {"findings": findings, "incidents": incidents},
    }
    held = io.BytesIO()
    with open_case(desk, case) as lake:
        render(gather(desk, lake, None, unmask=False), "md", held)
    draft.report = held.getvalue().decode()
    return draft


def _below(draft: _Draft, name: str, rows: Sequence[Any], ceiling: str, own: str) -> list[Any]:
    """Return the rows that may leave; those above are counted."""
    kept = [each for each in rows if TLP.index(each.get("tlp") or own) <= TLP.index(ceiling)]
    if len(kept) != len(rows):
        draft.left_out[f"{name} above {ceiling}"] = len(rows) - len(kept)
    return kept


def _values(desk: Desk, case: str, wishes: Wishes, draft: _Draft) -> tuple[list[tuple[str, str]], list[str]]:
    """Return what is to be replaced, with its class, and the common words that are names here and stay."""
    with desk.book.read() as tx:
        found = list(named_in_book(tx, case))
    with open_case(desk, case) as lake:
        found += list(named_in_lake(lake))
        neutral = neutral_in_lake(lake)
    text = draft.text()
    low = text.casefold()
    keep = {word.strip().casefold() for word in wishes.keep} | (neutral - {each.casefold() for each in wishes.words})
    values = dict.fromkeys((word.strip(), WORD) for word in wishes.words if word.strip())
    values |= dict.fromkeys(spread(iter(found)))
    values |= dict.fromkeys(patterned(text))
    chosen = [each for each in values if each[0].casefold() not in keep]
    common = {value.strip() for value, _ in found if is_common(value) and value.strip().casefold() in low}
    kept = sorted({value for value in common if any(char.isalpha() for char in value)} | set(wishes.keep))
    return chosen, kept


def _files(draft: _Draft, swap: Swap, kept: list[str]) -> tuple[dict[str, bytes], dict[str, int]]:
    """Return the files as they may leave, and how much of each class was replaced in them."""
    written = {name: _json(swap.value(each)) for name, each in draft.objects.items()}
    written["report.md"] = swap.text(draft.report)
    counts = swap.counts(written.values())
    told = {"replaced": counts, "kept": kept, "left_out": draft.left_out, "limits": _LIMITS}
    written["redacted.json"] = _json(told)
    return {name: text.encode("utf-8", "backslashreplace") + b"\n" for name, text in written.items()}, counts


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)


def _check(files: dict[str, bytes], swap: Swap) -> None:
    found = leaks(files, swap.originals)
    if found:
        places = ", ".join(f"{swap.names.get(value, 'a name')} ({value[:60]}) in {name}" for name, value in found[:5])
        hint = "--keep WORD where it is a common word and names nobody"
        raise FellShort(f"a name is still there, nothing was written: {places}", target=found[0][0], hint=hint)


def _check_bag(bag: Path, swap: Swap) -> None:
    """Look through every file of the bag but the two that are the same in every bag."""
    names = [name for name in listed(bag) if name not in {SCRIPT, MANUAL}]
    _check({name: (bag / name).read_bytes() for name in names}, swap)


def _enter_map(desk: Desk, case: str, swap: Swap, told: dict[str, Any]) -> str:
    """Keep which pseudonym stands for what in the workspace, and enter that the case was redacted."""
    names = {"schema": "redaction-map/1", "names": {name: value for value, name in swap.names.items()}}
    data = _json(names).encode("utf-8", "backslashreplace")
    digest = sha256_hex(data)
    path = f"reports/{case}/redaction-{digest[:16]}.json"
    place = desk.home / path
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.write_bytes(data)
    place.chmod(0o600)
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        row = {"case": case, "path": path, "kind": KIND, "sha256": digest, "size": len(data)}
        vouch(pen, case, "file_", [row | {"made": stamp(desk.clock())}])
        append(pen, case, "case.redacted", {"map": digest, **told})
    return digest


def _sealed(desk: Desk, case: str, digests: dict[str, str]) -> Sealed:
    """Enter the bag into the log, and return the log with all lines before that withheld: their leaves stay."""
    key = key_of(desk.home)
    with recording(desk.book, key, desk.clock, _NOBODY) as pen:
        rows = pen.tx.rows("ledger", case=case)
        signers = signers_of(pen.tx, case, workspace_id(pen.tx), key.public)
        items = [f"{each.seq} {sha256}" for sha256, each in collected(entries([row["line"] for row in rows])).items()]
        older = [f"{row['size']} {sha256_hex(row['note'])}" for row in pen.tx.rows("checkpoint", case=case)]
        body: dict[str, Any] = {"files": digests, "key": key.fingerprint, "signers": told_signers(case, signers)}
        append(pen, case, "bundle.made", body | {"items": items, "older": older, "withheld": len(rows)})
    with desk.book.read() as tx:
        lines = [row["line"] for row in tx.rows("ledger", case=case)]
        notes_ = {row["size"]: row["note"] for row in tx.rows("checkpoint", case=case)}
    hidden = [withheld(leaf_hash(line)) if at < len(rows) else line for at, line in enumerate(lines)]
    return Sealed(hidden, notes_, signers)


def _nobody(_: bytes) -> None:
    """Ask no authority: its token would say nothing of what is withheld."""


def _pack(bag: Path, out: Path) -> None:
    part = out.with_name(f"{out.name}.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in listed(bag):
            info = zipfile.ZipInfo(f"{out.stem}/{name}", _EPOCH)
            info.external_attr = 0o600 << 16
            archive.writestr(info, (bag / name).read_bytes())
    part.replace(out)


def _plain(value: Any) -> str:
    return "\n".join(_texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield str(name)
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
