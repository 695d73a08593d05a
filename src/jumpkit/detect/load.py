"""Folders of rules, ours and strangers', to a rule set; a file that cannot be run is named, never a crash."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from jumpkit.detect.cache import compiled
from jumpkit.detect.draft import Found
from jumpkit.detect.link import linked
from jumpkit.detect.sources import content_dir, read_sources
from jumpkit.detect.tree import Document
from jumpkit.kit import strictyaml
from jumpkit.kit.digest import sha256_hex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jumpkit.detect.ruleset import RuleSet

_ENDINGS = (".yml", ".yaml")


def load(dirs: Sequence[Path], *, own: bool, cache: Path | None) -> RuleSet:
    """Return all rules below `dirs` (files are taken too), and the package's own where `own`.

    A rule that cannot be run is in `infos` with its reason. `cache` is a folder for what was compiled; None keeps none.
    """
    kept = None if cache is None else cache / "rules"
    found: list[Found] = []
    if own:
        found += _pack(content_dir("rules"), "rules", kept, own=True)
    for folder in dirs:
        found += _pack(Path(folder), str(folder), kept, own=False)
    return linked(found, read_sources(content_dir("sources")))


def _pack(folder: Path, shown: str, cache: Path | None, *, own: bool) -> Iterator[Found]:
    for path in rule_files(folder):
        within = path.relative_to(folder).as_posix() if path != folder else path.name
        label = f"{shown}/{within}" if path != folder else shown
        documents = _documents(path, cache)
        for document in documents:
            name = within if len(documents) == 1 else f"{within}#{document.place + 1}"
            yield Found(document, _safe(label), _safe(name), own)


def rule_files(folder: Path) -> list[Path]:
    """Return the YAML files below a folder by name, without following links to folders; a file is itself."""
    if not folder.is_dir():
        return [folder]
    return sorted(
        Path(root) / name for root, _, names in os.walk(folder) for name in names if name.lower().endswith(_ENDINGS)
    )


def _documents(path: Path, cache: Path | None) -> tuple[Document, ...]:
    try:
        if not path.is_file():
            there = path.exists() or path.is_symlink()
            return (_unread(path, "not a plain file" if there else "there is no such file"),)
        with path.open("rb") as file:
            data = file.read(strictyaml.LARGEST + 1)
    except OSError as error:
        return (_unread(path, f"cannot be read: {error.strerror}"),)
    return compiled(data, cache)


def _unread(path: Path, reason: str) -> Document:
    return Document("other", sha256_hex(os.fsencode(path)), 0, reason=reason)


def _safe(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
