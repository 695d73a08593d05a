"""Policies and calls in few words, for tables of what IAM answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from jumpkit.respond.policy.document import Document, read
from jumpkit.respond.policy.layers import Policies
from jumpkit.respond.policy.request import Principal, Request, identify

HOME, ABROAD = "111122223333", "444455556666"
USER = identify(f"arn:aws:iam::{HOME}:user/ann", unique_id="AIDAANNANNANNANN1")
ROLE = f"arn:aws:iam::{HOME}:role/ir/responder"
SESSION = identify(f"arn:aws:sts::{HOME}:assumed-role/responder/case-7", issuer=ROLE, unique_id="AROARESPONDERRESP1")
GUEST = identify(f"arn:aws:iam::{ABROAD}:user/eve", unique_id="AIDAEVEEVEEVEEVE1")
ROOT = identify(f"arn:aws:iam::{HOME}:root")
ANYONE = Principal("anonymous", "*")
BUCKET = "arn:aws:s3:::ledger"
OBJECT = "arn:aws:s3:::ledger/a.txt"
KEY = f"arn:aws:kms:eu-central-1:{HOME}:key/1234"
Json = dict[str, Any]


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> Json:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def to(principal: Any, statement: Json) -> Json:
    return {**statement, "Principal": principal}


def doc(*statements: Json, name: str = "p", version: str = "2012-10-17") -> Document:
    return read(name, {"Version": version, "Statement": list(statements)})


ALL = doc(allow(), name="all")


def policies(**layers: Any) -> Policies:
    """Return policies of which every layer is known: there is none, where nothing is said of it."""
    bare = Policies((), (), (), (), (), (), granted=False, public_blocked=False, managing=False)
    return replace(bare, **layers)


def ask(action: str, resource: str | None = "*", who: Principal = USER, **more: Any) -> Request:
    """Return a call on something of the home account, with all of its context known."""
    said = {"resource_account": HOME, "context": {}, "closed": True, **more}
    return Request(who, action, resource, **said)
