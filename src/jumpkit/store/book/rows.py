"""Lists and objects as the text that a column keeps, and back."""

from __future__ import annotations

import json
from typing import Any

from jumpkit.kit.digest import canonical


def to_json(value: object) -> str:
    """Return a list or an object as canonical JSON; what is no character is escaped."""
    return canonical(value).decode("utf-8", "surrogatepass").encode("utf-8", "backslashreplace").decode()


def from_json(text: str) -> Any:
    """Return what `to_json` was given, tuples as lists."""
    return json.loads(text)
