"""Gathers the digests of a snapshot's blocks from the provider, with no machine to attach it to."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from jumpkit.model.action import Call, Cloud, Mark, Piece, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import first
from jumpkit.respond.pieces import document

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEC = Spec(
    title="Hash a snapshot",
    verb="collect",
    target="snapshot",
    effect="Every block is read, hashed and held against the digest that the provider gives; the list is sealed.",
    danger="none",
    reads=("ec2:DescribeSnapshots", "ebs:ListSnapshotBlocks", "ebs:GetSnapshotBlock"),
    writes=(),
    loses="Nothing; the provider charges for each block.",
    undo=None,
    attack=("T1565.001",),
    proof=(Proof("a block whose bytes do not fit the provider's digest is named", "model stub"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the snapshot's state and size."""
    del mark
    asked = Call("ec2", "DescribeSnapshots", {"SnapshotIds": [target.uid]}, target.region)
    found = first(cloud.read(asked).body["Snapshots"], lambda _: True, target)
    return {"state": found["State"], "gib": found["VolumeSize"], "volume": found["VolumeId"]}


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell that gathering is never done before it began."""
    del target, seen, mark
    return "no"


def gather(cloud: Cloud, target: Target, mark: Mark) -> Iterator[Piece]:
    """Read every block, and yield their digests and the one over all of them in order."""
    rows: list[Any] = []
    wrong: list[str] = []
    pages, whole, expected = 0, hashlib.sha256(), 0
    for page in cloud.pages(Call("ebs", "ListSnapshotBlocks", {"SnapshotId": target.uid}, target.region)):
        pages += 1
        for block in page.body.get("Blocks", []):
            expected += 1
            index, digest, fits = _block(cloud, target, block)
            whole.update(bytes.fromhex(digest))
            rows.append([index, digest])
            wrong += [] if fits else [f"block {index}: its bytes do not fit the provider's digest"]
    seen = observe(cloud, target, mark)
    told = {"snapshot": target.uid, **seen, "blocks": rows, "sha256_of_digests": whole.hexdigest()}
    about = {"expected": expected, "received": len(rows) - len(wrong), "pages": pages, "denied": wrong}
    yield Piece(f"aws/{target.account}/snapshot/{target.uid}-blocks.json", document(told), about)


def _block(cloud: Cloud, target: Target, block: dict[str, Any]) -> tuple[int, str, bool]:
    """Return a block's index, the digest of its bytes, and whether the provider says the same."""
    told = {"SnapshotId": target.uid, "BlockIndex": block["BlockIndex"], "BlockToken": block["BlockToken"]}
    body = cloud.read(Call("ebs", "GetSnapshotBlock", told, target.region)).body
    data = body["BlockData"].read()
    digest = hashlib.sha256(data).digest()
    return block["BlockIndex"], digest.hex(), base64.b64encode(digest).decode() == body["Checksum"]
