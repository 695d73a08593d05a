"""The chain from a session's key back to whoever began it, across accounts, and why it ends where it does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.investigate.identity import identities, issues
from jumpkit.model.finding import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jumpkit.investigate.identity import Identity, IdentityKey, Issue
    from jumpkit.store.lake.read import Lake

_ENDS = frozenset({"user", "root", "service"})  # kinds behind which nobody else stands
_SHOWN = 20  # calls of a chain that are kept


@dataclass(frozen=True, slots=True)
class Chain:
    """The links from an identity back to its origin; `issues` are the calls that were followed, latest first."""

    origin: Origin
    issues: tuple[Issue, ...]


_NAME = "chains"


@dataclass(frozen=True, slots=True)
class Chains:
    """The chain of every identity in a case, and what the chains were made from."""

    identities: tuple[Identity, ...]
    issued: Mapping[str, Issue]
    chains: Mapping[IdentityKey, Chain] = field(repr=False)

    def origin(self, identity: IdentityKey) -> Origin:
        """Return where the chain of `identity` begins; who is in no event is their own, unresolved origin."""
        uid, session, key = identity
        chain = self.chains.get(identity if uid else ("unknown", session, key))
        if chain is not None:
            return chain.origin
        return Origin(uid or "unknown", None, resolved=False, why="no event of the case was made under this identity")


def chains(lake: Lake) -> Chains:
    """Follow every identity of the case back to its origin; done once a lake."""
    if _NAME not in lake.remembered:
        lake.remembered[_NAME] = follow(identities(lake), issues(lake))
    followed: Chains = lake.remembered[_NAME]
    return followed


def follow(known: Iterable[Identity], issued: Mapping[str, Issue]) -> Chains:
    """Follow each of `known` back through `issued`; each identity is walked once and never in a circle."""
    known = tuple(known)
    book = _book(known, issued)
    found: dict[IdentityKey, Chain] = {}
    ends: dict[str, Chain] = {}
    for identity in known:
        if identity.kind in _ENDS:
            if identity.uid not in ends:
                ends[identity.uid] = Chain(Origin(identity.uid, identity.name, resolved=True, why=None), ())
            found[identity.id] = ends[identity.uid]
    for identity in known:
        if identity.id not in found:
            _walk(identity, book, found)
    return Chains(known, issued, found)


@dataclass(frozen=True, slots=True)
class _Book:
    """What is known of identities: by all three parts, by role and session, and users by ARN."""

    known: Mapping[IdentityKey, Identity]
    issued: Mapping[str, Issue]
    sessions: Mapping[tuple[str, str | None], list[Identity]]
    users: Mapping[str, Identity]


def _book(known: tuple[Identity, ...], issued: Mapping[str, Issue]) -> _Book:
    """Return `known` by what a chain is followed by."""
    sessions: dict[tuple[str, str | None], list[Identity]] = {}
    users: dict[str, Identity] = {}
    for identity in known:
        if identity.kind == "role" and identity.key is not None:
            sessions.setdefault((identity.uid, identity.session), []).append(identity)
        if identity.kind in ("user", "root") and identity.arn is not None:
            users.setdefault(identity.arn, identity)
    return _Book({identity.id: identity for identity in known}, issued, sessions, users)


def _walk(start: Identity, book: _Book, found: dict[IdentityKey, Chain]) -> None:
    """Put the chain of `start`, and of all on the way, into `found`."""
    path: dict[IdentityKey, Issue | None] = {}
    current = start
    while current.id not in found:
        if current.id in path:
            found[current.id] = Chain(_last_known(current, "the calls that issued its keys form a circle"), ())
            break
        step = _step(current, book)
        if isinstance(step, Origin):
            issue = book.issued.get(current.key or "")
            found[current.id] = Chain(step, () if issue is None else (issue,))
            break
        current_issue, following = step
        path[current.id] = current_issue
        current = following
    tail = found[current.id]
    for place, issue in reversed(path.items()):
        if place not in found:
            found[place] = Chain(tail.origin, ((issue, *tail.issues) if issue else tail.issues)[:_SHOWN])
        tail = found[place]


def _step(identity: Identity, book: _Book) -> Origin | tuple[Issue | None, Identity]:
    """Return the origin where the chain ends at `identity`, else the call that issued its key and who made it."""
    beginning = _beginning(identity)
    if beginning is not None:
        return beginning
    issue = book.issued.get(identity.key) if identity.key is not None else None
    if issue is not None:
        caller = book.known[issue.caller]
        return _handed_out(identity, caller) if caller.kind == "service" else (issue, caller)
    return _without_issue(identity, book)


def _beginning(identity: Identity) -> Origin | None:
    """Return the origin where the record itself says that nobody stands behind this identity."""
    if identity.kind in _ENDS or (identity.kind == "federated" and identity.key is None):
        return Origin(identity.uid, identity.name, resolved=True, why=None)
    if identity.linked:
        service = identity.invoked_by
        uid, name = (f"service:{service}", service) if service else (identity.uid, identity.name)
        return Origin(uid, name, resolved=True, why="a service-linked role, which only the provider's service can take")
    if identity.sso:
        why = "IAM Identity Center alone hands out this role, and names the person in the session"
        return Origin(f"{identity.uid}/{identity.session}", identity.session, resolved=True, why=why)
    if identity.kind == "account" and _unique(identity).startswith("AIDA"):
        return Origin(identity.uid, identity.name, resolved=True, why="a user of another account, known by unique id")
    return None


def _handed_out(identity: Identity, service: Identity) -> Origin:
    """Return the workload for which the provider's service took the role."""
    uid, name = _with_session(identity) if identity.session else (identity.uid, identity.name)
    return Origin(uid, name, resolved=True, why=f"{service.name or service.uid} took the role for it")


