"""Checks a bundle as `custody/verify.sh` does, and says the same; it writes nothing and needs no workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from jumpkit.kit.errors import NotFound, Unreadable
from jumpkit.preserve import merkle, note
from jumpkit.preserve.bundle import bag
from jumpkit.preserve.bundle.found import Found
from jumpkit.preserve.bundle.proofs import (
    WITHHELD,
    Entry,
    collected,
    earlier,
    entries,
    item_name,
    made,
    pairs,
    proofs,
)
from jumpkit.preserve.bundle.seen import check_witnesses
from jumpkit.preserve.check_log import LogState, check_handovers
from jumpkit.preserve.keys import fingerprint
from jumpkit.preserve.origins import ROTATED, Signer, handovers, signer_at, trusted
from jumpkit.preserve.problem import Log, Verification

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


_SIGNER = 4  # size, how, origin, fingerprint


def check_bundle(root: Path, pin: str | None = None) -> Verification:
    """Return what holds in the bundle at `root`; `pin` is the key's fingerprint as it was noted outside.

    Raises:
        NotFound: the folder is no bundle.

    """
    if not (root / bag.LOG).is_file():
        raise NotFound("no bundle lies there", target=str(root), hint="jumpkit bundle CASE -o DIR makes one")
    found = Found(root)
    _read_files(found)
    _manifests(found)
    public = _public(found, bag.PUBLIC)
    log = _log(found)
    signers = _signers(found, log, public)
    seen = check_witnesses(found) if log else ()
    if log:
        _against_log(found, log, signers)
    held = fingerprint(public) if public else None
    pinned = _pinned(found, signers, pin)
    problems = tuple(sorted(found.problems, key=lambda each: (each.kind, each.where)))
    return Verification(
        held,
        pinned,
        len(log),
        len(collected(log)),
        len(found.files),
        problems,
        logs=_heads(found, log),
        handovers=tuple(handovers(_named_log(found), signers)),
        witnesses=seen,
    )


def _pinned(found: Found, signers: Sequence[Signer], pin: str | None) -> bool:
    if pin is None or not signers:
        return False
    reach = trusted(signers, pin.split(","))
    if not reach[-1]:
        last = max((index for index, held in enumerate(reach) if held), default=None)
        where = bag.PUBLIC if last is None else f"{bag.LOG} from line {signers[last].size}"
        found.wrong("key", where, pin, signers[-1].fingerprint)
    return reach[-1]


def _heads(found: Found, log: list[Entry]) -> tuple[Log, ...]:
    """Return the log's name and head, as far as there is one."""
    if not log or bag.CHECKPOINT not in found.files:
        return ()
    return (Log(_named_log(found), len(log), merkle.root([entry.leaf for entry in log]).hex()),)


def _named_log(found: Found) -> str:
    path = found.root / bag.CHECKPOINT
    return path.read_bytes().partition(b"\n")[0].decode("utf-8", "replace") if path.is_file() else "unknown"


def _read_files(found: Found) -> None:
    for name in bag.listed(found.root):
        try:
            found.files[name] = bag.digests(found.root / name)
        except OSError as caught:
            found.wrong("file", name, "a plain file", caught.strerror or str(caught))


def _manifests(found: Found) -> None:
    """Compare every manifest with what the files are."""
    payload = {name: each for name, each in found.files.items() if name.startswith("data/")}
    tags = {name: each for name, each in found.files.items() if bag.is_tag(name)}
    for files, are_tags in ((payload, False), (tags, True)):
        for algorithm in bag.ALGORITHMS:
            _manifest(found, bag.manifest_name(algorithm, tags=are_tags), bag.manifest(files, algorithm))


def _manifest(found: Found, name: str, due: bytes) -> None:
    try:
        stated = (found.root / name).read_bytes()
    except OSError:
        found.wrong("file", name, "a manifest", "missing")
        return
    if stated == due:
        return
    here, said = _lines(due), _lines(stated)
    for each in sorted({*here, *said}):
        if here.get(each) != said.get(each):
            found.wrong("file", each, said.get(each, f"not listed in {name}"), here.get(each, "missing"))
    if here == said:
        found.wrong("file", name, "a manifest in order", "the same lines written otherwise")


def _lines(manifest: bytes) -> dict[str, str]:
    pairs = (line.partition("  ") for line in manifest.decode("utf-8", "replace").splitlines())
    return {name: digest for digest, _, name in pairs}


def _public(found: Found, name: str) -> bytes | None:
    found.wanted.add(name)
    try:
        data = (found.root / name).read_bytes()
        key = load_pem_public_key(data)
    except (OSError, ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        found.wrong("key", name, "an Ed25519 key", "something else")
        return None
    if key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) != data:
        found.wrong("key", name, "the key alone", "more than that")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _signers(found: Found, log: list[Entry], public: bytes | None) -> list[Signer]:
    """Return who signed, as the bundle's own line says, which the last key signed; the last one comes last."""
    own = made(log)
    rows = [str(row).split(" ") for row in own.body.get("signers", [])] if own else []
    before: list[tuple[list[str], bytes | None]] = []
    for number, row in enumerate(rows, 1):
        key = _public(found, f"{bag.KEYS}{number}.pub.pem")
        if len(row) != _SIGNER or not row[0].isdigit() or key is None or fingerprint(key) != row[3]:
            found.wrong("key", f"{bag.KEYS}{number}.pub.pem", row[-1], fingerprint(key) if key else "none")
            continue
        before.append((row, key))
    nexts = [key for _, key in before[1:]] + [public]
    return [
        Signer(row[2], key, int(row[0]), row[1], then if row[1] == ROTATED else None)
        for (row, key), then in zip(before, nexts, strict=False)
    ] + [Signer(None, public)]


