"""How commands say that the signing key changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.cli.options import Shared


HOW = {
    "rotated": "it named the next key itself",
    "lost": "it was LOST and named no other, nothing but the next key says that the log is one",
    "imported": "the log of another workspace, which the next key took in",
}


def tell_change(shared: Shared, told: Mapping[str, Any]) -> int:
    """Say which key signs now, or print it as JSON."""
    from jumpkit.cli.output import emit_json, line  # noqa: PLC0415 - loaded when a command runs

    if shared.as_json:
        emit_json(told)
        return 0
    line(f"From now on {told['now']} signs, in {told['logs']} logs that {told['was']} had sealed.")
    if told["how"] == "lost":
        line("The old key named no other: every verification names this break. Receipts and witnesses are left.")
    line("Give the new fingerprint to those who noted the old one, by another way than the evidence.")
    return 0
