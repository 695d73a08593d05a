"""What the commands on cases share: how they say what was entered, and how a case reads on a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.cli.options import Shared


def tell(shared: Shared, body: Mapping[str, Any]) -> int:
    """Say what was entered, or print the case as JSON."""
    from jumpkit.cli.output import emit_json, line  # noqa: PLC0415 - loaded when a command runs

    if shared.as_json:
        emit_json(body)
        return 0
    for deed in body["entered"]:
        line(deed["told"] if deed["told"].startswith(deed["case"]) else f"{deed['case']}  {deed['told']}")
    for limit in body.get("open_limits", []):
        line(f"  an open limit of {limit['case']}: {limit['limit']}")
    return 0


def tell_rows(shared: Shared, body: Mapping[str, Any], name: str, columns: Sequence[str]) -> int:
    """Show one register of a case: its rows in aligned columns, or as JSON with the case's head."""
    from jumpkit.cli.output import emit_json, line, table  # noqa: PLC0415 - loaded when a command runs

    rows = body[name]
    if shared.as_json:
        head = {key: body[key] for key in ("case", "title", "state", "severity")}
        emit_json({"schema": f"{name}/1", **head, name: rows})
    elif rows:
        table(columns, [[row[column] for column in columns] for row in rows])
    else:
        line(f"{body['case']} has no {name} yet.")
    return 0
