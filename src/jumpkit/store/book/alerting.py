"""The table of alerts that came in: kept before they are answered, judged by people; ids as in `casework`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import Table

from jumpkit.store.book.columns import METADATA, key, text

if TYPE_CHECKING:
    from collections.abc import Mapping

alert = Table(
    "alert",
    METADATA,
    key("case"),  # WORKSPACE: an alert belongs to no case before somebody escalates it
    key("alert"),
    text("source"),  # guardduty, securityhub, sentinel, jumpkit, other
    text("uid"),  # as its source calls it
    text("title"),
    text("severity"),  # null: it does not say, or in no way that we know
    text("raw"),  # the very text that came
    text("state"),  # new, valid, false, suppressed, escalated
    text("reason"),
    text("until"),  # of what is suppressed
    text("into"),  # the case that it was escalated into
    text("recorded"),
    text("author"),
)

ALERTING: Mapping[str, str] = MappingProxyType({"alert": "alert"})
