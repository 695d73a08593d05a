"""One file of rules as documents: what each says of itself, and its compiled detection; not for links between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from jumpkit.detect.sources import logsource
from jumpkit.detect.tree import Document
from jumpkit.kit import strictyaml
from jumpkit.kit.digest import sha256_hex

if TYPE_CHECKING:
    from collections.abc import Iterable

LEVELS = ("informational", "low", "medium", "high", "critical")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def read(data: bytes) -> tuple[Document, ...]:
    """Return the documents of one file; what cannot be run carries its reason. Never raises on content."""
    try:
        parts = strictyaml.documents(data)
    except strictyaml.BadYaml as error:
        return (Document("other", sha256_hex(data), 0, reason=str(error)),)
    said = [part for part in parts if part[0] is not None]
    if not said:
        return (Document("other", sha256_hex(data), 0, reason="the file holds no document"),)
    if len(said) == 1:
        return (_document(said[0][0], sha256_hex(data), 0),)
    text = data.decode("utf-8-sig")
    return tuple(
        _document(value, sha256_hex(text[start:end].strip().encode()), place)
        for place, (value, start, end) in enumerate(said)
    )


def _document(value: Any, digest: str, place: int) -> Document:
    if not isinstance(value, dict):
        return Document("other", digest, place, reason="not a Sigma document: no map")
    kind = next((kind for kind in ("correlation", "filter", "detection") if kind in value), "other")
    kind = "rule" if kind == "detection" else kind
    found = _described(value, kind, digest, place)
    if found.reason is not None:
        return found
    if "action" in value:
        return _without(found, "uses `action`, which joined documents in old Sigma collections")
    if kind == "other":
        return _without(found, "not a Sigma document: no detection, correlation or filter")
    return _compiled(found, value)


def _described(value: dict[str, Any], kind: str, digest: str, place: int) -> Document:
    level = value.get("level")
    wrong = level is not None and level not in LEVELS
    return Document(
        kind, digest, place,
        id=declared_id(value.get("id")),
        name=_text(value.get("name")),
        title=_text(value.get("title")) or "",
        level=None if wrong else level,
        tags=_texts(value.get("tags")),
        description=_text(value.get("description")),
        false_positives=_texts(value.get("falsepositives")),
        logsource=logsource(value["logsource"]) if "logsource" in value else None,
        reason=f"its level is none of Sigma's: {level!r}"[:200] if wrong else None,
    )  # fmt: skip


def _compiled(found: Document, value: dict[str, Any]) -> Document:
    from jumpkit.detect import sigma  # noqa: PLC0415  # pySigma is slow to import and a warm cache needs none of it

    try:
        if found.kind == "correlation":
            return msgspec.structs.replace(found, correlation=sigma.correlation(value["correlation"]))
        if found.logsource is None:
            return _without(found, "says no log source")
        if found.kind == "filter":
            node, narrowing = sigma.filtering(value["filter"])
            return msgspec.structs.replace(found, node=node, filter=narrowing)
        return msgspec.structs.replace(found, node=sigma.detection(value["detection"]))
    except sigma.Unrunnable as error:
        return _without(found, str(error))


def _without(found: Document, reason: str) -> Document:
    return msgspec.structs.replace(found, reason=reason)


def declared_id(value: Any) -> str | None:
    """Return a document's id where it is a UUID, in lower case."""
    return value.lower() if isinstance(value, str) and _UUID.fullmatch(value) else None


def _text(value: Any) -> str | None:
    return value.strip() if isinstance(value, str) and value.strip() else None


def _texts(value: Any) -> tuple[str, ...]:
    listed: Iterable[Any] = value if isinstance(value, list) else [value]
    return tuple(each.strip() for each in listed if isinstance(each, str) and each.strip())