def _log(found: Found) -> list[Entry]:
    found.wanted.add(bag.LOG)
    data = (found.root / bag.LOG).read_bytes()
    if not data.endswith(b"\n"):
        found.wrong("ledger", bag.LOG, "whole lines", "its last line has no end")
    try:
        return entries(data.removesuffix(b"\n").split(b"\n"))
    except ValueError as caught:
        found.wrong("ledger", bag.LOG, "lines of JSON", caught)
        return []


def _against_log(found: Found, log: list[Entry], signers: Sequence[Signer]) -> None:
    """Check what follows from the log: checkpoints, proofs, items, and the files that it names."""
    leaves = [entry.leaf for entry in log]
    older = earlier(log)
    roots = merkle.roots_at(leaves, [*older, len(leaves)])
    last = _checkpoint(found, bag.CHECKPOINT, (len(leaves), roots[len(leaves)]), signers)
    for size, digest in older.items():
        name = f"custody/checkpoints/{size}"
        if name in found.files and found.files[name].sha256 != digest:
            found.wrong("checkpoint", name, digest, found.files[name].sha256)
        _checkpoint(found, name, (size, roots.get(size, b"")), signers)
    for name, data in proofs(log, last):
        found.same("proof", name, data)
    for sha256, entry in collected(log).items():
        here = found.files.get(item_name(sha256))
        if here is None or (here.sha256, here.sha512) != (sha256, entry.body.get("sha512")):
            found.wrong("artifact", item_name(sha256), sha256, here.sha256 if here else "missing")
    _check_withheld(found, log)
    _check_handovers(found, log, signers)
    _named(found, [entry.body for entry in log if entry.kind == "bundle.made"])


def _check_withheld(found: Found, log: list[Entry]) -> None:
    """Lines are withheld only up to where the bundle itself says so, and there all of them; so are items."""
    own = made(log)
    due = own.body.get(WITHHELD, 0) if own else 0
    for entry in log:
        if (entry.kind == WITHHELD) != (entry.seq < due):
            found.wrong("ledger", f"{bag.LOG} line {entry.seq}", "withheld or not, as the bundle says", entry.kind)
    for at, sha256 in pairs(log, "items"):
        if at >= due or item_name(sha256) in found.files:
            found.wrong("artifact", item_name(sha256), "removed, and its line withheld", "otherwise")


def _check_handovers(found: Found, log: list[Entry], signers: Sequence[Signer]) -> None:
    state = LogState(bag.LOG, [{"seq": entry.seq, "kind": entry.kind, "body": entry.body} for entry in log])
    hidden = sum(entry.kind == WITHHELD for entry in log)
    state.signers = [signer for signer in signers if signer.size is None or signer.size >= hidden]
    check_handovers(state)
    found.problems += state.problems


def _checkpoint(found: Found, name: str, head: tuple[int, bytes], signers: Sequence[Signer]) -> bytes:
    """Return the checkpoint's bytes after checking what it states and who signed it."""
    found.wanted.add(name)
    try:
        data = (found.root / name).read_bytes()
        stated = note.read(data)
    except (OSError, Unreadable):
        found.wrong("checkpoint", name, "a signed note", "missing or none")
        return b""
    if (stated.size, stated.root) != head:
        found.wrong("checkpoint", name, f"{head[0]} lines, root {head[1].hex()}", f"{stated.size}, {stated.root.hex()}")
    signer = signer_at(signers, head[0])
    origin = signer.workspace or _named_log(found)
    if stated.origin != origin:
        found.wrong("checkpoint", name, origin, stated.origin)
    if not all(signer.seals(head[0])) or not note.signed_by(stated, *signer.seals(head[0])):
        found.wrong("checkpoint", name, "signed by the key beside it", "not signed by it")
    return data


def _named(found: Found, bundles: list[dict[str, Any]]) -> None:
    """Check the files that the log names, and that nothing else lies here."""
    named: Mapping[str, str] = bundles[-1].get("files", {}) if bundles else {}
    for name in bag.NAMED:
        found.wanted.add(name)
        here = found.files[name].sha256 if name in found.files else "missing"
        if here != named.get(name):
            found.wrong("file", name, named.get(name, "named by the log"), here)
    stamped = {bag.TOKEN, bag.AUTHORITY} & set(found.files)
    if len(stamped) == 1:
        found.wrong("timestamp", min(stamped), "token and authority", "one without the other")
    for name in sorted(set(found.files) - found.wanted - stamped):
        if bag.is_tag(name):
            found.wrong("unexpected", name, None, found.files[name].sha256)