def _without_issue(identity: Identity, book: _Book) -> Origin | tuple[None, Identity]:
    """Return who else the record leads to where no call that issued the key is known, or the end of the chain."""
    if identity.kind == "federated" and identity.issuer in book.users:
        return None, book.users[identity.issuer or ""]
    if identity.kind == "account" or (identity.kind == "role" and identity.key is None):
        candidates = book.sessions.get((identity.uid, identity.session), [])
        callers = {issue.caller for each in candidates if (issue := book.issued.get(each.key or "")) is not None}
        if candidates and len(callers) <= 1:
            return None, next((each for each in candidates if each.key in book.issued), candidates[0])
        if callers:
            return _last_known(identity, f"{len(callers)} callers took this role under this session name")
    return _last_known(identity, _why(identity))


def _why(identity: Identity) -> str:
    """Return in a sentence why the chain ends here."""
    if identity.kind == "account":
        return f"the caller belongs to account {identity.account or 'unknown'}, whose own logs do not show it"
    if identity.kind == "unknown":
        own = f"{identity.uid} is a name that only the cluster knows; who stands behind it is not in the logs"
        return own if identity.uid.startswith("kubernetes:") else "the record does not say who made the call"
    if identity.key is None:
        return "the record holds no access key that could be followed"
    call = "GetFederationToken" if identity.kind == "federated" else "AssumeRole"
    return f"the {call} call that issued {identity.key} is not in the logs"


def _last_known(identity: Identity, why: str) -> Origin:
    """Return the last principal known, with its session where that names a workload or a person."""
    named = identity.instance or identity.workload is not None or "@" in (identity.session or "")
    uid, name = _with_session(identity) if named and identity.session else (identity.uid, identity.name)
    return Origin(uid, name, resolved=False, why=why)


def _with_session(identity: Identity) -> tuple[str, str]:
    """Return uid and name of a role's session."""
    return f"{identity.uid}/{identity.session}", f"{identity.name or identity.uid}/{identity.session}"


def _unique(identity: Identity) -> str:
    """Return the provider's unique id within the uid."""
    return identity.uid.rpartition(":")[2]
