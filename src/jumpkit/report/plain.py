"""Values as JSON that every reader takes: ASCII only, no unpaired surrogates, no NaN, moments as RFC 3339."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jumpkit.kit.clock import stamp
from jumpkit.kit.text import scalar


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it; absent values of mappings are left out.

    >>> plain({"a": None, "b": (1, float("nan"))})
    {'b': [1, None]}
    """
    if isinstance(value, str):
        return scalar(value)
    if isinstance(value, Mapping):
        return {scalar(str(name)): plain(each) for name, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def line(value: Any) -> str:
    """Return a value as one line of JSON; its escapes leave nothing that a terminal would obey."""
    return json.dumps(plain(value), ensure_ascii=True, allow_nan=False, separators=(",", ":")).replace(
        "\x7f", "\\u007f"
    )
