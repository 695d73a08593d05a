"""What was planned and done to clouds, as it is shown: plans of a case, one plan, one effect with its calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.store.book.rows import from_json

if TYPE_CHECKING:
    from jumpkit.store.book import Tx

_JSON = ("target", "before", "after", "request_ids", "checks", "parameters")


def plans_of(tx: Tx, case: str) -> list[dict[str, Any]]:
    """Return the plans of a case in the order in which they were made, with what their steps came to."""
    found = []
    for row in sorted(tx.rows("plan", case=case), key=lambda each: (each["recorded"], each["plan"])):
        effects = tx.rows("effect", case=case, plan=row["plan"])
        approvals = tx.rows("approval", case=case, plan=row["plan"])
        ended = sorted(effects, key=lambda each: int(str(each["effect"])[2:]))
        told = {name: row[name] for name in ("plan", "title", "digest", "account", "recorded")}
        told["approved_by"] = [f"{each['person']} ({each['how']})" for each in approvals]
        told["effects"] = [{name: each[name] for name in ("effect", "action", "direction", "state")} for each in ended]
        found.append(told)
    return found


def of_response(tx: Tx, name: str) -> dict[str, Any] | None:
    """Return the plan, or the effect, of this id; None where it is of neither kind."""
    if row := tx.one("plan", plan=name):
        approvals = [_plain(each) for each in tx.rows("approval", case=row["case"], plan=name)]
        effects = [_plain(each) for each in tx.rows("effect", case=row["case"], plan=name)]
        return {**from_json(row["body"]), "approved": approvals, "effects": effects}
    case, _, effect = name.rpartition("/")
    if row := tx.one("effect", **({"case": case, "effect": effect} if case else {"effect": effect})):
        calls = [_plain(each) for each in tx.rows("effect_call", case=row["case"], effect=effect)]
        return {**_plain(row), "calls": calls}
    return None


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: from_json(value) if name in _JSON and value else value for name, value in row.items()}
