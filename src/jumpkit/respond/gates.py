"""What must be so before a plan may run: evidence before change, and no two plans on one target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.respond.catalog import action
from jumpkit.store.book.rows import from_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.model.action import Json
    from jumpkit.respond.effects import Journal

# A gate → what it says, and the actions one of which must have ended well on the same target (or earlier in the plan).
GATES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "memory": ("its memory is not gathered", ("aws/collect_instance_memory",)),
    "disks": ("its disks are not copied", ("aws/snapshot_instance_disks",)),
    "identities": ("the identities of its account are not gathered", ("aws/describe_iam",)),
    "described": ("what it looks like is not gathered", ("aws/describe_instance", "aws/describe_function")),
    "triggers": ("what would destroy it by itself was not looked for", ()),
    "sweep": ("nobody looked for what the intruder left in the account", ("aws/sweep_persistence",)),
}
_OF_THE_ACCOUNT = frozenset({"sweep", "identities"})  # what is gathered of an account stands for all that is in it
_LIVE = frozenset({"triggers"})  # looked at anew whenever a plan runs: what was so earlier says nothing of now
_WELL = ("done", "already")


def lacking(journal: Journal, body: Json) -> list[str]:
    """Return what stands in the way, one sentence each."""
    found = []
    for step in body["steps"]:
        for gate in step["needs_first"]:
            if gate not in _LIVE and gate not in body["waived"] and not _passed(journal, body, step, gate):
                said, _ = GATES[gate]
                found.append(f"step {step['step']} ({step['action']} on {step['target']['uid']}): {said}")
    return found


def held_by_others(journal: Journal, body: Json, intended: str) -> list[str]:
    """Return which targets another plan began to change and did not end."""
    mine = {(step["target"]["kind"], step["target"]["uid"]) for step in body["steps"]}
    open_ = journal.rows("effect", body["case"], state=intended)
    others = [(row["plan"], from_json(row["target"])) for row in open_ if row["plan"] != body["plan"]]
    return [
        f"{plan} began to change {target['kind']} {target['uid']} and did not end"
        for plan, target in others
        if (target["kind"], target["uid"]) in mine
    ]


def _passed(journal: Journal, body: Json, step: Mapping[str, Any], gate: str) -> bool:
    wanted = GATES[gate][1]
    earlier = [each for each in body["steps"] if each["step"] < step["step"] and each["action"] in wanted]
    if any(_same(each["target"], step["target"], gate) for each in earlier):
        return True
    rows = [row for row in journal.rows("effect", body["case"]) if row["action"] in wanted and row["state"] in _WELL]
    return any(_same(from_json(row["target"]), step["target"], gate) for row in rows)


def _same(one: Mapping[str, Any], other: Mapping[str, Any], gate: str) -> bool:
    """Tell whether evidence of one target stands for another."""
    if gate in _OF_THE_ACCOUNT:
        return bool(one["account"] == other["account"])
    named = {other["uid"], other["details"].get("instance")}
    return one["uid"] in named


def gates_are_known() -> list[str]:
    """Return the gates that some action names and nobody knows; none in a sound catalogue."""
    from jumpkit.respond.catalog import ids  # noqa: PLC0415 - the whole catalogue is read only for this

    return sorted({gate for name in ids() for gate in action(name).spec.needs_first} - set(GATES))
