"""Says what was changed about who may come in, in a sentence or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.cli.options import Shared


def say(shared: Shared, body: Mapping[str, Any]) -> int:
    """Say what was done."""
    from jumpkit.cli.output import emit_json, line  # noqa: PLC0415 - loaded when a command runs

    if shared.as_json:
        emit_json(body)
    else:
        line(body["told"])
    return 0
