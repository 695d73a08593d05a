"""Checks a bundle as `custody/verify.sh` does, and says the same; it writes nothing and needs no workspace."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from jumpkit.kit.digest import sha256_hex
from jumpkit.kit.errors import NotFound, Unreadable
from jumpkit.preserve import merkle, note
from jumpkit.preserve.bundle import bag
from jumpkit.preserve.bundle.proofs import Entry, collected, earlier, entries, item_name, proofs
from jumpkit.preserve.keys import fingerprint, same_fingerprint
from jumpkit.preserve.problem import Log, Problem, Verification

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jumpkit.preserve.bundle.bag import Digests


@dataclass(slots=True)
class _Bag:
    """What is in the folder, and what is wrong with it so far."""

    root: Path
    files: dict[str, Digests] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    wanted: set[str] = field(default_factory=set)  # tag files that belong here

    def wrong(self, kind: str, where: str, expected: object = None, found: object = None) -> None:
        said = [None if value is None else str(value) for value in (expected, found)]
        self.problems.append(Problem(kind, where, *said))

    def same(self, kind: str, name: str, data: bytes) -> None:
        """Note a problem unless the file is exactly this."""
        self.wanted.add(name)
        found = self.files[name].sha256 if name in self.files else "missing"
        if found != sha256_hex(data):
            self.wrong(kind, name, sha256_hex(data), found)


def check_bundle(root: Path, pin: str | None = None) -> Verification:
    """Return what holds in the bundle at `root`; `pin` is the key's fingerprint as it was noted outside.

    Raises:
        NotFound: the folder is no bundle.

    """
    if not (root / bag.LOG).is_file():
        raise NotFound("no bundle lies there", target=str(root), hint="jumpkit bundle CASE -o DIR makes one")
    found = _Bag(root)
    _read_files(found)
    _manifests(found)
    public = _public(found)
    log = _log(found)
    if log:
        _against_log(found, log, public)
    held = fingerprint(public) if public else None
    pinned = pin is not None and held is not None and same_fingerprint(held, pin)
    if pin is not None and not pinned:
        found.wrong("key", bag.PUBLIC, pin, held)
    problems = tuple(sorted(found.problems, key=lambda each: (each.kind, each.where)))
    return Verification(
        held, pinned, len(log), len(collected(log)), len(found.files), problems, logs=_heads(found, log)
    )


def _heads(found: _Bag, log: list[Entry]) -> tuple[Log, ...]:
    """Return the log's name and head, as far as there is one."""
    if not log or bag.CHECKPOINT not in found.files:
        return ()
    name = (found.root / bag.CHECKPOINT).read_bytes().partition(b"\n")[0].decode("utf-8", "replace")
    return (Log(name, len(log), merkle.root([merkle.leaf_hash(entry.line) for entry in log]).hex()),)


def _read_files(found: _Bag) -> None:
    for name in bag.listed(found.root):
        try:
            found.files[name] = bag.digests(found.root / name)
        except OSError as caught:
            found.wrong("file", name, "a plain file", caught.strerror or str(caught))


def _manifests(found: _Bag) -> None:
    """Compare every manifest with what the files are."""
    payload = {name: each for name, each in found.files.items() if name.startswith("data/")}
    tags = {name: each for name, each in found.files.items() if bag.is_tag(name)}
    for files, are_tags in ((payload, False), (tags, True)):
        for algorithm in bag.ALGORITHMS:
            _manifest(found, bag.manifest_name(algorithm, tags=are_tags), bag.manifest(files, algorithm))


def _manifest(found: _Bag, name: str, due: bytes) -> None:
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


def _public(found: _Bag) -> bytes | None:
    found.wanted.add(bag.PUBLIC)
    try:
        data = (found.root / bag.PUBLIC).read_bytes()
        key = load_pem_public_key(data)
    except (OSError, ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        found.wrong("key", bag.PUBLIC, "an Ed25519 key", "something else")
        return None
    if key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) != data:
        found.wrong("key", bag.PUBLIC, "the key alone", "more than that")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _log(found: _Bag) -> list[Entry]:
    found.wanted.add(bag.LOG)
    data = (found.root / bag.LOG).read_bytes()
    if not data.endswith(b"\n"):
        found.wrong("ledger", bag.LOG, "whole lines", "its last line has no end")
    try:
        return entries(data.removesuffix(b"\n").split(b"\n"))
    except ValueError as caught:
        found.wrong("ledger", bag.LOG, "lines of JSON", caught)
        return []


def _against_log(found: _Bag, log: list[Entry], public: bytes | None) -> None:
    """Check what follows from the log: checkpoints, proofs, items, and the files that it names."""
    leaves = [merkle.leaf_hash(entry.line) for entry in log]
    older = earlier(log)
    roots = merkle.roots_at(leaves, [*older, len(leaves)])
    last = _checkpoint(found, bag.CHECKPOINT, (len(leaves), roots[len(leaves)]), public)
    for size, digest in older.items():
        name = f"custody/checkpoints/{size}"
        if name in found.files and found.files[name].sha256 != digest:
            found.wrong("checkpoint", name, digest, found.files[name].sha256)
        _checkpoint(found, name, (size, roots.get(size, b"")), public)
    for name, data in proofs(log, last):
        found.same("proof", name, data)
    for sha256, entry in collected(log).items():
        here = found.files.get(item_name(sha256))
        if here is None or (here.sha256, here.sha512) != (sha256, entry.body.get("sha512")):
            found.wrong("artifact", item_name(sha256), sha256, here.sha256 if here else "missing")
    _named(found, [entry.body for entry in log if entry.kind == "bundle.made"])


def _checkpoint(found: _Bag, name: str, head: tuple[int, bytes], public: bytes | None) -> bytes:
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
    if public is None or not note.signed_by(stated, public):
        found.wrong("checkpoint", name, "signed by the key beside it", "not signed by it")
    return data


def _named(found: _Bag, bundles: list[dict[str, Any]]) -> None:
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
