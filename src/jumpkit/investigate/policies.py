"""Whom a resource's policy lets in from outside its account; read as the provider does, and not judged."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERYONE = "everyone"
_ACCOUNT = re.compile(r"(?:arn:[a-z-]+:(?:iam|sts)::)?(\d{12})(?::.*)?\Z", re.DOTALL)
_FEDERATED = frozenset({"Federated", "CanonicalUser"})


def let_in(document: Any, account: str | None) -> list[str]:
    """Return principals other than the account's own and the provider's services that an Allow lets in, sorted.

    >>> let_in({"Statement": {"Effect": "Allow", "Principal": {"AWS": "444455556666"}}}, "111122223333")
    ['444455556666']
    """
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except (ValueError, RecursionError):
            return []
    statements = document.get("Statement") if isinstance(document, dict) else None
    found: set[str] = set()
    for statement in statements if isinstance(statements, list) else [statements]:
        if isinstance(statement, dict) and statement.get("Effect") == "Allow":
            found.update(_outside(statement, account))
    return sorted(found)


def _outside(statement: dict[str, Any], account: str | None) -> Iterator[str]:
    """Yield who is let in from elsewhere; everyone is not everyone where the condition names accounts of its own."""
    bound = bool(account) and str(account) in json.dumps(statement.get("Condition") or "")
    for kind, name in _principals(statement.get("Principal")):
        if name == "*":
            if not bound:
                yield EVERYONE
        elif kind in _FEDERATED:
            yield name
        elif kind == "AWS":
            owner = _ACCOUNT.match(name)
            if owner is None or owner.group(1) != account:
                yield name


def _principals(said: Any) -> Iterator[tuple[str, str]]:
    """Yield (kind, name) for each principal that a statement names."""
    if isinstance(said, str):
        yield "AWS", said
    if isinstance(said, dict):
        for kind, names in said.items():
            for name in names if isinstance(names, list) else [names]:
                yield str(kind), str(name)
