"""How items of a case are called: one text for each thing, with the account in it wherever a name is an account's."""

from __future__ import annotations

import re

_EVERYWHERE = frozenset({"bucket"})  # one namespace over all accounts


def key_uid(key: str) -> str:
    """Return the uid of an access key."""
    return f"key:{key}"


def session_uid(principal: str | None, session: str | None) -> str:
    """Return the uid of a role's session, the principal's own where it has none."""
    principal = principal or "unknown"
    return f"{principal}/{session}" if session else principal


def thing_uid(kind: str, account: str | None, name: str) -> str:
    """Return the uid of anything else.

    >>> thing_uid("role", "111122223333", "web"), thing_uid("bucket", "111122223333", "logs")
    ('role:111122223333:web', 'bucket:logs')
    """
    kind = kind.replace(" ", "_")
    return f"{kind}:{name}" if kind in _EVERYWHERE else f"{kind}:{account or 'unknown'}:{name}"


def plain_name(value: str) -> tuple[str | None, str]:
    """Return the account in an ARN (None where there is none) and the last part of its name, or the value as it is.

    >>> plain_name("arn:aws:iam::111122223333:role/path/web")
    ('111122223333', 'web')
    >>> plain_name("arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/db-a1b2c3")
    ('111122223333', 'shop/db')
    """
    if not value.startswith("arn:"):
        return None, value
    parts = value.split(":", 5)
    if len(parts) < 6:  # noqa: PLR2004 - an ARN has six parts
        return None, value
    account, rest = parts[4] or None, parts[5]
    if parts[2] in ("iam", "s3", "sts"):
        return account, rest.rpartition("/")[2]
    if parts[2] == "secretsmanager":
        return account, re.sub(r"-[A-Za-z0-9]{6}\Z", "", rest.partition(":")[2])
    return account, rest.partition(":")[2] or rest.partition("/")[2] or rest
