"""What is left to do before a case may end: things that stand, steps of which nobody knows, containments in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import NotFound
from jumpkit.respond.catalog import action
from jumpkit.respond.effects import INTENDED
from jumpkit.store.book.rows import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jumpkit.model.action import Json
    from jumpkit.respond.effects import Row

_OPEN = (INTENDED, "unknown")
_HOLDS = ("done", "already")
_ORDER = ("blinds", "access", "rights", "data", "reach", "runs")  # sight first, machines last
_NAMED = 5  # things of one kind that a sentence names


@dataclass(frozen=True, slots=True)
class Past:
    """What was done in a case, and what people decided of it."""

    effects: Sequence[Row]
    decided: Sequence[str]  # texts of decisions that stand

    def accepted(self, name: str) -> bool:
        """Tell whether a decision that stands names it."""
        return any(name in text for text in self.decided)


def standing(sweep: Mapping[str, Any] | None, past: Past, *, ends: bool) -> list[str]:
    """Return what is left over, one sentence each; `sweep` is the newest answer, `ends` regards containments too."""
    found = []
    evil = [each for each in (sweep or {}).get("items", ()) if each["state"] == "malicious"]
    left = [each for each in evil if not past.accepted(each["uid"]) and not _addressed(each, past.effects)]
    if left:
        names = _some([each["uid"] for each in left])
        found.append(f"of the newest sweep {names} still stands (jumpkit plan CASE --from-sweep)")
    doubtful = sorted({str(row["plan"]) for row in past.effects if row["state"] in _OPEN and _last(row, past.effects)})
    found += [f"nobody knows what came of {name} (jumpkit resume {name})" for name in doubtful]
    held = sorted({str(row["plan"]) for row in _containments(past.effects)} - set(doubtful)) if ends else []
    return found + [
        f"the containment of {name} is neither taken back (jumpkit undo {name}) nor accepted (jumpkit case decide, "
        f"naming {name})"
        for name in held
        if not past.accepted(name)
    ]


def steps_for(items: Iterable[Json]) -> list[Json]:
    """Return what takes things away, each step once, in an order that lets nobody back in meanwhile."""
    wanted = [each for each in items if each["action"] is not None]
    ranked = sorted(wanted, key=lambda each: (_ORDER.index(each["gives"]), each["kind"], each["uid"]))
    found: dict[tuple[str, str, str], Json] = {}
    for each in ranked:
        step = each["action"]
        found.setdefault((step["action"], step["target"], str(sorted(step["options"].items()))), step)
    return list(found.values())


def _addressed(item: Json, effects: Sequence[Row]) -> bool:
    """Tell whether the action that takes it away ended well and was not taken back."""
    step = item["action"]
    return step is not None and any(
        row["action"] == step["action"] and from_json(row["target"])["uid"] == step["target"]
        for row in in_force(effects)
    )


def in_force(effects: Sequence[Row]) -> Iterator[Row]:
    """Yield the steps that ended well and were not taken back."""
    back = {(row["plan"], row["step"]) for row in effects if row["direction"] == "undo" and row["state"] in _HOLDS}
    for row in effects:
        if row["direction"] == "apply" and row["state"] in _HOLDS and (row["plan"], row["step"]) not in back:
            yield row


def _containments(effects: Sequence[Row]) -> Iterator[Row]:
    for row in in_force(effects):
        if row["state"] == "done" and verb_of(str(row["action"])) == "contain":
            yield row


def verb_of(name: str) -> str:
    """Return what kind of deed an action is."""
    try:
        return action(name).spec.verb
    except NotFound:  # of a later version's catalogue: what it did is not known to be harmless
        return "contain"


def _last(row: Row, effects: Sequence[Row]) -> bool:
    """Tell whether nothing later says what came of a step."""
    same = [each for each in effects if (each["plan"], each["step"]) == (row["plan"], row["step"])]
    return bool(max(same, key=lambda each: int(str(each["effect"]).rpartition("-")[2]))["effect"] == row["effect"])


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
