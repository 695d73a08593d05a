"""The tables of the book; every row but those of the ledger itself is vouched for by a ledger line."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from jumpkit.store.book.casework import CASEWORK
from jumpkit.store.book.columns import METADATA
from jumpkit.store.book.columns import count as _count
from jumpkit.store.book.columns import flag as _flag
from jumpkit.store.book.columns import key as _id
from jumpkit.store.book.columns import text as _text
from jumpkit.store.book.desk import DESK
from jumpkit.store.book.estates import ESTATES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["METADATA", "VOUCHED", "WORKSPACE"]

WORKSPACE = "workspace"  # the log, and the value of `case`, of what belongs to no single case

case_ = Table(
    "case_",
    METADATA,
    _id("case"),
    _text("title"),
    _text("severity"),
    _text("severity_by"),  # "criteria", or who set it
    _text("severity_basis"),  # JSON list of sentences
    _text("state"),
    _text("created"),  # RFC 3339, as all moments in the book
    _text("updated"),
    _text("estate"),  # sha256 of the estate file last used, null where there was none
    _text("settings"),  # JSON object of what a run needs to go on as the last one did
    _text("kind"),  # security, outage, quota, deletion, billing, other; null: never said
    _text("cause"),  # null: open, as every cause is until it is known
    _count("cycle"),  # null: never reopened
    _text("solo"),  # why one person works alone, null where nobody declared it
    _text("tlp"),
    _flag("restricted"),
    _flag("privileged"),
)

run = Table(
    "run",
    METADATA,
    _id("case"),
    _id("run"),
    _text("started"),
    _text("finished"),  # null: still going, or killed
    _text("version"),
    _text("inputs"),  # JSON: the paths and filters that were asked for
    _text("counts"),  # JSON object
)

artifact = Table(
    "artifact",
    METADATA,
    _id("case"),
    _id("sha256"),
    _text("sha512"),
    _text("name"),
    _count("size"),
    _flag("in_place"),
    _text("path"),  # where the bytes lie outside the workspace, null for the shelf
    _text("collected"),
    _text("processed"),  # JSON of the filter its records went through, null while none did
    _text("run"),
)

segment = Table(
    "segment",
    METADATA,
    _id("case"),
    _id("segment"),
    _text("path"),  # relative to the workspace, with /
    _text("sha256"),
    _count("size"),
    _count("events"),
    _count("first_ms"),  # ms since 1970
    _count("last_ms"),
    _text("accounts"),  # JSON list
    _text("hits_path"),
    _text("hits_sha256"),
    _count("hits_size"),
    _count("hits"),
    _text("run"),
)

finding = Table(
    "finding",
    METADATA,
    _id("case"),
    _id("finding"),
    _text("rule"),
    _text("title"),
    _text("severity"),
    _text("attack"),  # JSON list, as tactics and sample
    _text("tactics"),
    _count("events"),
    _text("first"),
    _text("last"),
    _text("principal_uid"),
    _text("principal_name"),
    _text("origin_uid"),
    _text("origin_name"),
    _flag("origin_resolved"),
    _text("origin_why"),
    _text("incident"),
    _text("sample"),
    _text("superseded_by"),  # JSON list of findings, null while the finding stands
    _text("superseded_why"),
    _text("run"),
)

incident = Table(
    "incident",
    METADATA,
    _id("case"),
    _id("incident"),
    _text("title"),
    _text("severity"),
    _text("origins"),
    _text("first"),
    _text("last"),
    _text("tactics"),
    _text("findings"),
    _text("superseded_by"),
    _text("superseded_why"),
    _text("run"),
)

blind_spot = Table(
    "blind_spot",
    METADATA,
    _id("case"),
    _id("blind_spot"),
    _text("kind"),
    _text("account"),
    _text("region"),
    _text("since"),
    _text("until"),
    _text("affects"),
    _text("because"),
    _text("run"),
)

principal = Table(
    "principal",
    METADATA,
    _id("case"),
    _id("principal"),
    _text("body"),  # JSON object
    _text("run"),
)

rule_applied = Table(
    "rule_applied",
    METADATA,
    _id("case"),
    _id("rule"),
    _text("digest"),
    _text("info"),  # JSON object: what lists and reports show of the rule
    _flag("live"),
    _text("reason"),
    _text("run"),
)

file_ = Table(
    "file_",
    METADATA,
    _id("case"),
    _id("path"),  # relative to the workspace, with /
    _text("kind"),
    _text("sha256"),
    _count("size"),
    _text("made"),
)

certificate = Table(
    "certificate",
    METADATA,
    _id("case"),  # WORKSPACE: the certificate outlives the case
    _id("certificate"),  # the purged case's id
    _text("body"),  # JSON object
    _text("started"),
    _text("finished"),  # null while the purge is not yet whole
)

workspace = Table("workspace", METADATA, _id("case"), _id("workspace"), _text("created"))

ledger = Table(
    "ledger",
    METADATA,
    _id("case"),  # the log: a case, or WORKSPACE
    Column("seq", Integer, primary_key=True, nullable=False, autoincrement=False),  # the leaf's index, from 0
    Column("line", LargeBinary, nullable=False),  # the exact bytes, without a line end
    Column("leaf", String(64), nullable=False),  # hex of SHA256(00 || line)
)

checkpoint = Table(
    "checkpoint",
    METADATA,
    _id("case"),
    Column("size", Integer, primary_key=True, nullable=False, autoincrement=False),
    Column("root", String(64), nullable=False),  # hex
    Column("note", LargeBinary, nullable=False),  # the signed note, exact bytes
)

# Each vouched table with the column that, within a case, names its row.
VOUCHED: Mapping[str, str] = MappingProxyType(
    {
        "case_": "case",
        "run": "run",
        "artifact": "sha256",
        "segment": "segment",
        "finding": "finding",
        "incident": "incident",
        "blind_spot": "blind_spot",
        "principal": "principal",
        "rule_applied": "rule",
        "file_": "path",
        "certificate": "certificate",
        "workspace": "workspace",
        **CASEWORK,
        **DESK,
        **ESTATES,
    }
)
