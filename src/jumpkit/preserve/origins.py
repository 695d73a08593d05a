"""Who sealed a log: this workspace by one key after another, or before it another workspace; each up to some size."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from jumpkit.preserve.keys import fingerprint, same_fingerprint
from jumpkit.preserve.problem import Handover
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.store.book import Tx

IMPORTED, ROTATED, LOST = "imported", "rotated", "lost"


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that sealed a log up to `size` lines, and how the next one came; the last one, of no size, goes on."""

    workspace: str | None
    public: bytes | None
    size: int | None = None
    how: str | None = None  # rotated: this key named the next; lost: declared; imported: the next is another's
    then: bytes | None = None  # of a rotation: the next key, which signed the checkpoint of `size` too

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the key."""
        return fingerprint(self.public or b"")

    def seals(self, size: object) -> tuple[bytes, ...]:
        """Return the keys that must have signed the checkpoint of a size, in order."""
        mine = (self.public or b"",)
        return (*mine, self.then) if self.then is not None and size == self.size else mine


def signers_of(tx: Tx, log: str, workspace: str | None, public: bytes | None) -> list[Signer]:
    """Return who sealed the log, one after the other; this workspace's present key comes last."""
    return [*(_signer(row) for row in ordered(tx, log)), Signer(workspace, public)]


def ordered(tx: Tx, log: str) -> list[dict[str, Any]]:
    """Return the rows of the keys that sealed a log before the present one, one after the other."""
    rows = [row for row in tx.rows("origin", case=WORKSPACE, log=log) if isinstance(row["size"], int)]
    return sorted(rows, key=lambda row: (int(row["size"]), len(str(row["origin"])), str(row["origin"])))


def origin_id(log: str, size: int, again: int = 0) -> str:
    """Return the id of a key's row; `again` counts those that ended at the same size before it."""
    return f"{log}@{size}" + (f"+{again}" if again else "")


def handovers(log: str, signers: Sequence[Signer]) -> list[Handover]:
    """Return where one key stopped signing a log and another went on."""
    return [
        Handover(log, was.size or 0, was.how or IMPORTED, was.fingerprint, now.fingerprint)
        for was, now in pairwise(signers)
        if now.public is not None
    ]


def _signer(row: dict[str, Any]) -> Signer:
    how = row["how"] or IMPORTED
    then = _raw(row["successor"]) if how == ROTATED else None
    return Signer(str(row["workspace"]), _raw(row["public"]), row["size"], how, then)


def signer_at(signers: Sequence[Signer], size: object) -> Signer:
    """Return whoever seals a checkpoint of this size; one whose size is no number is nobody else's but ours."""
    if isinstance(size, int):
        for signer in signers:
            if signer.size is not None and size <= signer.size:
                return signer
    return signers[-1]


def trusted(signers: Sequence[Signer], pins: Sequence[str]) -> list[bool]:
    """Tell of each signer whether a pinned key vouches for it: it is pinned, or one that is named it as the next."""
    found: list[bool] = []
    for index, signer in enumerate(signers):
        pinned = any(same_fingerprint(pin, signer.fingerprint) for pin in pins)
        named = index > 0 and found[-1] and signers[index - 1].how == ROTATED
        found.append(pinned or named)
    return found


def _raw(text: object) -> bytes:
    try:
        return bytes.fromhex(str(text))
    except ValueError:
        return b""  # the row was changed, which its own digest names; no signature is by nobody
