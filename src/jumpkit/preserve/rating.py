"""Rates how far the custody of one item would hold, by criteria that are stated; not a legal opinion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.preserve.digests import INVALID, VALID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.preserve.digests import Vouched

SATISFIES, WEAK, FAILS = "satisfies", "weak", "fails"
CRITERIA = (
    "fails: missing, changed since receipt, unlike the sender's hash, or the provider's signature speaks against it",
    "satisfies: receipt is in the ledger, and the provider signed, or sender, route and the sender's hash are known",
    "weak: everything else, with what is missing",
)


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of one item."""

    sha256: str
    name: str
    received: Mapping[str, Any] | None  # the ledger's first line of it: at, actor, body
    unchanged: bool | None  # the bytes were hashed again just now; None: they are not there
    form: Mapping[str, Any] | None  # what the intake form says, the last one
    vouched: Vouched | None  # what CloudTrail's digest files say of it


def rate(held: Held) -> dict[str, Any]:
    """Return the rating of an item with each element that speaks for it, and each that is missing."""
    form = held.form or {}
    stated = form.get("sha256")
    known = {
        "when and by whom it was received": held.received is not None,
        "the same bytes as when it was received": bool(held.unchanged),
        "the provider's signature over it": held.vouched is not None and held.vouched.state == VALID,
        "who sent it": bool(form.get("sender")),
        "how it came": bool(form.get("route")),
        "the sender's own hash of it": stated == held.sha256,
        "who handled it before": bool(form.get("handled")),
        "under which jurisdiction it lay": bool(form.get("jurisdiction")),
    }
    against = _against(held, stated)
    sent = all(known[name] for name in ("who sent it", "how it came", "the sender's own hash of it"))
    base = known["when and by whom it was received"] and known["the same bytes as when it was received"]
    enough = base and (known["the provider's signature over it"] or sent)
    return {
        "uid": held.sha256,
        "name": held.name,
        "state": FAILS if against else SATISFIES if enough else WEAK,
        "why": "; ".join(against) or ("what is asked is there" if enough else "elements are missing"),
        "has": [name for name, there in known.items() if there],
        "lacks": [name for name, there in known.items() if not there],
        "received": {"at": held.received["at"], "by": held.received["actor"]} if held.received else None,
        "events": [],
    }


def _against(held: Held, stated: object) -> list[str]:
    found = []
    if held.unchanged is None:
        found.append("its bytes are not there")
    if held.unchanged is False:
        found.append("its bytes are not those that were received")
    if stated is not None and stated != held.sha256:
        found.append(f"the sender's own hash is {stated}")
    if held.vouched is not None and held.vouched.state == INVALID:
        found.append(held.vouched.why)
    return found


def limits(items: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return what no rating can say."""
    told = [{"what": "whether what was received was true", "because": "a hash proves sameness since receipt only"}]
    if any(item["state"] != SATISFIES for item in items):
        weak = sum(item["state"] == WEAK for item in items)
        told.append({"what": f"{weak} items rated weak", "because": "jumpkit custody receive fills in what is known"})
    return told
