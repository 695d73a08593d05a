"""A snapshot of two blocks; the emulator cannot read the blocks of a snapshot."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import TYPE_CHECKING, Any

from command.clouds import Clients, Staged
from command.snapshots import snapshot

if TYPE_CHECKING:
    from jumpkit.model.action import Call

BLOCKS = {0: b"a" * 512, 7: b"b" * 512}


def stage(clients: Clients) -> Staged:
    return Staged(snapshot(clients))


def model(call: Call) -> dict[str, Any] | None:
    if call.operation == "ListSnapshotBlocks":
        return {"Blocks": [{"BlockIndex": index, "BlockToken": f"t{index}"} for index in BLOCKS]}
    if call.operation == "GetSnapshotBlock":
        data = BLOCKS[call.parameters["BlockIndex"]]
        return {"BlockData": io.BytesIO(data), "Checksum": base64.b64encode(hashlib.sha256(data).digest()).decode()}
    return None
