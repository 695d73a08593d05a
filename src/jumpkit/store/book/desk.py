"""The tables of the desk: who may come in, with what, to which cases; and which requests were carried out."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import Table

from jumpkit.store.book.columns import METADATA, key, text

if TYPE_CHECKING:
    from collections.abc import Mapping

account = Table(
    "account",
    METADATA,
    key("case"),  # WORKSPACE, as of factors and tokens
    key("account"),  # the name that one comes in by
    text("role"),
    text("password"),  # argon2id; null: comes in from elsewhere only
    text("subject"),  # issuer and subject where somebody else vouches for the person
    text("disabled"),  # since when
    text("changed"),  # since when this password counts; sessions from before are over
    text("recorded"),
    text("author"),
)

factor = Table(
    "factor",
    METADATA,
    key("case"),
    key("factor"),
    text("account"),
    text("kind"),  # totp, passkey
    text("label"),
    text("secret"),  # of totp: sealed with a key of the workspace; of a passkey: its public key
    text("credential"),  # id of a passkey
    text("removed"),
    text("recorded"),
    text("author"),
)

token = Table(
    "token",
    METADATA,
    key("case"),
    key("token"),
    text("name"),
    text("account"),  # the account that it acts for, null where it acts for itself
    text("role"),
    text("digest"),  # SHA-256 of the secret, which is shown once and kept nowhere
    text("expires"),
    text("revoked"),
    text("recorded"),
    text("author"),
)

member = Table(
    "member",
    METADATA,
    key("case"),
    key("member"),  # name of an account, or of a token that acts for itself
    text("workspace"),  # who is a member in one workspace is nobody in another
    text("removed"),
    text("recorded"),
    text("author"),
)

request = Table(
    "request",
    METADATA,
    key("case"),  # WORKSPACE where it opened one
    key("request"),  # SHA-256 of who asked, where, and the key that they gave to be able to ask again
    text("body"),  # SHA-256 of what was asked
    text("made"),  # id of what it made, null where the answer to it is the case
    text("recorded"),
    text("author"),
)

DESK: Mapping[str, str] = MappingProxyType(
    {"account": "account", "factor": "factor", "token": "token", "member": "member", "request": "request"}
)
