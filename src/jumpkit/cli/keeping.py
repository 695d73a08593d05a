"""How commands say until when cases are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.cli.options import Shared


def tell_kept(shared: Shared, told: Mapping[str, Any]) -> int:
    """Show the cases and how they stand, or print them as JSON."""
    from jumpkit.cli.output import emit_json, line, table  # noqa: PLC0415 - loaded when a command runs

    if shared.as_json:
        emit_json(told)
        return 0
    general = told["workspace"]
    if general:
        until = f"until {general['until']}" if general["until"] else f"for {general['days']} days after its end"
        line(f"Every case without a term of its own is kept {until}: {general['because']}")
    rows = [
        (each["case"], each["standing"], each["until"], ", ".join(each["holds"]) or None, each["because"])
        for each in told["cases"]
    ]
    if rows:
        table(("case", "standing", "until", "holds", "because"), rows)
    else:
        line("No case.")
    line("Nothing is deleted by itself: jumpkit case purge CASE.")
    return 0
