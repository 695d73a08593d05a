"""Who asks for what: the principal, the call, and what is known of its context."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.respond.policy.document import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    Value = str | bool | int | float | tuple[str, ...] | None

USER, SESSION, FEDERATED, ROOT, SERVICE, WEB, ANONYMOUS = (
    "user", "role session", "federated user", "root", "service", "web identity", "anonymous",
)  # fmt: skip
NOTHING = "no resource"  # what a call is about that concerns no single one, such as listing: only `*` covers it
_TYPES = {USER: "User", SESSION: "AssumedRole", FEDERATED: "FederatedUser", ROOT: "Account", ANONYMOUS: "Anonymous"}
_NO_KEY = "the call's {} is not known"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls. `None` is: not known.

    arn: as the caller identity gives it (assumed-role/NAME/SESSION, SESSION * for any; a service's name for services).
    issuer: of a role session the role's ARN with its path, of a federated user the user's ARN; else the arn itself.
    unique_id: AIDA…, AROA…; account: twelve digits, None for services, web identities and anonymous callers.
    """

    kind: str
    arn: str
    account: str | None = None
    issuer: str | None = None
    unique_id: str | None = None
    tags: Mapping[str, str] | None = None
    long_term: bool | None = None  # signs with a key that has no end; known for sessions anyway
    service_linked: bool = False
    provider: str | None = None  # of a web identity: ARN or host name of who vouches

    @property
    def name(self) -> str:
        """Return the last part of the name: a user's name, a session's role, a federated user's own."""
        parts = self.arn.split("/")
        return parts[1] if self.kind == SESSION and len(parts) > 1 else parts[-1]

    @property
    def session(self) -> str:
        """Return the name that was given to a role session."""
        return self.arn.split("/", 2)[-1]


@dataclass(frozen=True, slots=True)
class Request:
    """One call. The action or the resource may hold wildcards and then stands for all that they match.

    resource: an ARN, NOTHING, or None: not known.
    context: keys as IAM spells them in any case; None: known to be absent; a key that is not in it: not known.
    closed: what `context` and the principal do not give is known to be absent.
    """

    principal: Principal
    action: str
    resource: str | None
    resource_account: str | None = None
    context: Mapping[str, Value] = field(default_factory=dict)
    closed: bool = False

    def values(self, key: str) -> tuple[str, ...] | str | None:
        """Return the values of a context key, None where it is known to be absent, or a text: why it is not known."""
        folded = key.lower()
        for said, value in self.context.items():
            if said.lower() == folded:
                return _texts(value)
        derived = _derived(self, folded)
        if derived is _UNSAID:
            return None if self.closed else _NO_KEY.format(key)
        return _NO_KEY.format(key) if derived is _UNKNOWN else derived


# Told apart by identity: a fact of the caller that is not known, and a key that nobody spoke of.
_UNKNOWN: tuple[str, ...] = ("\0unknown",)
_UNSAID: tuple[str, ...] = ("\0unsaid",)


def _texts(value: Value) -> tuple[str, ...] | None:
    if value is None:
        return None
    return value if isinstance(value, tuple) else (text(value),)


def _derived(request: Request, key: str) -> tuple[str, ...] | None:
    """Return what the principal and the resource tell of a key by themselves."""
    who = request.principal
    if key.startswith("aws:principaltag/"):
        return _tag(who, key.partition("/")[2])
    if key in ("aws:resourceaccount", "s3:resourceaccount"):
        return (request.resource_account,) if request.resource_account else _UNKNOWN
    found = _DERIVED.get(key)
    return found(who) if found else _UNSAID


def _tag(who: Principal, name: str) -> tuple[str, ...] | None:
    if who.kind in (ANONYMOUS, SERVICE, ROOT):
        return None
    if who.tags is None:
        return _UNKNOWN
    return next(((value,) for key, value in who.tags.items() if key.lower() == name), None)


def _principal_arn(who: Principal) -> tuple[str, ...] | None:
    if who.kind in (ANONYMOUS, SERVICE, WEB):
        return None
    if who.kind == SESSION:  # the role's, never the session's; with its path, which the session's ARN has not
        return (who.issuer,) if who.issuer else _UNKNOWN
    return (who.arn,)


def _user_id(who: Principal) -> tuple[str, ...] | None:
    if who.kind in (ANONYMOUS, WEB):
        return None
    if who.kind == ROOT and who.account:
        return (who.account,)
    if who.unique_id is None or "*" in who.arn:
        return _UNKNOWN
    return (f"{who.unique_id}:{who.session}",) if who.kind == SESSION else (who.unique_id,)


def _account(who: Principal) -> tuple[str, ...] | None:
    return (who.account,) if who.account else None


def _username(who: Principal) -> tuple[str, ...] | None:
    return (who.name,) if who.kind == USER else None


def _type(who: Principal) -> tuple[str, ...] | None:
    return (_TYPES[who.kind],) if who.kind in _TYPES else _UNSAID


def _is_service(who: Principal) -> tuple[str, ...] | None:
    return (text(who.kind == SERVICE),)


def _service(who: Principal) -> tuple[str, ...] | None:
    return (who.arn,) if who.kind == SERVICE else None


def _temporary(who: Principal) -> tuple[str, ...] | None:
    """Return that a key which only temporary credentials carry is absent, where it must be."""
    return None if who.long_term or who.kind in (ANONYMOUS, WEB) else _UNSAID


_DERIVED = {
    "aws:principalarn": _principal_arn,
    "aws:principalaccount": _account,
    "aws:principaltype": _type,
    "aws:userid": _user_id,
    "aws:username": _username,
    "aws:principalisawsservice": _is_service,
    "aws:principalservicename": _service,
    "aws:tokenissuetime": _temporary,
    "aws:multifactorauthpresent": _temporary,
    "aws:multifactorauthage": _temporary,
}


def identify(arn: str, *, issuer: str | None = None, unique_id: str | None = None) -> Principal:
    """Return the principal of a caller identity's ARN: a user, a role (some session of it), a session, or root.

    >>> identify("arn:aws:sts::111122223333:assumed-role/web/i-1").kind
    'role session'
    """
    account, resource = arn.split(":", 5)[4:6]
    sort = resource.partition("/")[0]
    if sort == "role":
        name = resource.rpartition("/")[2]
        arn, issuer, sort = (
            f"{arn.split(':iam:', maxsplit=1)[0]}:sts::{account}:assumed-role/{name}/*",
            arn,
            "assumed-role",
        )
    linked = bool(issuer and ":role/aws-service-role/" in issuer)
    kind = {"user": USER, "assumed-role": SESSION, "federated-user": FEDERATED, "root": ROOT}[sort]
    return Principal(kind, arn, account, issuer, unique_id, service_linked=linked)
