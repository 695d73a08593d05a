"""Who acted: the principal behind a userIdentity, by partition, account and unique id, never by a name alone."""

from __future__ import annotations

from typing import Any, NamedTuple

UNKNOWN = "unknown"
_FEDERATED = frozenset({"FederatedUser", "SAMLUser", "WebIdentityUser", "IdentityCenterUser"})
_ARN_PARTS = 6


class Principal(NamedTuple):
    """The principal of an event; all None where the record names nobody."""

    uid: str | None
    name: str | None
    session: str | None
    kind: str | None


NOBODY = Principal(None, None, None, None)


def text(value: Any) -> str | None:
    """Return a string that is not empty, else None."""
    return value if isinstance(value, str) and value else None


def inner(value: Any, key: str) -> dict[str, Any]:
    """Return the object under `key`, empty where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def principal(identity: Any) -> Principal:
    """Return who acted, as far as the record says it; an account or partition that it does not say stays out."""
    if not isinstance(identity, dict) or not identity:
        return NOBODY
    kind = text(identity.get("type")) or ""
    arn = text(identity.get("arn")) or ""
    invoker = text(identity.get("invokedBy"))
    if kind == "AWSService" or (not kind and not arn and invoker):
        name = invoker or UNKNOWN
        return Principal(f"service:{name}", invoker, None, "service")
    issuer = inner(inner(identity, "sessionContext"), "sessionIssuer")
    parts = (arn or text(issuer.get("arn")) or "").split(":", _ARN_PARTS - 1)
    partition = parts[1] if len(parts) == _ARN_PARTS and parts[1] else "aws"
    account = text(identity.get("accountId")) or (parts[4] if len(parts) == _ARN_PARTS else "")
    resource = parts[5] if arn and len(parts) == _ARN_PARTS else ""
    unique, _, tail = (text(identity.get("principalId")) or "").partition(":")
    return _by_kind(kind, resource, f"{partition}:{account}", (unique, tail), (identity, issuer))


def _by_kind(
    kind: str, resource: str, place: str, ids: tuple[str, str], told: tuple[dict[str, Any], dict[str, Any]]
) -> Principal:
    """Return the principal for one of the vendor's kinds of identity; an ARN settles what the kind leaves open."""
    identity, issuer = told
    if kind == "Root" or resource == "root":
        return Principal(f"{place}:root", "root", None, "root")
    if kind == "AssumedRole" or resource.startswith("assumed-role/"):
        return _role(resource, place, ids, issuer)
    if kind in _FEDERATED or resource.startswith("federated-user/"):
        return _federated(kind, resource, place, ids, identity)
    if kind == "IAMUser" or resource.startswith("user/"):
        name = text(identity.get("userName")) or resource.rpartition("/")[2] or None
        return Principal(f"{place}:{ids[0] or _named('user', name)}", name, None, "user")
    return _other(kind, place, ids, identity)


def _other(kind: str, place: str, ids: tuple[str, str], identity: dict[str, Any]) -> Principal:
    """Return somebody of another account, or of a kind that is not known, if the record tells anything."""
    if kind == "AWSAccount":
        return Principal(f"{place}:{ids[0] or UNKNOWN}", text(identity.get("accountId")), ids[1] or None, "account")
    if ids[0]:
        return Principal(f"{place}:{ids[0]}", text(identity.get("userName")), ids[1] or None, UNKNOWN)
    return NOBODY


def _named(what: str, name: str | None) -> str:
    """Return what stands for the unique id that the record lacks."""
    return f"{what}/{name}" if name else UNKNOWN


def _role(resource: str, place: str, ids: tuple[str, str], issuer: dict[str, Any]) -> Principal:
    """Return a role, and the session apart from it."""
    _, _, tail = resource.partition("/")
    role, _, session = tail.partition("/")
    name = text(issuer.get("userName")) or role or None
    unique = ids[0] or (text(issuer.get("principalId")) or "").partition(":")[0] or _named("role", name)
    return Principal(f"{place}:{unique}", name, session or ids[1] or None, "role")


def _federated(kind: str, resource: str, place: str, ids: tuple[str, str], identity: dict[str, Any]) -> Principal:
    """Return somebody whom another directory vouches for."""
    name = text(identity.get("userName")) or resource.partition("/")[2] or ids[1] or None
    if kind == "IdentityCenterUser":
        user = text(inner(identity, "onBehalfOf").get("userId"))
        return Principal(f"{place}:{user or ids[0] or _named('identity-center', name)}", name, None, "federated")
    if kind == "FederatedUser" or resource.startswith("federated-user/"):
        return Principal(f"{place}:{_named('federated-user', name or ids[0])}", name, None, "federated")
    whole = text(identity.get("principalId")) or _named("federated", name)
    return Principal(f"{place}:{whole}", name, None, "federated")
