"""Who sealed a log: this workspace, or before it another from which the case was imported; each up to some size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.store.book import Tx


@dataclass(frozen=True, slots=True)
class Signer:
    """A workspace that sealed a log up to `size` lines; None is this one, which goes on."""

    workspace: str | None
    public: bytes | None
    size: int | None = None


def signers_of(tx: Tx, log: str, workspace: str | None, public: bytes | None) -> list[Signer]:
    """Return who sealed the log, one after the other; this workspace comes last."""
    rows = [row for row in tx.rows("origin", case=WORKSPACE, log=log) if isinstance(row["size"], int)]
    rows.sort(key=lambda row: int(row["size"]))
    return [
        *(Signer(str(row["workspace"]), _raw(row["public"]), row["size"]) for row in rows),
        Signer(workspace, public),
    ]


def signer_at(signers: Sequence[Signer], size: object) -> Signer:
    """Return whoever seals a checkpoint of this size; one whose size is no number is nobody else's but ours."""
    if isinstance(size, int):
        for signer in signers:
            if signer.size is not None and size <= signer.size:
                return signer
    return signers[-1]


def _raw(text: object) -> bytes:
    try:
        return bytes.fromhex(str(text))
    except ValueError:
        return b""  # the row was changed, which its own digest names; no signature is by nobody
