"""A snapshot; the emulator knows no locks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from command.clouds import Clients, Staged
from command.snapshots import snapshot
from command.states import State

if TYPE_CHECKING:
    from jumpkit.model.action import Call

STATE = State()


def stage(clients: Clients) -> Staged:
    return Staged(snapshot(clients), options={"days": "30", "cool_off": "1"})


def model(call: Call) -> dict[str, Any] | None:
    if call.operation == "LockSnapshot":
        assert call.parameters["LockMode"] == "compliance"
        assert (call.parameters["LockDuration"], call.parameters["CoolOffPeriod"]) == (30, 1)
        STATE.of(call.parameters["SnapshotId"])["lock"] = "compliance-cooloff"
        return {"LockState": "compliance-cooloff"}
    if call.operation == "DescribeLockedSnapshots":
        [uid] = call.parameters["SnapshotIds"]
        lock = STATE.of(uid).get("lock")
        return {"Snapshots": [{"SnapshotId": uid, "LockState": lock}] if lock else []}
    return None
