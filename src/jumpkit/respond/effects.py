"""The journal of what a plan did: a row before each call and after it, so that a crash loses no outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from jumpkit.kit.clock import stamp
from jumpkit.respond.filling import spelled
from jumpkit.store.book.rows import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.kit.clock import Clock
    from jumpkit.model.action import Call, Json, Reply, Seen

Row = dict[str, Any]
INTENDED = "intended"  # written before the first call; who finds it later does not know what came of it
ENDED = ("done", "already", "failed", "unknown", "refused")


class Journal(Protocol):
    """Keeps rows and the ledger's line in one transaction; when it returns they survive a crash."""

    def keep(self, case: str, kind: str, body: Mapping[str, Any], rows: Mapping[str, Sequence[Row]]) -> None:
        """Keep them all, or raise and keep nothing."""

    def rows(self, table: str, case: str, **equal: Any) -> list[Row]:
        """Return rows of a table."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the journal of one run of one plan."""

    journal: Journal
    clock: Clock
    actor: str
    case: str
    plan: str
    run: str

    def begin(self, step: Mapping[str, Any], direction: str, before: Seen | None) -> Row:
        """Enter that a step is about to begin, with what is there now; return its row."""
        number = len(self.journal.rows("effect", self.case)) + 1
        row: Row = {
            "case": self.case,
            "effect": f"E-{number}",
            "plan": self.plan,
            "run": self.run,
            "step": str(step["step"]),
            "action": step["action"],
            "target": to_json(step["target"]),
            "direction": direction,
            "state": INTENDED,
            "before": to_json(before) if before is not None else None,
            "recorded": stamp(self.clock()),
            "author": self.actor,
        }
        self._keep("action.begun", row)
        return row

    def calling(self, row: Row, number: int, call: Call, parameters: Json) -> Row:
        """Enter a call before it is sent."""
        told = spelled(call)
        entry: Row = {
            "case": self.case,
            "call": f"{row['effect']}.{number}",
            "effect": row["effect"],
            "service": call.service,
            "operation": call.operation,
            "region": call.region,
            "parameters": to_json(parameters or told["parameters"]),
            "state": "intended",
            "recorded": stamp(self.clock()),
            "author": self.actor,
        }
        body = {"effect": row["effect"], "service": call.service, "operation": call.operation}
        self.journal.keep(self.case, "action.intended", body, {"effect_call": [entry]})
        return entry

    def answered(self, entry: Row, state: str, reply: Reply | None, because: str | None = None) -> Row:
        """Enter what came back: answered, refused, lost or throttled."""
        made = entry | {"state": state, "because": because, "ended": stamp(self.clock())}
        if reply is not None:
            made |= {"request_id": reply.request_id, "date": reply.date}
        body = {"call": entry["call"], "state": state, "request_id": made.get("request_id")}
        self.journal.keep(self.case, "action.called", body, {"effect_call": [made]})
        return made

    def end(self, row: Row, outcome: Mapping[str, Any]) -> Row:
        """Enter how a step ended."""
        made = row | {"ended": stamp(self.clock())}
        made |= {"state": outcome["outcome"], "because": outcome["because"], "verified": int(bool(outcome["verified"]))}
        made |= {"after": to_json(outcome["now"]) if outcome["now"] is not None else None}
        made |= {"request_ids": to_json(outcome["request_ids"])}
        if outcome.get("checks"):
            made |= {"checks": to_json(outcome["checks"])}
        self._keep("action.ended", made)
        return made

    def _keep(self, kind: str, row: Row) -> None:
        body = {name: row.get(name) for name in ("effect", "plan", "run", "step", "action", "direction", "state")}
        body |= {"target": from_json(row["target"])}
        self.journal.keep(self.case, kind, body, {"effect": [row]})


def calls_of(journal: Journal, row: Mapping[str, Any]) -> list[Row]:
    """Return the calls of an effect in the order in which they were meant."""
    found = journal.rows("effect_call", str(row["case"]), effect=row["effect"])
    return sorted(found, key=lambda each: int(str(each["call"]).rpartition(".")[2]))


def latest(journal: Journal, case: str, plan: str, step: str) -> tuple[Row | None, Row | None]:
    """Return the newest effect of a step that may have changed something, and what took it back since, if anything did.

    Effects that found everything done already, or that were refused before a call, changed nothing and hide nothing.
    """
    rows = sorted(journal.rows("effect", case, plan=plan, step=step), key=lambda each: int(str(each["effect"])[2:]))
    done = [each for each in rows if each["direction"] == "apply" and each["state"] not in {"already", "refused"}]
    applied = done[-1] if done else None
    back = [each for each in rows if each["direction"] == "undo" and each["state"] == "done"]
    since = [each for each in back if applied and int(str(each["effect"])[2:]) > int(str(applied["effect"])[2:])]
    return applied, since[-1] if since else None
