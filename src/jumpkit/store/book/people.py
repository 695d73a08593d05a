"""The tables of people and paths: who can be reached and how, and what a case did with it; ids as in `casework`.

What a client wrote down before any case lies under WORKSPACE; exchanges, trust and escalation belong to one case.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import Table

from jumpkit.store.book.columns import METADATA, count, key, text

if TYPE_CHECKING:
    from collections.abc import Mapping

directory = Table(
    "directory",
    METADATA,
    key("case"),  # WORKSPACE
    key("entry"),  # contacts/asha, rotas/primary, services/mail, …
    text("section"),
    text("body"),  # JSON object, as it was written
    text("source"),  # sha256 of the file it came from
    text("recorded"),
    text("author"),
)

verification = Table(
    "verification",
    METADATA,
    key("case"),  # WORKSPACE
    key("verification"),
    text("contact"),
    text("address"),  # as it then was: a changed address is unverified
    text("result"),  # reached, failed
    text("at"),
    text("person"),  # who tried
    text("how"),
    text("recorded"),
    text("author"),
)

path_try = Table(
    "path_try",
    METADATA,
    key("case"),  # WORKSPACE
    key("attempt"),
    text("provider"),
    text("path"),
    text("asked"),
    text("answered"),  # null: no answer came
    text("person"),
    text("note"),
    text("recorded"),
    text("author"),
)

exchange = Table(
    "exchange",
    METADATA,
    key("case"),
    key("exchange"),
    text("provider"),
    text("path"),
    text("question"),
    text("asked"),
    text("asker"),
    text("answered"),  # null: still silent
    text("answer"),
    text("reference"),  # the provider's own id of it
    text("recorded"),
    text("author"),
)

trust = Table(
    "trust",
    METADATA,
    key("case"),
    key("trust"),
    text("name"),  # a service, a channel, an identity provider, a tenant
    text("level"),  # trusted, suspect, compromised
    text("reason"),
    text("recorded"),
    text("author"),
)

comms_switch = Table(
    "comms_switch",
    METADATA,
    key("case"),
    key("switch"),
    text("mode"),  # normal, oob
    text("reason"),
    text("recorded"),
    text("author"),
)

escalation = Table(
    "escalation",
    METADATA,
    key("case"),
    key("escalation"),
    text("policy"),
    count("step"),  # from 1
    count("turn"),  # from 0; a policy that repeats comes back to its last step
    text("due"),
    text("contact"),
    text("way"),  # kind and address, as a person would use it
    text("channel"),  # of config.toml; null: somebody does it by hand
    text("message"),
    text("state"),  # told, failed, unknown, waiting: for an approval or for a person
    text("because"),
    text("ended"),
    text("recorded"),
    text("author"),
)

PEOPLE: Mapping[str, str] = MappingProxyType(
    {
        "directory": "entry",
        "verification": "verification",
        "path_try": "attempt",
        "exchange": "exchange",
        "trust": "trust",
        "comms_switch": "switch",
        "escalation": "escalation",
    }
)
OF_THE_WORKSPACE = frozenset({"directory", "verification", "path_try"})
