"""Digests and the one canonical JSON that digests are taken of."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(value: Any) -> bytes:
    r"""Return sorted, space-free UTF-8 JSON, the form in which rows and entries are digested.

    >>> canonical({"b": 1, "a": "é"})
    b'{"a":"\xc3\xa9","b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode(
        "utf-8", "surrogatepass"
    )


def sha256_hex(data: bytes | memoryview) -> str:
    """Return the SHA-256 of `data` in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def short_id(prefix: str, *parts: str) -> str:
    """Return a stable id of 80 bits made from `parts`, so that the same thing has the same id in every run.

    >>> short_id("F", "case", "rule")
    'F-3df7bf5cf62c3e73f425'
    """
    digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{prefix}-{digest[:20]}"
