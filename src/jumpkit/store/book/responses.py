"""The tables of what was done to clouds: plans, who approved them, each step's effect, and each call.

A plan and an approval are written once. An effect and a call are entered before anything is sent, and again when they
ended; ids as in `casework`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import Table

from jumpkit.store.book.columns import METADATA, flag, key, text

if TYPE_CHECKING:
    from collections.abc import Mapping

plan = Table(
    "plan",
    METADATA,
    key("case"),
    key("plan"),
    text("title"),
    text("digest"),  # SHA-256 of the body without its digest: what is approved
    text("body"),  # JSON object
    text("account"),
    text("recorded"),
    text("author"),
)

approver = Table(
    "approver",
    METADATA,
    key("case"),  # WORKSPACE: people approve for every case
    key("approver"),
    text("person"),
    text("public"),  # the key as OpenSSH writes it
    text("withdrawn"),  # when it stopped to count
    text("recorded"),
    text("author"),
)

approval = Table(
    "approval",
    METADATA,
    key("case"),
    key("approval"),
    text("plan"),
    text("digest"),
    text("person"),
    text("how"),  # solo, key
    text("fingerprint"),
    text("signature"),  # as ssh-keygen -Y writes it
    text("reason"),
    text("recorded"),
    text("author"),
)

effect = Table(
    "effect",
    METADATA,
    key("case"),
    key("effect"),
    text("plan"),
    text("run"),
    text("step"),
    text("action"),
    text("target"),  # JSON object
    text("direction"),  # apply, undo
    text("state"),  # intended, done, already, failed, unknown, refused
    text("before"),  # JSON of what was there, before anything was sent
    text("after"),
    text("because"),
    flag("verified"),
    text("request_ids"),
    text("checks"),
    text("ended"),
    text("recorded"),
    text("author"),
)

effect_call = Table(
    "effect_call",
    METADATA,
    key("case"),
    key("call"),
    text("effect"),
    text("service"),
    text("operation"),
    text("region"),
    text("parameters"),
    text("state"),  # intended, answered, refused, lost
    text("request_id"),
    text("date"),  # the provider's clock
    text("because"),
    text("ended"),
    text("recorded"),
    text("author"),
)

RESPONSES: Mapping[str, str] = MappingProxyType(
    {"plan": "plan", "approver": "approver", "approval": "approval", "effect": "effect", "effect_call": "call"}
)
