"""How far containment and recovery are, from the plans and effects of a case; what nobody knows is no number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.respond.sweep.leftovers import in_force, verb_of
from jumpkit.store.book.rows import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jumpkit.model.action import Json
    from jumpkit.respond.effects import Row

CONTAINS = frozenset({"contain"})
RECOVERS = frozenset({"eradicate", "recover"})
_DOUBTFUL = frozenset({"intended", "unknown"})
Key = tuple[str, str, str]  # action, account, what it aims at


def containment(plans: Iterable[Json], effects: Sequence[Row]) -> dict[str, Any]:
    """Return how many of the planned steps that contain are in force and were seen to be."""
    return _counted(_wanted(plans, CONTAINS), effects, "no plan of this case has a step that contains")


def recovery(plans: Iterable[Json], effects: Sequence[Row], sweep: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return how many of the steps that remove or restore are in force; what a sweep found counts as to be removed.

    `sweep` is the newest answer; what it found malicious and no action takes away is never done. Where nobody looked at
    everything, `because` says so beside the figure.
    """
    wanted = _wanted(plans, RECOVERS)
    wanted |= {_of_item(each) for each in (sweep or {}).get("items", ()) if each["state"] == "malicious"}
    found = _counted(wanted, effects, "no plan removes or restores anything, and no sweep found what has to go")
    return found if found["percent"] is None else found | {"because": _unseen(sweep)}


def _unseen(sweep: Mapping[str, Any] | None) -> str | None:
    """Return why there may be more to remove than is counted, None where a whole sweep left nothing open."""
    if sweep is None:
        return "no sweep has looked for what else has to go"
    if not sweep["whole"]:
        return "the newest sweep could not read everything"
    undecided = sum(each["state"] in {"suspect", "unknown"} for each in sweep["items"])
    return f"the newest sweep left {undecided} suspect or unknown" if undecided else None


def _wanted(plans: Iterable[Json], verbs: frozenset[str]) -> set[Key]:
    """Return the steps of all plans of such a kind; what two plans have in common counts once."""
    return {
        (step["action"], step["target"]["account"], step["target"]["uid"])
        for plan in plans
        for step in plan["steps"]
        if verb_of(step["action"]) in verbs
    }


def _of_item(item: Json) -> Key:
    step = item["action"]
    return (step["action"], step["account"], step["target"]) if step else ("", "", str(item["uid"]))


def _counted(wanted: set[Key], effects: Sequence[Row], nothing: str) -> dict[str, Any]:
    if not wanted:
        return {"percent": None, "done": 0, "total": 0, "unknown": 0, "because": nothing}
    seen = {_key(row) for row in in_force(effects) if row["verified"]}
    unseen = {_key(row) for row in in_force(effects) if not row["verified"]}
    last = {(row["plan"], row["step"]): row for row in sorted(effects, key=_number)}
    doubtful = {_key(row) for row in last.values() if row["state"] in _DOUBTFUL}  # also while it is taken back
    sure, unknown = wanted & seen - doubtful, wanted & (doubtful | unseen - seen)
    body = {"percent": len(sure) * 100 // len(wanted), "done": len(sure), "total": len(wanted)}
    return {**body, "unknown": len(unknown), "because": None}


def _key(row: Row) -> Key:
    target = from_json(row["target"])
    return row["action"], target["account"], target["uid"]


def _number(row: Row) -> int:
    return int(str(row["effect"]).rpartition("-")[2])
